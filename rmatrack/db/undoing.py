"""What stands on a scan, and taking a receipt back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, or_, select, update
from sqlalchemy.orm import Session

from rmatrack.db.orders import Unit
from rmatrack.db.scans import DISCREPANCY, SCAN, UNIT
from rmatrack.domain.discrepancies import ClosingReason
from rmatrack.domain.orders import UnitStatus


def scan_with_id(session: Session, scan_id: str) -> Row[Any] | None:
    """All columns of one scan."""
    return session.connection().execute(select(SCAN).where(SCAN.c.id == scan_id)).one_or_none()


def mark_undone(session: Session, scan_id: str, *, by_name: str, reason: str, now: datetime) -> bool:
    """Mark a scan as undone; say whether it was not before."""
    statement = update(SCAN).where(SCAN.c.id == scan_id, SCAN.c.undone_at.is_(None))
    values = {"undone_at": now, "undone_by": by_name, "undo_reason": reason}
    return session.connection().execute(statement.values(values)).rowcount == 1


def scans_that_stand(session: Session, *, unit_id: int | None, serial_key: str) -> Sequence[Row[Any]]:
    """The scans of a unit, or of a serial that belongs to none, that were not undone; the earliest first."""
    of_same: ColumnElement[bool] = SCAN.c.unit_id == unit_id
    if unit_id is None:
        of_same = SCAN.c.unit_id.is_(None) & (SCAN.c.serial_key == serial_key)
    statement = select(SCAN).where(of_same, SCAN.c.undone_at.is_(None)).order_by(SCAN.c.scanned_at, SCAN.c.id)
    return session.connection().execute(statement).all()


def is_out_again(session: Session, serial_key: str) -> bool:
    """Say whether the serial has left on another loan."""
    statement = select(exists().where(Unit.serial_key == serial_key, Unit.settled_at.is_(None)))
    return bool(session.connection().execute(statement).scalar())


def is_inspected(session: Session, unit_id: int) -> bool:
    """Say whether somebody gave a verdict on the unit."""
    statement = select(exists().where(Unit.id == unit_id, Unit.inspected_at.is_not(None)))
    return bool(session.connection().execute(statement).scalar())


def take_back(session: Session, unit_id: int, status: UnitStatus) -> bool:
    """Give a received unit its earlier *status* again; say whether it was received."""
    values: dict[str, Any] = {"status": status.value, "received_at": None, "version": UNIT.c.version + 1}
    if status is UnitStatus.SHIPPED:
        values["settled_at"] = None
    statement = update(UNIT).where(UNIT.c.id == unit_id, UNIT.c.status == UnitStatus.RECEIVED.value)
    return session.connection().execute(statement.values(values)).rowcount == 1


def discrepancies_found_by(session: Session, scan_id: str) -> Sequence[Row[Any]]:
    """The discrepancies that a scan opened, those apart that an import explained."""
    not_by_itself = or_(
        DISCREPANCY.c.closing_reason.is_(None), DISCREPANCY.c.closing_reason != ClosingReason.MATCHED_LATER.value
    )
    statement = select(DISCREPANCY).where(DISCREPANCY.c.scan_id == scan_id, not_by_itself)
    return session.connection().execute(statement).all()


def close_as_undone(session: Session, discrepancy_ids: Sequence[int], *, by_name: str, now: datetime) -> None:
    """Close discrepancies whose scan was undone."""
    statement = update(DISCREPANCY).where(DISCREPANCY.c.id.in_(discrepancy_ids), DISCREPANCY.c.closed_at.is_(None))
    values = {
        "closed_at": now,
        "closing_reason": ClosingReason.SCAN_UNDONE.value,
        "closed_by": by_name,
        "version": DISCREPANCY.c.version + 1,
    }
    session.connection().execute(statement.values(values))
