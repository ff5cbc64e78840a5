"""A return is not complete while a station may still have scans of it (the ruling in `domain/stations.py`)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.returns import Rma
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.stations import HEARTBEAT_SECONDS, SILENT_AFTER, Announcement, StationState
from rmatrack.services.receiving import record_scans
from rmatrack.services.scan_stations import announce, declare_lost, stations, waited_for
from tests.receiving.dock import ONE, TWO
from tests.receiving.shipments import NOW, make_order, scan

STATION = str(uuid4())


@pytest.fixture
def rma(engine: Engine) -> str:
    with writing(engine) as session:
        return make_order(session, "D4100201", [ONE]).number


def say(engine: Engine, unsent: dict[str, int], *, box: str | None = None, later: timedelta = timedelta()) -> None:
    said = Announcement(
        id=STATION,
        name="dock-1",
        unsent=sum(unsent.values()),
        unsent_since=NOW if unsent else None,
        unsent_of=unsent,
        box=box,
    )
    with writing(engine) as session:
        announce(session, said, by=SYSTEM, now=NOW + later)


def receive(engine: Engine, *, later: timedelta = timedelta()) -> None:
    """Another station scans the only unit."""
    with writing(engine) as session:
        record_scans(session, [scan(ONE, NOW, 1)], by=SYSTEM, now=NOW + later)


def is_complete(engine: Engine, rma: str) -> bool:
    with reading(engine) as session:
        return session.scalar(select(Rma.completed_at).where(Rma.number == rma)) is not None


def test_a_return_waits_for_scans_and_completes_when_they_are_sent(engine: Engine, rma: str) -> None:
    say(engine, {rma: 3})
    receive(engine)
    assert not is_complete(engine, rma)

    say(engine, {})

    assert is_complete(engine, rma)


def test_scans_of_another_return_hold_up_nothing(engine: Engine, rma: str) -> None:
    with writing(engine) as session:
        other = make_order(session, "D4100208", [TWO]).number
    say(engine, {other: 3})

    receive(engine)

    assert is_complete(engine, rma)


def test_an_open_box_holds_nothing_while_its_station_is_heard_of(engine: Engine, rma: str) -> None:
    say(engine, {}, box=rma)

    receive(engine)

    assert is_complete(engine, rma)


def test_a_box_open_at_a_silent_station_holds_its_return(engine: Engine, rma: str) -> None:
    say(engine, {}, box=rma)
    silence = SILENT_AFTER + timedelta(seconds=1)
    receive(engine, later=silence)
    assert not is_complete(engine, rma)

    say(engine, {}, box=rma, later=silence + timedelta(seconds=HEARTBEAT_SECONDS))

    assert is_complete(engine, rma)


def test_a_lost_station_is_waited_for_no_more_and_the_history_says_why(engine: Engine, rma: str) -> None:
    say(engine, {rma: 2})
    receive(engine)

    with writing(engine) as session:
        declare_lost(session, STATION, reason="fell into the dock", by=SYSTEM, now=NOW)

    assert is_complete(engine, rma)
    with reading(engine) as session:
        lost = session.scalars(select(Event).where(Event.subject == "station")).one()
        assert (lost.deed, lost.reason) == ("declared lost", "fell into the dock")
        (seen,) = stations(session, now=NOW)
    assert (seen.state, seen.can_be_lost) == (StationState.LOST, False)


def test_a_lost_station_that_is_heard_of_again_counts_again(engine: Engine, rma: str) -> None:
    say(engine, {rma: 2})
    with writing(engine) as session:
        declare_lost(session, STATION, reason="fell into the dock", by=SYSTEM, now=NOW)

    say(engine, {rma: 2})

    receive(engine)
    assert not is_complete(engine, rma)


@pytest.mark.parametrize(("reason", "code"), [(" ", "lost-reason-missing"), ("gone", "nothing-to-wait-for")])
def test_a_station_is_given_up_with_a_reason_and_for_a_reason(engine: Engine, rma: str, reason: str, code: str) -> None:
    say(engine, {})

    with pytest.raises(RmatrackError) as refused, writing(engine) as session:
        declare_lost(session, STATION, reason=reason, by=SYSTEM, now=NOW)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"id": "dock"}, "bad-scan-id"), ({"name": " "}, "bad-station"), ({"unsent": -1}, "bad-announcement")],
)
def test_a_station_that_does_not_make_sense_is_refused(engine: Engine, changes: dict[str, object], code: str) -> None:
    said = Announcement(**({"id": STATION, "name": "dock-1"} | changes))  # type: ignore[arg-type]  # On purpose.

    with pytest.raises(RmatrackError) as refused, writing(engine) as session:
        announce(session, said, by=SYSTEM, now=NOW)

    assert refused.value.code == code


def test_who_waits_for_whom_can_be_asked(engine: Engine, rma: str) -> None:
    say(engine, {rma: 3})

    with reading(engine) as session:
        (rma_id,) = session.scalars(select(Rma.id))
        (one,) = waited_for(session, [rma_id], now=NOW)

    assert (one.rma, one.station, one.unsent) == (rma, "dock-1", 3)


def test_a_station_is_told_of_another_that_is_open_under_its_name(engine: Engine) -> None:
    def beat(station_id: str, name: str, later: timedelta = timedelta()) -> list[str]:
        with writing(engine) as session:
            said = Announcement(id=station_id, name=name)
            return [twin.mark for twin in announce(session, said, by=SYSTEM, now=NOW + later)]

    one, two = f"aaaa{STATION[4:]}", f"bbbb{STATION[4:]}"
    alone = beat(one, "dock-1")
    second = beat(two, "Dock-1")
    first_again = beat(one, "dock-1")
    with reading(engine) as session:
        shown = {seen.mark: seen.is_twin for seen in stations(session, now=NOW)}
    renamed = beat(two, "dock-2")
    long_after = beat(two, "dock-1", later=2 * SILENT_AFTER)

    assert (alone, second, first_again) == ([], ["AAAA"], ["BBBB"])
    assert shown == {"AAAA": True, "BBBB": True}
    assert (renamed, long_after) == ([], [])


def test_a_station_that_left_with_everything_sent_is_closed_and_one_that_is_waited_for_silent(
    engine: Engine, rma: str
) -> None:
    def state(later: timedelta) -> StationState:
        with reading(engine) as session:
            return stations(session, now=NOW + later)[0].state

    say(engine, {}, box=rma)
    open_box = [state(timedelta()), state(2 * SILENT_AFTER)]
    say(engine, {})

    assert open_box == [StationState.UP_TO_DATE, StationState.SILENT]
    assert state(2 * SILENT_AFTER) is StationState.CLOSED
