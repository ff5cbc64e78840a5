"""Carriers are asked about parcels that are due, each by one worker, as often as they allow (SPEC C-11)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.carrier_accounts import CarrierAccount, traffic_of
from rmatrack.db.engine import reading, writing
from rmatrack.db.orders import Unit
from rmatrack.db.tracking import Track, TrackingEvent
from rmatrack.db.tracking_asks import claim_due, follow_released
from rmatrack.domain.labels import LabelState
from rmatrack.domain.tracking import PACES, Whereabouts, next_ask, retry_at
from rmatrack.services.carrier_allowance import day_of
from rmatrack.services.carrier_lines import open_line
from rmatrack.work.tracking import follow_parcels
from tests.carriers.stand_in import StandIn
from tests.carriers.stand_in.faults import Fault
from tests.labels.places import ship
from tests.tracking.world import (
    MONDAY,
    account,
    dhl_scan,
    expeditors_scan,
    label,
    label_of,
    rma_of,
    tools,
    track_of,
    ups_scan,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def carrier() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


def ask(engine: Engine, now: datetime = MONDAY) -> int:
    return follow_parcels(tools(engine, now))


def tracked(stand_in: StandIn) -> list[str]:
    """The numbers and files that were asked about."""
    asked = [heard.path.rsplit("/", 1) for heard in stand_in.heard if heard.method == "GET"]
    return [last if "details" in rest else rest.rsplit("/", 1)[-1] for rest, last in asked]


def test_three_carriers_tell_where_their_parcels_are(engine: Engine, carrier: StandIn) -> None:
    for each in Carrier:
        account(engine, each, carrier)
    by_ups, by_dhl, by_sea = (label(engine, each) for each in Carrier)
    carrier.ups.scans[by_ups.number] = [ups_scan(MONDAY - HOUR, "I", "AR", "038")]
    carrier.dhl.scans[by_dhl.number] = [dhl_scan(MONDAY - 9 * HOUR, "PU"), dhl_scan(MONDAY - HOUR, "OK")]
    with reading(engine) as session:
        carrier.expeditors.files["6190001"] = [rma_of(session, by_sea).number]
    carrier.expeditors.scans["6190001"] = [expeditors_scan(MONDAY - HOUR, "FRD")]

    news = ask(engine)

    assert news == 3
    assert label_of(engine, by_ups) is LabelState.IN_TRANSIT
    assert label_of(engine, by_dhl) is LabelState.DELIVERED
    assert label_of(engine, by_sea) is LabelState.IN_TRANSIT
    assert track_of(engine, by_sea).file_number == "6190001"
    with reading(engine) as session:
        assert rma_of(session, by_ups).in_process_at == MONDAY - HOUR


def test_nobody_is_asked_before_it_is_time(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.UPS, carrier)
    one = label(engine)
    ask(engine)
    asked_before = len(tracked(carrier))

    ask(engine, MONDAY + HOUR)
    soon = len(tracked(carrier))
    ask(engine, MONDAY + 7 * HOUR)

    assert (asked_before, soon, len(tracked(carrier))) == (1, 1, 2)
    assert track_of(engine, one).asked_at == MONDAY + 7 * HOUR


def test_specimens_are_nobodys_to_carry(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.UPS, carrier)
    label(engine, source=SourceKind.SPECIMEN)

    ask(engine)

    assert not carrier.heard


def test_without_an_account_nobody_is_asked(engine: Engine) -> None:
    label(engine)

    assert ask(engine) == 0


def test_a_carrier_that_is_busy_is_asked_when_it_said(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.UPS, carrier)
    one = label(engine)
    carrier.faults.extend([Fault.NONE, Fault.BUSY])
    ask(engine)
    waiting = track_of(engine, one)

    ask(engine, MONDAY + 10 * timedelta(minutes=1))

    assert waiting.failures == 1
    assert waiting.due_at is not None
    assert waiting.due_at >= MONDAY + timedelta(minutes=5)
    assert waiting.lease_until is None
    assert track_of(engine, one).failures == 0


def test_a_carrier_that_is_down_is_left_alone_and_nothing_is_lost(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.DHL, carrier)
    labels = [label(engine, Carrier.DHL, unit_id=unit) for unit in ship(engine, 12)]
    carrier.faults.extend([Fault.BROKEN] * 12)

    ask(engine)

    asked_while_down = len(carrier.heard)
    carrier.faults.clear()
    ask(engine, MONDAY + 40 * timedelta(minutes=1))
    assert asked_while_down == 5
    assert {track_of(engine, one).failures for one in labels} == {0}
    assert all(track_of(engine, one).due_at for one in labels)


def test_a_number_that_the_carrier_refuses_is_not_asked_again_and_says_why(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.EXPEDITORS, carrier)
    one = label(engine, Carrier.EXPEDITORS)
    with writing(engine) as session:
        follow_released(session, Carrier.EXPEDITORS, now=MONDAY, limit=10)
        session.get_one(Track, one.id).file_number = "not a file"

    ask(engine)

    track = track_of(engine, one)
    assert track.due_at is None
    assert track.problem
    assert "not a file" in track.problem


def test_expeditors_says_in_one_answer_which_files_changed(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.EXPEDITORS, carrier)
    labels = [label(engine, Carrier.EXPEDITORS) for _ in range(4)]
    with reading(engine) as session:
        carrier.expeditors.files |= {f"61900{n}": [rma_of(session, one).number] for n, one in enumerate(labels)}
    ask(engine)
    carrier.heard.clear()
    carrier.expeditors.changed = {"619002"}

    ask(engine, MONDAY + 25 * HOUR)

    events_asked = [heard.path.split("/")[-2] for heard in carrier.heard if heard.path.endswith("/events")]
    assert events_asked == ["619002"]
    assert {track_of(engine, one).asked_at for one in labels} == {MONDAY + 25 * HOUR}


def test_two_workers_never_ask_about_the_same_parcel(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.UPS, carrier)
    for unit in ship(engine, 30):
        label(engine, unit_id=unit)
    with writing(engine) as session:
        follow_released(session, Carrier.UPS, now=MONDAY, limit=100)
    barrier = Barrier(3)

    def work() -> None:
        barrier.wait()
        ask(engine)

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    asked = tracked(carrier)
    assert len(asked) == 30
    assert len(set(asked)) == 30


def test_what_a_dead_worker_held_is_free_when_its_time_is_over(engine: Engine) -> None:
    label(engine)
    with writing(engine) as session:
        follow_released(session, Carrier.UPS, now=MONDAY, limit=10)
        claim_due(session, Carrier.UPS, now=MONDAY, lease_until=MONDAY + HOUR, limit=10)

    with writing(engine) as session:
        meanwhile = claim_due(session, Carrier.UPS, now=MONDAY, lease_until=MONDAY + HOUR, limit=10)
        later = claim_due(session, Carrier.UPS, now=MONDAY + HOUR, lease_until=MONDAY + 2 * HOUR, limit=10)

    assert (len(meanwhile), len(later)) == (0, 1)


def test_a_parcel_that_arrived_and_was_scanned_is_followed_no_more(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.UPS, carrier)
    one = label(engine)
    carrier.ups.scans[one.number] = [ups_scan(MONDAY - HOUR, "D", "FS", "011")]
    ask(engine)
    with writing(engine) as session:
        unit = session.get_one(Unit, one.unit_id)
        unit.status, unit.received_at, unit.settled_at = "received", MONDAY, MONDAY

    ask(engine, MONDAY + 48 * HOUR)

    assert track_of(engine, one).ended_at == MONDAY + 48 * HOUR
    assert len(tracked(carrier)) == 1


@pytest.mark.parametrize("limit", ["asks_per_hour", "asks_per_day"])
def test_the_allowance_of_an_account_is_kept_and_leaves_some_for_labels(
    engine: Engine, carrier: StandIn, limit: str
) -> None:
    account(engine, Carrier.DHL, carrier)
    with writing(engine) as session:
        setattr(session.scalars(select(CarrierAccount)).one(), limit, 5)
    for unit in ship(engine, 10):
        label(engine, Carrier.DHL, unit_id=unit)

    ask(engine)

    assert len(carrier.heard) == 4
    with reading(engine) as session:
        assert session.scalar(select(func.count(Track.label_id)).where(Track.lease_until.is_not(None))) == 0
        assert session.scalar(select(func.count(TrackingEvent.id))) == 0


def test_a_new_day_begins_the_count_anew_and_a_new_hour_does_not(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.DHL, carrier)
    with writing(engine) as session:
        session.scalars(select(CarrierAccount)).one().asks_per_day = 5
    for unit in ship(engine, 10):
        label(engine, Carrier.DHL, unit_id=unit)
    ask(engine)

    ask(engine, MONDAY + HOUR)
    that_day = len(carrier.heard)
    ask(engine, MONDAY + 24 * HOUR)

    assert (that_day, len(carrier.heard)) == (4, 8)


def test_without_an_agreement_dhl_is_asked_as_often_as_it_lets_anybody(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.DHL, carrier)
    with writing(engine) as session:
        line = session.scalars(select(CarrierAccount)).one()
        traffic = traffic_of(session, line.id)
        traffic.day_at, traffic.asked_today = day_of(MONDAY), 249

        last, over = (open_line(session, line, now=MONDAY) for _ in range(2))

    assert last is None
    assert over
    assert (over.until, str(over.why)) == (
        day_of(MONDAY) + timedelta(days=1),
        "DHL Express was asked as often as this day allows.",
    )


def test_the_wait_grows_with_the_silence_and_ends() -> None:
    waits = [next_ask(Whereabouts.IN_TRANSIT, MONDAY, MONDAY + timedelta(days=days)) for days in (0, 3, 30, 61)]

    days = [MONDAY + timedelta(days=days) for days in (0, 3, 30)]
    assert [at - day for at, day in zip(waits, days, strict=False) if at] == [2 * HOUR, 9 * HOUR, 24 * HOUR]
    assert waits[-1] is None


def test_every_place_has_its_pace() -> None:
    assert set(PACES) == {None, *Whereabouts}


def test_failures_wait_longer_each_time_but_not_for_ever() -> None:
    waits = [retry_at(failures, MONDAY) - MONDAY for failures in (1, 2, 3, 50)]

    assert waits == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20), 6 * HOUR]
    assert retry_at(1, MONDAY, 7_200.0) - MONDAY == 2 * HOUR
