"""Settling what did not match: somebody takes it on, and closes it with a reason that fits (SPEC R-2, R-7)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db.discrepancies import (
    change_discrepancies,
    change_discrepancy,
    completed_without,
    discrepancies_chosen,
    discrepancy_with_id,
    lock_discrepancies,
    received_with_keys,
)
from rmatrack.domain.discrepancies import (
    BY_ITSELF,
    ClosingReason,
    ClosingReasonError,
    DiscrepancyType,
    closing_reason,
    common_reasons,
    safe_reason,
)
from rmatrack.domain.errors import ConflictError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.discrepancy_owners import tell_owner
from rmatrack.services.history import record
from rmatrack.services.returns import complete_returns

LONGEST_NOTE = 500
MOST_TOGETHER = 500


class DiscrepancyClosedError(RuleBrokenError):
    """It was closed before."""

    code = "discrepancy-closed"
    message = _("This discrepancy was closed before, by %(person)s. There is nothing to do.")

    def __init__(self, person: str) -> None:
        super().__init__(person=person)


class NothingToAcceptError(RuleBrokenError):
    """Nothing that happened since explains it."""

    code = "nothing-to-accept"
    message = _("Nothing that happened since explains this discrepancy. Look at it, and close it with a reason.")


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


def assign_discrepancy(
    session: Session, discrepancy_id: int, *, owner: Actor | None, seen: int | None = None, by: Actor, now: datetime
) -> None:
    """Make *owner* the one who settles a discrepancy, or nobody; they are told where it was not they who did it.

    *seen* is the version that was looked at: raises `ConflictError` where somebody changed it since.
    """
    found = _open(session, discrepancy_id, by)
    if seen is not None and seen != found.version:
        raise ConflictError
    _change(session, found, owner_id=owner.person_id if owner else None)
    change = replace(_told(found, "assigned"), field="owner", old=found.owner, new=owner.name if owner else None)
    record(session, [change], by=by, now=now)
    tell_owner(session, owner, [(found.id, found.version, found.serial_key)], by=by, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTogether:
    """What closing several did: `closed` now, `before` by somebody else, and the RMAs that are complete by it."""

    closed: Sequence[int]
    before: Sequence[int]
    completed: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingPreview:
    """What closing several would do; `reasons` fit all that are open."""

    open: Sequence[Any]
    before: Sequence[Any]
    reasons: Sequence[ClosingReason]
    completes: Sequence[str]


def preview_closing(session: Session, ids: Collection[int], *, by: Actor) -> ClosingPreview:
    """Return what closing the discrepancies *ids* would do; raises `NotFoundError` where there is none of them."""
    rows = _chosen(session, ids, by)
    still = [row for row in rows if row.closed_at is None]
    return ClosingPreview(
        open=still,
        before=[row for row in rows if row.closed_at is not None],
        reasons=common_reasons({DiscrepancyType(row.type) for row in still}),
        completes=completed_without(session, [row.id for row in still]),
    )


def close_discrepancies(
    session: Session, ids: Collection[int], reason: ClosingReason, *, note: str = "", by: Actor, now: datetime
) -> ClosedTogether:
    """Close several with one reason, each once; those that somebody closed before stay as they are.

    Raises `ClosingReasonError`, and closes none, where the reason does not fit the type of one that is open.
    """
    lock_discrepancies(session, ids)
    rows = _chosen(session, ids, by)
    still = {row.id: row for row in rows if row.closed_at is None}
    for type_ in {DiscrepancyType(row.type) for row in still.values()}:
        if reason in BY_ITSELF:
            raise ClosingReasonError(type_, reason)
        closing_reason(type_, reason)
    kept = note.strip()[:LONGEST_NOTE] or None
    values = {"closing_reason": reason.value, "closing_note": kept, "closed_at": now, "closed_by": by.name}
    closed = change_discrepancies(session, still.keys(), **values) if still else set()
    told = [
        replace(_told(still[one], "closed"), field="closing_reason", new=reason, reason=kept) for one in sorted(closed)
    ]
    record(session, told, by=by, now=now)
    rmas = {still[one].rma_id for one in closed if still[one].rma_id}
    return ClosedTogether(
        closed=sorted(closed),
        before=sorted(row.id for row in rows if row.id not in closed),
        completed=complete_returns(session, rmas, by=by, now=now),
    )


def assign_discrepancies(
    session: Session, ids: Collection[int], *, owner: Actor | None, by: Actor, now: datetime
) -> Sequence[int]:
    """Make *owner* the one who settles several, or nobody; return those that are open and were not so already."""
    lock_discrepancies(session, ids)
    rows = _chosen(session, ids, by)
    person_id = owner.person_id if owner else None
    others = {row.id: row for row in rows if row.closed_at is None and row.owner_id != person_id}
    changed = change_discrepancies(session, others.keys(), owner_id=person_id) if others else set()
    new = owner.name if owner else None
    told = [
        replace(_told(others[one], "assigned"), field="owner", old=others[one].owner, new=new)
        for one in sorted(changed)
    ]
    record(session, told, by=by, now=now)
    rows = [others[one] for one in sorted(changed)]
    tell_owner(session, owner, [(row.id, row.version, row.serial_key) for row in rows], by=by, now=now)
    return sorted(changed)


def accept_suggestion(session: Session, discrepancy_id: int, *, by: Actor, now: datetime) -> list[str]:
    """Close a discrepancy with the reason that what happened since speaks for; return the RMAs complete by it."""
    found = _open(session, discrepancy_id, by)
    reason = safe_reasons(session, [found]).get(discrepancy_id)
    if reason is None:
        raise NothingToAcceptError
    return close_discrepancy(session, discrepancy_id, reason, by=by, now=now)


def safe_reasons(session: Session, rows: Sequence[Any]) -> dict[int, ClosingReason]:
    """Return, for those of *rows* that may be closed with one click, the reason; one statement for all."""
    near = {row.id: row.suggestion["serial"] for row in rows if _names_another(row)}
    received = received_with_keys(session, set(near.values()))
    found = {
        row.id: safe_reason(
            DiscrepancyType(row.type),
            row.opened_at,
            unit_received=row.unit_received,
            near_received=received.get(near.get(row.id, "")),
        )
        for row in rows
        if row.closed_at is None
    }
    return {id_: reason for id_, reason in found.items() if reason}


def _names_another(row: Any) -> bool:
    return DiscrepancyType(row.type) is DiscrepancyType.UNKNOWN_SERIAL and bool(row.suggestion)


def _chosen(session: Session, ids: Collection[int], by: Actor) -> Sequence[Any]:
    by.must(Permission.SETTLE)
    rows = discrepancies_chosen(session, ids, seen_by=by)
    if not rows:
        raise NotFoundError
    return rows


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
