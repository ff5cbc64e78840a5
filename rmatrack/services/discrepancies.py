"""Settling what did not match: somebody takes it on, and closes it with a reason that fits (SPEC R-2, R-7)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db.discrepancies import change_discrepancy, discrepancy_with_id
from rmatrack.domain.discrepancies import BY_ITSELF, ClosingReason, ClosingReasonError, DiscrepancyType, closing_reason
from rmatrack.domain.errors import ConflictError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.history import record
from rmatrack.services.returns import complete_returns

LONGEST_NOTE = 500


class DiscrepancyClosedError(RuleBrokenError):
    """It was closed before."""

    code = "discrepancy-closed"
    message = _("This discrepancy was closed before, by %(person)s. There is nothing to do.")

    def __init__(self, person: str) -> None:
        super().__init__(person=person)


def close_discrepancy(
    session: Session, discrepancy_id: int, reason: ClosingReason, *, note: str = "", by: Actor, now: datetime
) -> list[str]:
    """Close a discrepancy, and return the numbers of the RMAs that are complete by it."""
    found = _open(session, discrepancy_id, by)
    type_ = DiscrepancyType(found.type)
    if reason in BY_ITSELF:
        raise ClosingReasonError(type_, reason)
    kept = note.strip()[:LONGEST_NOTE] or None
    _change(
        session,
        found,
        closing_reason=closing_reason(type_, reason).value,
        closing_note=kept,
        closed_at=now,
        closed_by=by.name,
    )
    change = replace(_told(found, "closed"), field="closing_reason", new=reason, reason=kept)
    record(session, [change], by=by, now=now)
    return complete_returns(session, {found.rma_id} if found.rma_id else (), by=by, now=now)


def assign_discrepancy(session: Session, discrepancy_id: int, *, owner: Actor | None, by: Actor, now: datetime) -> None:
    """Make *owner* the one who settles a discrepancy, or nobody."""
    found = _open(session, discrepancy_id, by)
    _change(session, found, owner_id=owner.person_id if owner else None)
    change = replace(_told(found, "assigned"), field="owner", old=found.owner, new=owner.name if owner else None)
    record(session, [change], by=by, now=now)


def _open(session: Session, discrepancy_id: int, by: Actor) -> Any:
    by.must(Permission.SETTLE)
    found = discrepancy_with_id(session, discrepancy_id, seen_by=by)
    if found is None:
        raise NotFoundError
    if found.closed_at is not None:
        raise DiscrepancyClosedError(found.closed_by)
    return found


def _change(session: Session, found: Any, **values: object) -> None:
    if not change_discrepancy(session, found.id, found.version, **values):
        raise ConflictError


def _told(found: Any, deed: str) -> Change:
    return Change("discrepancy", str(found.id), deed, order_id=found.order_id, unit_id=found.unit_id)
