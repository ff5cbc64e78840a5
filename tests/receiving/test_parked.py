"""Unknown serials wait, and match by themselves once their shipment is known (SPEC R-4)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.history import Event
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.serials import SerialKey, normalise
from rmatrack.services.parked import match_parked
from tests.receiving.dock import ONE, THREE, TWO, answered, at, codes, completed_at, noted, unit_of
from tests.receiving.shipments import NOW, make_order, scan


def matched(session: Session, *serials: str) -> list[SerialKey]:
    return match_parked(session, [normalise(serial) for serial in serials], by=SYSTEM, now=NOW)


def test_a_parked_serial_is_received_when_its_shipment_is_imported(session: Session) -> None:
    answered(session, scan(ONE, at(5), 2), scan(ONE, at(0), 1), scan(THREE, at(1), 3))
    rma = make_order(session, "D4100201", [ONE])

    found = matched(session, ONE)

    assert found == [ONE]
    assert (unit_of(session, ONE).status, unit_of(session, ONE).received_at) == ("received", at(0))
    assert [(one.serial_key, one.closing_reason) for one in noted(session)] == [(ONE, "matched-later"), (THREE, None)]
    assert completed_at(session, rma) == NOW


def test_the_answers_that_were_given_stay_as_they_were(session: Session) -> None:
    answered(session, scan(ONE, at(0), 1))
    make_order(session, "D4100201", [ONE])
    matched(session, ONE)

    answers = answered(session, scan(ONE, at(0), 1), scan(ONE, at(9), 2))

    assert codes(answers) == ["never_shipped", "already_received"]


def test_a_parked_serial_that_lay_in_another_box_still_does(session: Session) -> None:
    box = make_order(session, "D4100208", [TWO])
    answered(session, scan(ONE, at(0), 1, expected=box.number), scan(TWO, at(1), 2, expected=box.number))
    make_order(session, "D4100201", [ONE])

    matched(session, ONE)

    open_ones = [(one.type, one.rma_id) for one in noted(session) if one.closed_at is None]
    assert open_ones == [("wrong-order", box.id)]
    assert completed_at(session, box) is None


def test_a_complete_return_opens_again_when_something_unknown_lies_in_its_box(session: Session) -> None:
    box = make_order(session, "D4100208", [TWO])
    answered(session, scan(TWO, at(1), 2, expected=box.number))
    before = completed_at(session, box)

    answered(session, scan("FOC19230000", at(2), 3, expected=box.number))

    assert (before, completed_at(session, box)) == (NOW, None)


def test_a_device_scanned_before_its_shipment_left_stays_parked(session: Session) -> None:
    answered(session, scan(ONE, at(0), 1))
    make_order(session, "D4100201", [ONE], shipped_on=date(2026, 12, 1))

    found = matched(session, ONE)

    assert found == []
    assert unit_of(session, ONE).status == "shipped"


def test_matching_is_told_once(session: Session) -> None:
    answered(session, scan(ONE, at(0), 1))
    make_order(session, "D4100201", [ONE])

    matched(session, ONE)
    again = matched(session, ONE)

    assert again == []
    deeds = session.scalars(select(Event.deed).order_by(Event.id)).all()
    assert deeds == ["opened", "received", "closed", "completed"]
