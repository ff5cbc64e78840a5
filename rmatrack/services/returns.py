"""Returns complete themselves when their last unit or discrepancy is settled, and open again when one is not (R-7)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.completion import complete_settled, lock_returns, reopen_unsettled
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor
from rmatrack.services.history import record


def complete_returns(session: Session, rma_ids: Collection[int], *, by: Actor, now: datetime) -> list[str]:
    """Complete those of the returns *rma_ids* that are settled, and return their numbers."""
    if not rma_ids:
        return []
    lock_returns(session, rma_ids)
    done = complete_settled(session, rma_ids, now)
    record(session, [Change("rma", rma.number, "completed", order_id=rma.order_id) for rma in done], by=by, now=now)
    return [rma.number for rma in done]


def reopen_returns(session: Session, rma_ids: Collection[int], *, by: Actor, now: datetime) -> list[str]:
    """Open those of the returns *rma_ids* again that are no longer settled, and return their numbers."""
    if not rma_ids:
        return []
    lock_returns(session, rma_ids)
    opened = reopen_unsettled(session, rma_ids)
    record(session, [Change("rma", rma.number, "reopened", order_id=rma.order_id) for rma in opened], by=by, now=now)
    return [rma.number for rma in opened]
