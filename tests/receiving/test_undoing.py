"""A scan can be undone with a reason, where nothing later stands on it."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.history import Event
from rmatrack.db.receiving import Scan
from rmatrack.domain.discrepancies import ClosingReason
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.scans import ScanIn
from rmatrack.services.discrepancies import close_discrepancy
from rmatrack.services.undoing import undo_scan
from tests.receiving.dock import ONE, TWO, answered, at, codes, completed_at, noted, unit_of
from tests.receiving.shipments import NOW, make_order, scan


def undo(session: Session, done: ScanIn, reason: str = "wrong pile") -> None:
    undo_scan(session, done.id, reason=reason, by=SYSTEM, now=NOW)


def refused(session: Session, done: ScanIn, reason: str = "wrong pile") -> str:
    with pytest.raises(RmatrackError) as refusal:
        undo(session, done, reason)
    return refusal.value.code


def test_the_unit_is_out_again_and_the_return_open(session: Session) -> None:
    rma = make_order(session, "D4100201", [ONE])
    done = scan(ONE, at(0), 1)
    answered(session, done)

    undo(session, done)

    unit = unit_of(session, ONE)
    assert (unit.status, unit.received_at, unit.settled_at) == ("shipped", None, None)
    assert completed_at(session, rma) is None
    kept = session.scalars(select(Scan)).one()
    assert (kept.undone_at, kept.undone_by, kept.undo_reason) == (NOW, "system", "wrong pile")
    told = session.scalars(select(Event).where(Event.deed == "receipt undone")).one()
    assert (told.old, told.new, told.reason) == ("received", "shipped", "wrong pile")


def test_the_unit_can_be_received_again_afterwards(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    done = scan(ONE, at(0), 1)
    answered(session, done)
    undo(session, done)

    answers = answered(session, scan(ONE, at(5), 2), done)

    assert codes(answers) == ["matched", "matched"]
    assert unit_of(session, ONE).received_at == at(5)


def test_a_unit_that_was_given_up_is_given_up_again(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    unit = unit_of(session, ONE)
    unit.status, unit.settled_at = "lost", at(-9)
    session.flush()
    done = scan(ONE, at(0), 1)
    answered(session, done)

    undo(session, done)

    unit = unit_of(session, ONE)
    assert (unit.status, unit.received_at, unit.settled_at) == ("lost", None, at(-9))


def test_what_the_scan_found_is_closed_and_the_box_is_complete(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    box = make_order(session, "D4100208", [TWO])
    done = scan(ONE, at(0), 1, expected=box.number)
    answered(session, scan(TWO, at(0), 2), done)

    undo(session, done)

    assert [one.closing_reason for one in noted(session)] == ["scan-undone"]
    assert completed_at(session, box) == NOW


def test_what_another_scan_found_too_stays_open(session: Session) -> None:
    first, second = scan("FOC1923NVVQ", at(0), 1), scan("FOC1923NVVQ", at(1), 2)
    answered(session, first, second)

    undo(session, first)

    (found,) = noted(session)
    assert (found.closed_at, found.scan_id, found.opened_at) == (None, second.id, at(1))


def test_a_second_reading_is_undone_without_touching_the_receipt(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    first, second = scan(ONE, at(1), 1), scan(ONE, at(0), 2)
    answered(session, first)
    answered(session, second)

    undo(session, second)

    assert (unit_of(session, ONE).status, unit_of(session, ONE).received_at) == ("received", at(1))


def test_a_receipt_that_a_later_scan_confirms_stays(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    first = scan(ONE, at(0), 1)
    answered(session, first, scan(ONE, at(1), 2))

    assert refused(session, first) == "scanned-since"


def test_a_receipt_stays_once_the_unit_has_left_again(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    done = scan(ONE, at(0), 1)
    answered(session, done)
    make_order(session, "D4100208", [ONE], shipped_on=date(2026, 11, 21))

    assert refused(session, done) == "shipped-again"


def test_what_somebody_settled_stays_settled(session: Session) -> None:
    done = scan("FOC1923NVVQ", at(0), 1)
    answered(session, done)
    close_discrepancy(session, noted(session)[0].id, ClosingReason.NOT_OURS, by=SYSTEM, now=NOW)

    assert refused(session, done) == "discrepancy-settled"


def test_a_scan_is_undone_once_with_a_reason_and_must_exist(session: Session) -> None:
    done = scan("FOC1923NVVQ", at(0), 1)
    answered(session, done)

    without_reason = refused(session, done, " ")
    undo(session, done)

    assert without_reason == "undo-reason-missing"
    assert refused(session, done) == "undone-already"
    assert refused(session, scan(ONE, at(0), 99)) == "not-found"
