"""Reports drive label and return to the right place, in whatever order and number they come (SPEC C-5, C-11)."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError

from carriers.dhl_api import tracking as dhl
from carriers.expeditors_api import tracking as expeditors
from carriers.parcel_states import ParcelEvent, ParcelState
from carriers.shipment import Carrier
from carriers.ups_api import tracking as ups
from rmatrack.db.engine import make_engine, reading, writing
from rmatrack.db.history import Event
from rmatrack.db.tracking import TrackingEvent
from rmatrack.domain.errors import NotAllowedError, RmatrackError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.domain.tracking import Source, Whereabouts
from rmatrack.services.people import actor_of
from rmatrack.services.tracking import adopt_strays, record_by_hand, take_pushed, take_reports, withdraw_by_hand
from tests.labels.places import ship
from tests.people import add_person
from tests.queries import count_queries
from tests.tracking.world import MONDAY, event, label, label_of, rma_of, tell, track_of

S = ParcelState
FRIDAY = MONDAY + timedelta(days=5)

ENDS: list[tuple[list[ParcelState], Whereabouts, LabelState, bool]] = [
    ([S.ANNOUNCED], Whereabouts.ANNOUNCED, LabelState.PRINTED, False),
    ([S.ANNOUNCED, S.MISSED], Whereabouts.MISSED, LabelState.PRINTED, False),
    ([S.ANNOUNCED, S.IN_TRANSIT], Whereabouts.IN_TRANSIT, LabelState.IN_TRANSIT, True),
    ([S.IN_TRANSIT, S.CUSTOMS], Whereabouts.CUSTOMS, LabelState.IN_TRANSIT, True),
    ([S.IN_TRANSIT, S.HELD_UP], Whereabouts.HELD_UP, LabelState.IN_TRANSIT, True),
    ([S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED], Whereabouts.DELIVERED, LabelState.DELIVERED, True),
    ([S.IN_TRANSIT, S.RETURNING], Whereabouts.RETURNING, LabelState.IN_TRANSIT, True),
    ([S.IN_TRANSIT, S.RETURNING, S.DELIVERED], Whereabouts.RETURNED, LabelState.RETURNED, False),
    ([S.IN_TRANSIT, S.LOST], Whereabouts.LOST, LabelState.IN_TRANSIT, True),
    ([S.ANNOUNCED, S.VOIDED], Whereabouts.VOIDED, LabelState.VOIDED, False),
    ([S.VOIDED, S.IN_TRANSIT], Whereabouts.IN_TRANSIT, LabelState.IN_TRANSIT, True),
]


@pytest.mark.parametrize(("told", "whereabouts", "becomes", "with_carrier"), ENDS)
def test_reports_bring_label_and_return_where_they_belong(
    engine: Engine, told: list[ParcelState], whereabouts: Whereabouts, becomes: LabelState, with_carrier: bool
) -> None:
    one = label(engine)

    tell(engine, one, [event(one.number, hours, state) for hours, state in enumerate(told)])

    assert track_of(engine, one).state == whereabouts
    assert label_of(engine, one) is becomes
    with reading(engine) as session:
        assert (rma_of(session, one).in_process_at is not None) is with_carrier


def _codes() -> list[tuple[str, ParcelState | None]]:
    told = [(f"dhl {code}", state) for code, state in dhl.BY_CODE.items()]
    told += [(f"ups {code}", state) for code, state in ups.BY_STATUS.items()]
    told += [(f"ups {code}", state) for code, state in ups.BY_TYPE.items()]
    return told + [(f"expeditors {code}", state) for code, state in expeditors.BY_CODE.items()]


CODES = _codes()


@pytest.mark.parametrize(("told", "whereabouts", "becomes", "with_carrier"), ENDS[5:8])
def test_every_order_of_reports_ends_in_the_same_place(
    engine: Engine, told: list[ParcelState], whereabouts: Whereabouts, becomes: LabelState, with_carrier: bool
) -> None:
    orders = list(permutations(enumerate(told)))
    labels = [label(engine, unit_id=unit_id) for unit_id in ship(engine, len(orders))]

    for one, order in zip(labels, orders, strict=True):
        for hours, state in order:
            tell(engine, one, [event(one.number, hours, state)])

    assert {track_of(engine, one).state for one in labels} == {whereabouts}
    assert {label_of(engine, one) for one in labels} == {becomes}
    with reading(engine) as session:
        assert (rma_of(session, labels[0]).in_process_at is not None) is with_carrier


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_real_codes_in_any_order_and_portions_tell_one_story(sqlite_url: str, data: st.DataObject) -> None:
    engine = make_engine(sqlite_url)
    chosen = data.draw(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(CODES)), min_size=1, max_size=6))
    units = ship(engine, 2)
    one, other = label(engine, unit_id=units[0]), label(engine, unit_id=units[1])
    shuffled = data.draw(st.permutations(chosen + chosen[:2]))
    cut = data.draw(st.integers(0, len(shuffled)))

    tell(engine, one, [event(one.number, at, state, code) for at, (code, state) in chosen])
    for portion in (shuffled[:cut], shuffled[cut:]):
        tell(engine, other, [event(other.number, at, state, code) for at, (code, state) in portion])

    first, second = track_of(engine, one), track_of(engine, other)
    assert (first.state, first.since, first.moved_at, first.delivered_at, first.voided_at) == (
        second.state, second.since, second.moved_at, second.delivered_at, second.voided_at,
    )  # fmt: skip
    assert label_of(engine, one) is label_of(engine, other)
    engine.dispose()


def test_the_same_report_is_kept_once_whichever_way_it_comes(engine: Engine) -> None:
    one = label(engine)
    scan = event(one.number, 1, S.IN_TRANSIT)

    first = tell(engine, one, [scan, scan])
    again = tell(engine, one, [scan], source=Source.TOLD)

    assert (first, again) == (1, 0)
    with reading(engine) as session:
        assert session.scalar(select(func.count(TrackingEvent.id))) == 1


def test_an_earlier_scan_that_comes_in_later_moves_the_first_hold_back(engine: Engine) -> None:
    one = label(engine)
    tell(engine, one, [event(one.number, 20, S.IN_TRANSIT, "later")])

    tell(engine, one, [event(one.number, 2, S.IN_TRANSIT, "earlier")])

    with reading(engine) as session:
        assert rma_of(session, one).in_process_at == MONDAY + timedelta(hours=2)


def test_a_coarse_and_a_fine_telling_of_one_event_end_in_the_fine_state(engine: Engine) -> None:
    for order in (1, -1):
        one = label(engine)
        tellings = [event(one.number, 1, S.IN_TRANSIT, "I/OT"), event(one.number, 1, S.OUT_FOR_DELIVERY, "I/OT")]
        for telling in tellings[::order]:
            tell(engine, one, [telling])

        assert track_of(engine, one).state == Whereabouts.OUT_FOR_DELIVERY


def test_reports_cannot_be_changed_or_struck_out(engine: Engine) -> None:
    one = label(engine)
    tell(engine, one, [event(one.number, 1, S.IN_TRANSIT)])

    with pytest.raises(DBAPIError, match="history only grows"), writing(engine) as session:
        session.connection().exec_driver_sql("DELETE FROM tracking_event")


def test_a_replaced_label_that_travels_keeps_that_it_was_replaced(engine: Engine) -> None:
    one = label(engine, state=LabelState.SUPERSEDED)

    tell(engine, one, [event(one.number, 1, S.IN_TRANSIT)])

    assert label_of(engine, one) is LabelState.IN_TRANSIT
    assert track_of(engine, one).resting == LabelState.SUPERSEDED


def test_history_says_each_move_once(engine: Engine) -> None:
    one = label(engine)
    tell(engine, one, [event(one.number, 1, S.IN_TRANSIT)])
    tell(engine, one, [event(one.number, 2, S.CUSTOMS)])
    tell(engine, one, [event(one.number, 9, S.DELIVERED)])

    with reading(engine) as session:
        moved = session.execute(select(Event.subject, Event.deed, Event.new).order_by(Event.id)).all()

    assert [tuple(row) for row in moved] == [
        ("label", "followed", "in-transit"),
        ("rma", "in process", None),
        ("label", "followed", "delivered"),
    ]


def test_five_hundred_parcels_take_as_few_questions_as_five(engine: Engine) -> None:
    counts = []
    for size in (5, 60):
        labels = [label(engine, unit_id=unit_id) for unit_id in ship(engine, size)]
        with writing(engine) as session, count_queries(engine) as asked:
            take_reports(
                session,
                {one.id: [event(one.number, 1, S.IN_TRANSIT)] for one in labels},
                source=Source.ASKED,
                now=FRIDAY,
            )
        counts.append(len([one for one in asked if "nextval" not in one]))

    assert counts[1] <= counts[0] + 1


def test_what_is_told_of_unknown_numbers_waits_for_their_label(engine: Engine) -> None:
    unknown = ParcelEvent("1Z999", MONDAY, "I/AR", S.IN_TRANSIT)
    with writing(engine) as session:
        taken = take_pushed(session, Carrier.UPS, [unknown, unknown], now=MONDAY)
    one = label(engine)
    with writing(engine) as session:
        session.get_one(type(one), one.id).number = "1Z999"

    with writing(engine) as session:
        adopted = adopt_strays(session, now=FRIDAY)

    assert (taken.aside, adopted) == (2, 1)
    assert label_of(engine, one) is LabelState.IN_TRANSIT


def test_logistics_records_where_a_parcel_is_and_how_that_is_known(engine: Engine) -> None:
    one = label(engine, Carrier.EXPEDITORS)
    dana = actor_of(add_person(engine, Role.LOGISTICS))

    with writing(engine) as session:
        record_by_hand(
            session, one.id, Whereabouts.DELIVERED, at=MONDAY, evidence="The desk called", by=dana, now=FRIDAY
        )

    assert label_of(engine, one) is LabelState.DELIVERED
    with reading(engine) as session:
        kept = session.scalars(select(TrackingEvent)).one()
    assert (kept.source, kept.words, kept.by_name) == ("person", "The desk called", "Logistics")


def test_what_was_recorded_by_mistake_is_taken_back_and_both_stay(engine: Engine) -> None:
    one = label(engine)
    with writing(engine) as session:
        record_by_hand(session, one.id, Whereabouts.DELIVERED, at=MONDAY, evidence="Saw it", by=SYSTEM, now=FRIDAY)
    with reading(engine) as session:
        wrong = session.scalars(select(TrackingEvent)).one()

    with writing(engine) as session:
        withdraw_by_hand(session, wrong.id, why="Another box", by=SYSTEM, now=FRIDAY)

    assert label_of(engine, one) is LabelState.PRINTED
    with reading(engine) as session:
        assert rma_of(session, one).in_process_at is None
        assert session.scalar(select(func.count(TrackingEvent.id))) == 2
    with pytest.raises(RmatrackError) as refused, writing(engine) as session:
        withdraw_by_hand(session, wrong.id, why="Again", by=SYSTEM, now=FRIDAY)
    assert refused.value.code == "not-withdrawable"


@pytest.mark.parametrize(
    ("state", "hours", "evidence", "code"),
    [
        (Whereabouts.DELIVERED, 0, "  ", "no-evidence"),
        (Whereabouts.DELIVERED, 999, "Saw it", "in-the-future"),
        (Whereabouts.VOIDED, 0, "Saw it", "not-sayable"),
    ],
)
def test_a_report_by_hand_needs_evidence_and_sense(
    engine: Engine, state: Whereabouts, hours: int, evidence: str, code: str
) -> None:
    one, at = label(engine), MONDAY + timedelta(hours=hours)

    with pytest.raises(RmatrackError) as refused, writing(engine) as session:
        record_by_hand(session, one.id, state, at=at, evidence=evidence, by=SYSTEM, now=FRIDAY)

    assert refused.value.code == code


def test_only_who_follows_parcels_records_where_they_are(engine: Engine) -> None:
    one = label(engine)
    partner = actor_of(add_person(engine, Role.PARTNER_USER))

    with pytest.raises(NotAllowedError), writing(engine) as session:
        record_by_hand(session, one.id, Whereabouts.DELIVERED, at=MONDAY, evidence="x", by=partner, now=FRIDAY)
