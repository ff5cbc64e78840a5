"""Undoing a scan: the receipt is taken back and what it found is closed, where nothing later stands on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db.scans import date_back_discrepancies, receive_units, units_with_ids
from rmatrack.db.undoing import (
    close_as_undone,
    discrepancies_found_by,
    is_inspected,
    is_out_again,
    mark_undone,
    scan_with_id,
    scans_that_stand,
    take_back,
)
from rmatrack.domain.charges import ChargeCause
from rmatrack.domain.discrepancies import ClosingReason, DiscrepancyType
from rmatrack.domain.errors import BadInputError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.orders import UnitStatus, take_back_receipt
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.receiving import RECEIVES, Outcome
from rmatrack.services.charges import charge_once_more
from rmatrack.services.history import record
from rmatrack.services.returns import complete_returns, reopen_returns
from rmatrack.services.scan_answers import Answer

LONGEST_REASON = 200


class UndoReasonError(BadInputError):
    """Taking something back needs a reason, for whoever reads the history."""

    code = "undo-reason-missing"
    message = _("Say in a few words why this scan is undone.")

    def __init__(self) -> None:
        super().__init__(field="reason")


class UndoneAlreadyError(RuleBrokenError):
    """A scan is undone once."""

    code = "undone-already"
    message = _("This scan was undone before. There is nothing to do.")


class ScannedSinceError(RuleBrokenError):
    """A later scan says that the unit is here."""

    code = "scanned-since"
    message = _("%(serial)s was scanned again afterwards. Undo the later scan first.")

    def __init__(self, serial: str) -> None:
        super().__init__(serial=serial)


class ShippedAgainError(RuleBrokenError):
    """The unit has left on another loan since."""

    code = "shipped-again"
    message = _("%(serial)s has been shipped again since, so it was here. The receipt stays.")

    def __init__(self, serial: str) -> None:
        super().__init__(serial=serial)


class InspectedSinceError(RuleBrokenError):
    """Somebody has held it in their hands since."""

    code = "inspected-since"
    message = _("%(serial)s was inspected since, so it is here. The receipt stays.")

    def __init__(self, serial: str) -> None:
        super().__init__(serial=serial)


class DiscrepancySettledError(RuleBrokenError):
    """Somebody has settled what the scan found."""

    code = "discrepancy-settled"
    message = _("What this scan found was settled by %(person)s. It can no longer be undone.")

    def __init__(self, person: str) -> None:
        super().__init__(person=person)


def undo_scan(session: Session, scan_id: str, *, reason: str, by: Actor, now: datetime) -> Answer:
    """Undo a scan: its unit is out again, or in the state it was in before. The scan itself stays in the record."""
    by.must(Permission.SCAN)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise UndoReasonError
    scan = scan_with_id(session, scan_id)
    if scan is None:
        raise NotFoundError
    unit = next(iter(units_with_ids(session, {scan.unit_id} if scan.unit_id else ())), None)
    if not mark_undone(session, scan_id, by_name=by.name, reason=reason, now=now):
        raise UndoneAlreadyError
    changes = [Change("scan", scan_id, "undone", reason=reason, unit_id=scan.unit_id)]
    others = scans_that_stand(session, unit_id=scan.unit_id, serial_key=scan.serial_key)
    if unit and others:
        if Outcome(scan.outcome) in RECEIVES:
            raise ScannedSinceError(unit.serial)
        receive_units(session, {unit.id})
    elif unit:
        changes.append(_taken_back(session, unit, _status_before(scan), reason))
    record(session, changes, by=by, now=now)
    charge_once_more(session, {unit.id} if unit else (), ChargeCause.NOT_RETURNED, by=by, now=now)
    closed = _close_found(session, scan, others, by=by, now=now)
    reopen_returns(session, {unit.rma_id} if unit and unit.rma_id else (), by=by, now=now)
    complete_returns(session, closed, by=by, now=now)
    return Answer(scan_id=scan_id, outcome=Outcome(scan.outcome), facts=scan.answer)


def _status_before(scan: Any) -> UnitStatus:
    return UnitStatus(scan.answer.get("status", UnitStatus.SHIPPED))


def _taken_back(session: Session, unit: Any, before: UnitStatus, reason: str) -> Change:
    if before is UnitStatus.RECEIVED:  # A second scan, left over when those before it were undone.
        before = UnitStatus.SHIPPED
    if is_inspected(session, unit.id):
        raise InspectedSinceError(unit.serial)
    status = take_back_receipt(UnitStatus(unit.status), before)
    if status is UnitStatus.SHIPPED and is_out_again(session, unit.serial_key):
        raise ShippedAgainError(unit.serial)
    take_back(session, unit.id, status)
    return Change(
        "unit",
        unit.serial,
        "receipt undone",
        field="status",
        old=UnitStatus.RECEIVED,
        new=status,
        reason=reason,
        order_id=unit.order_id,
        unit_id=unit.id,
    )


def _close_found(session: Session, scan: Any, others: Sequence[Any], *, by: Actor, now: datetime) -> set[int]:
    """Close what the scan found unless another scan says the same; return the RMAs that it held open."""
    closed, kept = [], []
    for found in discrepancies_found_by(session, scan.id):
        if found.closed_at is not None:
            raise DiscrepancySettledError(found.closed_by)
        same = next((other for other in others if _says_the_same(other, found)), None)
        if same is None:
            closed.append(found)
        else:
            kept.append({"discrepancy_id": found.id, "first_scan_id": same.id, "first_at": same.scanned_at})
    date_back_discrepancies(session, kept)
    if not closed:
        return set()
    close_as_undone(session, [found.id for found in closed], by_name=by.name, now=now)
    record(session, [_closed(found) for found in closed], by=by, now=now)
    return {found.rma_id for found in closed if found.rma_id}


def _says_the_same(scan: Any, found: Any) -> bool:
    match DiscrepancyType(found.type):
        case DiscrepancyType.WRONG_MODEL:
            return bool(scan.answer.get("claimed") == found.suggestion["claimed"])
        case DiscrepancyType.CAME_BACK_AFTER_SETTLED:
            return False
    return bool(scan.expected_rma_id == found.rma_id)


def _closed(found: Any) -> Change:
    return Change(
        "discrepancy",
        str(found.id),
        "closed",
        field="closing_reason",
        new=ClosingReason.SCAN_UNDONE,
        unit_id=found.unit_id,
    )
