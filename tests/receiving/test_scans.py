"""Each kind of scan at the dock: its outcome, what it changes, and what is noted."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.engine import writing
from rmatrack.db.history import Event
from rmatrack.db.labels import Label
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Scan
from rmatrack.domain.errors import NotAllowedError
from rmatrack.domain.people import SYSTEM, Actor, Role
from rmatrack.domain.scans import ScanIn
from rmatrack.services.receiving import record_scans
from tests.queries import count_queries
from tests.receiving import dock
from tests.receiving.dock import ONE, THREE, TWO, answered, at, codes, completed_at, unit_of
from tests.receiving.shipments import NOW, make_order, scan


def noted(session: Session) -> list[tuple[str, str, int | None]]:
    return [(found.type, found.serial_key, found.rma_id) for found in dock.noted(session)]


def test_a_unit_is_received_on_its_order_and_the_return_is_complete_with_the_last(session: Session) -> None:
    rma = make_order(session, "D4100201", [ONE, TWO])

    (first,) = answered(session, scan(f"]C0{ONE.lower()}", at(0), 1))
    between = completed_at(session, rma)
    (last,) = answered(session, scan(TWO, at(1), 2))

    assert codes([first, last]) == ["matched", "matched"]
    assert first.facts["customer"] == "Massachusetts Institute of Technology"
    assert first.facts["rma"] == rma.number
    assert (unit_of(session, ONE).status, unit_of(session, ONE).received_at) == ("received", at(0))
    assert between is None
    assert completed_at(session, rma) == NOW


def test_a_receipt_is_told_to_the_unit_and_its_order(session: Session) -> None:
    rma = make_order(session, "D4100201", [ONE])

    answered(session, scan(ONE, at(0), 1))

    events = session.scalars(select(Event).order_by(Event.id)).all()
    assert [(event.subject, event.deed, event.old, event.new) for event in events] == [
        ("unit", "received", "shipped", "received"),
        ("rma", "completed", None, None),
    ]
    assert {event.order_id for event in events} == {rma.order_id}


def test_a_second_scan_says_where_and_when_the_first_was(session: Session) -> None:
    make_order(session, "D4100201", [ONE])

    answers = answered(session, scan(ONE, at(0), 1), scan(ONE, at(5), 2))

    assert codes(answers) == ["matched", "already_received"]
    assert answers[1].facts["received"] == {"at": at(0).isoformat(), "station": "dock-1", "by": "system"}


def test_a_unit_of_another_order_is_received_on_its_own_and_the_open_box_waits(session: Session) -> None:
    own = make_order(session, "D4100201", [ONE])
    box = make_order(session, "D4100208", [TWO])

    answers = answered(session, scan(ONE, at(0), 1, expected=box.number), scan(TWO, at(1), 2, expected=box.number))

    assert codes(answers) == ["wrong_order", "matched"]
    assert answers[0].facts["order"] == "D4100201"
    assert unit_of(session, ONE).status == "received"
    assert completed_at(session, own) == NOW
    assert completed_at(session, box) is None
    assert noted(session) == [("wrong-order", ONE, box.id)]


def test_a_device_that_says_it_is_another_model_is_received_and_noted(session: Session) -> None:
    rma = make_order(session, "D4100201", [ONE])

    answers = answered(session, scan(ONE, at(0), 1, model="CP-8865-K9"))

    assert codes(answers) == ["wrong_model"]
    assert noted(session) == [("wrong-model", ONE, rma.id)]
    assert completed_at(session, rma) is None


def test_an_unknown_serial_is_parked_with_the_closest_one_we_shipped(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    misread = ONE.replace("0", "O").replace("GKV", "GKW")

    (answer,) = answered(session, scan(misread, at(0), 1))

    assert answer.code == "never_shipped"
    assert answer.facts["suggestion"] == {"serial": ONE, "why": "one-differs"}
    assert noted(session) == [("unknown-serial", misread, None)]


@pytest.mark.parametrize("status", ["lost", "bought", "written-off"])
def test_a_unit_that_was_given_up_is_received_all_the_same(session: Session, status: str) -> None:
    rma = make_order(session, "D4100201", [ONE])
    unit = unit_of(session, ONE)
    unit.status, unit.settled_at = status, at(-100)
    session.flush()

    (answer,) = answered(session, scan(ONE, at(0), 1))

    assert (answer.code, answer.facts["status"]) == ("settled_before", status)
    unit = unit_of(session, ONE)
    assert (unit.status, unit.received_at, unit.settled_at) == ("received", at(0), at(-100))
    assert noted(session) == [("came-back-after-settled", ONE, rma.id)]


def test_a_number_of_ours_opens_the_box_that_wears_it(session: Session) -> None:
    rma = make_order(session, "D4100201", [ONE])
    superseded = "1Z5R89390357567127"
    session.add(
        Label(
            rma_id=rma.id,
            unit_id=unit_of(session, ONE).id,
            carrier="ups",
            service="ground",
            source="specimen",
            number=superseded,
            state="superseded",
            content={},
            created_at=NOW,
        )
    )
    session.flush()

    answers = answered(
        session,
        scan(rma.number, at(0), 1),
        scan("D4100201", at(1), 2),
        scan(superseded, at(2), 3),
        scan("1Z5R89390357567198", at(3), 4),
    )

    assert set(codes(answers)) == {"not_a_serial"}
    assert [answer.facts["kind"] for answer in answers] == ["rma", "order", "ups-tracking", "ups-tracking"]
    assert [answer.facts.get("opens_rma") for answer in answers] == [rma.number] * 3 + [None]
    assert noted(session) == []


def test_the_same_scan_sent_twice_is_recorded_once_and_answers_the_same(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    (first,) = answered(session, scan(ONE, at(0), 1))

    again = answered(session, scan(ONE, at(0), 1), scan(ONE, at(0), 1))

    assert [(answer.code, answer.facts, answer.sentence) for answer in again] == [
        ("matched", first.facts, first.sentence)
    ] * 2
    assert len(session.scalars(select(Scan)).all()) == 1


def test_another_reading_under_the_same_id_is_refused(session: Session) -> None:
    make_order(session, "D4100201", [ONE, TWO, THREE])
    answered(session, scan(ONE, at(0), 1))

    answers = answered(session, scan(TWO, at(0), 1), scan(TWO, at(1), 2), scan(THREE, at(1), 2))

    assert codes(answers) == ["scan-id-taken", "matched", "scan-id-taken"]
    assert unit_of(session, THREE).status == "shipped"


BAD = {
    "bad-scan-id": ScanIn(id="1", scanned_at=at(0), station="dock-1", raw=ONE),
    "bad-scan-time": scan(ONE, at(0).replace(tzinfo=None), 91),
    "bad-scan-length": scan("X" * 501, at(0), 92),
    "bad-station": ScanIn(id=scan(ONE, at(0), 93).id, scanned_at=at(0), station=" ", raw=ONE),
    "unknown-box": scan(ONE, at(0), 94, expected="R0000001"),
}


@pytest.mark.parametrize("code", BAD)
def test_a_bad_scan_gets_its_own_answer_and_holds_up_no_other(session: Session, code: str) -> None:
    make_order(session, "D4100201", [ONE, TWO])

    answers = answered(session, scan(TWO, at(0), 1), BAD[code], scan(TWO, at(1), 2))

    assert codes(answers) == ["matched", code, "already_received"]
    assert unit_of(session, ONE).status == "shipped"


@pytest.mark.parametrize(
    "raw", ["\x00\x00", "FOC2121\x003GKV", "\ud800\udfff", "🚚" * 200, "٣" * 500, "'; --", "%s %(a)s"]
)
def test_whatever_a_gun_sends_is_recorded(session: Session, raw: str) -> None:
    (answer,) = answered(session, scan(raw, at(0), 1))

    assert answer.code == "not_a_serial"
    assert len(session.scalars(select(Scan)).all()) == 1


def test_a_scan_sent_late_keeps_its_time_and_moves_the_receipt(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    answered(session, scan(ONE, at(60), 2))

    (late,) = answered(session, scan(ONE, at(0), 1))

    unit = unit_of(session, ONE)
    assert late.code == "already_received"
    assert (unit.received_at, unit.settled_at) == (at(0), at(0))
    assert session.scalars(select(Scan.scanned_at).where(Scan.id == late.scan_id)).one() == at(0)


def test_a_late_scan_is_about_the_loan_of_its_own_day(session: Session) -> None:
    old = make_order(session, "D4100201", [ONE], shipped_on=date(2026, 5, 1))
    answered(session, scan(ONE, datetime(2026, 6, 10, tzinfo=UTC), 1))
    make_order(session, "D4100208", [ONE], shipped_on=date(2026, 8, 1))

    (late,) = answered(session, scan(ONE, datetime(2026, 6, 9, tzinfo=UTC), 2))

    by_order = {unit.order_id: unit for unit in session.scalars(select(Unit))}
    new = next(unit for order_id, unit in by_order.items() if order_id != old.order_id)
    assert (late.code, late.facts["order"]) == ("already_received", "D4100201")
    assert new.status == "shipped"
    assert completed_at(session, old) == NOW


def test_who_may_not_scan_is_refused(session: Session) -> None:
    stranger = Actor(person_id=None, name="Sam", role=Role.SUPPORT, partner_id=None, permissions=frozenset())

    with pytest.raises(NotAllowedError):
        record_scans(session, [scan(ONE, at(0), 1)], by=stranger, now=NOW)


@pytest.mark.parametrize("kind", ["matched", "unknown", "already", "junk", "wrong order"])
def test_the_number_of_statements_does_not_depend_on_the_number_of_scans(engine: Engine, kind: str) -> None:
    serials = [f"FOC2121{number:04d}" for number in range(60)]
    with writing(engine) as session:
        make_order(session, "D4100201", serials)
        box = make_order(session, "D4100208", [TWO])
        if kind == "already":
            answered(session, *(scan(serial, at(0), 900 + number) for number, serial in enumerate(serials)))
    counted = []

    for first, last in ((0, 1), (1, 60)):
        raws = {
            "unknown": [f"FOC1921{number:04d}" for number in range(first, last)],
            "junk": [f"https://example.com/{number}" for number in range(first, last)],
        }.get(kind, serials[first:last])
        expected = box.number if kind == "wrong order" else None
        scans = [scan(raw, at(1), 100 + first + place, expected=expected) for place, raw in enumerate(raws)]
        with count_queries(engine) as seen, writing(engine) as session:
            record_scans(session, scans, by=SYSTEM, now=NOW)
        counted.append(len(seen))

    assert counted[1] <= counted[0] + 2  # The last unit of the order completes its return, and says so.
