"""Correcting a mis-picked shipment: what follows the device, what stays with the loan, what is judged again (R-5)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from rmatrack.db.engine import writing
from rmatrack.db.history import Event
from rmatrack.db.orders import DemoOrder
from rmatrack.db.receiving import Discrepancy, Scan
from rmatrack.domain.correcting import CameBackItselfError, Correction, CorrectionReasonError, SameSerialError
from rmatrack.domain.errors import ConflictError, NotFoundError, RmatrackError
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import SYSTEM
from rmatrack.services.correcting import correct_shipment, preview_correction
from rmatrack.services.judging_again import judge_again
from rmatrack.services.settling import settle
from tests.queries import count_queries
from tests.receiving.dock import ONE, THREE, TWO, answered, at, completed_at, noted, unit_of
from tests.receiving.shipments import NOW, make_order, scan
from tests.receiving.test_races import at_once

STRANGE = "FOC21213GKW"


def correct(session: Session, was: str, serial: str, *, reason: str = "the picker says so") -> Correction:
    return correct_shipment(session, unit_of(session, was).id, serial, was=was, reason=reason, by=SYSTEM, now=NOW)


def order_of(session: Session, serial: str) -> str:
    question = select(DemoOrder.number).where(DemoOrder.id == unit_of(session, serial).order_id)
    return session.scalars(question).one()


def test_the_device_that_left_is_recorded_and_history_stays(session: Session) -> None:
    make_order(session, "D4100201", [ONE])

    done = correct(session, ONE, "foc2121-3gkw")

    told = session.scalars(select(Event).where(Event.deed == "corrected")).one()
    assert done is Correction.REPLACE
    assert unit_of(session, STRANGE).status == "shipped"
    assert (told.field, told.old, told.new, told.reason) == ("serial", ONE, "FOC2121-3GKW", "the picker says so")


def test_a_parked_scan_matches_and_its_return_is_complete(session: Session) -> None:
    rma = make_order(session, "D4100201", [ONE])
    answered(session, scan(STRANGE, at(0), 1, expected=rma.number))

    correct(session, ONE, STRANGE)

    found = unit_of(session, STRANGE)
    assert (found.status, found.received_at) == ("received", at(0))
    assert [one.closing_reason for one in noted(session)] == ["matched-later"]
    assert completed_at(session, rma) == NOW


def test_two_orders_exchange_their_devices_with_all_that_happened(session: Session) -> None:
    first, second = make_order(session, "D4100201", [ONE]), make_order(session, "D4100208", [TWO])
    answered(session, scan(ONE, at(0), 1, expected=second.number))

    done = correct(session, TWO, ONE)

    assert done is Correction.EXCHANGE
    assert (order_of(session, ONE), order_of(session, TWO)) == ("D4100208", "D4100201")
    assert (unit_of(session, ONE).status, unit_of(session, TWO).status) == ("received", "shipped")
    assert [one.closing_reason for one in noted(session)] == ["shipment-corrected"]
    assert (completed_at(session, first), completed_at(session, second)) == (None, NOW)
    assert session.scalars(select(Scan.unit_id)).one() == unit_of(session, ONE).id


def test_exchanged_back_what_did_not_match_is_open_again(session: Session) -> None:
    first, second = make_order(session, "D4100201", [ONE]), make_order(session, "D4100208", [TWO])
    answered(session, scan(ONE, at(0), 1, expected=second.number))

    correct(session, TWO, ONE)
    correct(session, ONE, TWO)

    assert [(one.type, one.closed_at, one.unit_id) for one in noted(session)] == [
        ("wrong-order", None, unit_of(session, ONE).id)
    ]
    assert (completed_at(session, first), completed_at(session, second)) == (NOW, None)


def test_an_earlier_loan_of_the_device_stays_as_it_is(session: Session) -> None:
    make_order(session, "D4100100", [TWO])
    answered(session, scan(TWO, at(0).replace(month=6), 1))
    answered(session, scan(TWO, at(0).replace(month=7), 2))
    make_order(session, "D4100201", [ONE], shipped_on=at(0).date())

    assert correct(session, ONE, TWO) is Correction.REPLACE


def test_what_itself_came_back_had_left(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    answered(session, scan(ONE, at(0), 1))

    with pytest.raises(CameBackItselfError):
        correct(session, ONE, STRANGE)


def test_a_settled_device_is_not_exchanged(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    make_order(session, "D4100208", [TWO])
    settle(session, unit_of(session, TWO).id, UnitStatus.LOST, reason="stolen", by=SYSTEM, now=NOW)

    with pytest.raises(RmatrackError) as refused:
        correct(session, ONE, TWO)

    assert refused.value.code == "exchange-settled"


@pytest.mark.parametrize(
    ("serial", "reason", "error"),
    [(ONE, "x", SameSerialError), (STRANGE, " ", CorrectionReasonError)],
)
def test_nonsense_is_refused(session: Session, serial: str, reason: str, error: type[RmatrackError]) -> None:
    make_order(session, "D4100201", [ONE])

    with pytest.raises(error):
        correct(session, ONE, serial, reason=reason)


def test_what_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFoundError):
        correct_shipment(session, 99, STRANGE, was=ONE, reason="x", by=SYSTEM, now=NOW)


def test_the_effect_is_told_before(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    answered(session, scan(STRANGE, at(0), 1))

    told = " ".join(
        str(each) for each in preview_correction(session, unit_of(session, ONE).id, STRANGE, by=SYSTEM).effects
    )

    assert f"D4100201 has {STRANGE} from now on; it had {ONE}." in told
    assert f"{STRANGE} was scanned at the dock before." in told


def test_the_statements_do_not_grow_with_the_scans(engine: Engine) -> None:
    counts = []
    for number, scans in enumerate((1, 12)):
        one, two = f"FOC2121A{number}01", f"FOC2121B{number}02"
        with writing(engine) as session:
            make_order(session, f"D41002{number}1", [one])
            box = make_order(session, f"D41002{number}2", [two]).number
            answered(session, *(scan(one, at(each), 100 * number + each, expected=box) for each in range(scans)))
        with writing(engine) as session, count_queries(engine) as asked:
            correct(session, two, one)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_of_two_who_correct_at_once_one_is_told(engine: Engine) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])
        unit_id = unit_of(session, ONE).id

    def correcting(serial: str) -> str:
        try:
            with writing(engine) as session:
                return correct_shipment(session, unit_id, serial, was=ONE, reason="x", by=SYSTEM, now=NOW).value
        except ConflictError as error:
            return error.code

    done = at_once([lambda: correcting(STRANGE), lambda: correcting(THREE)])

    assert sorted(done) == ["conflict", "replace"]


def test_two_loans_never_get_the_same_device_at_once(engine: Engine) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])
        make_order(session, "D4100208", [TWO])
        units = {ONE: unit_of(session, ONE).id, TWO: unit_of(session, TWO).id}

    def correcting(was: str) -> str:
        try:
            with writing(engine) as session:
                return correct_shipment(session, units[was], STRANGE, was=was, reason="x", by=SYSTEM, now=NOW).value
        except ConflictError as error:
            return error.code

    done = at_once([lambda: correcting(ONE), lambda: correcting(TWO)])

    assert "replace" in done
    assert set(done) <= {"replace", "exchange", "conflict"}
    with writing(engine) as session:
        assert unit_of(session, STRANGE).status == "shipped"


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scans=st.lists(st.tuples(st.sampled_from([ONE, TWO, STRANGE]), st.sampled_from([0, 1, None])), max_size=5),
    target=st.sampled_from([TWO, STRANGE]),
)
def test_judging_again_changes_nothing_more(engine: Engine, scans: list[tuple[str, int | None]], target: str) -> None:
    with writing(engine) as session:
        boxes = [make_order(session, "D4100201", [ONE]).number, make_order(session, "D4100208", [TWO]).number]
        for number, (raw, box) in enumerate(scans):
            answered(session, scan(raw, at(number), number, expected=None if box is None else boxes[box]))
        ids = {unit_of(session, ONE).id, unit_of(session, TWO).id}
        try:
            correct(session, ONE, target)
        except CameBackItselfError:
            session.rollback()
            return

        def state() -> object:
            found = [(one.type, one.unit_id, one.rma_id, one.closing_reason) for one in noted(session)]
            return found, session.scalar(select(func.count()).select_from(Event))

        before = state()
        judge_again(session, ids, by=SYSTEM, now=NOW)

        assert state() == before
        own = select(func.count()).where(Discrepancy.closed_at.is_(None), Discrepancy.type == "wrong-order")
        assert session.scalar(own) is not None
        session.rollback()
