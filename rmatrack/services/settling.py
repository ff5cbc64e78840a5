"""Settling a unit that does not come back: lost, bought or written off; and taking that back (SPEC R-7)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rmatrack.db.orders import Unit
from rmatrack.db.returns import Rma
from rmatrack.db.sight import units_seen_by
from rmatrack.domain.charges import Withdrawal
from rmatrack.domain.errors import BadInputError, ConflictError, NotFoundError, WrongStatusError, _
from rmatrack.domain.history import Change
from rmatrack.domain.orders import NEXT, UnitStatus, is_settled
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.charges import withdraw_charges
from rmatrack.services.history import record
from rmatrack.services.returns import complete_returns, reopen_returns

LONGEST_REASON = 200


class SettlingReasonError(BadInputError):
    """A settlement needs a reason, for whoever reads the history."""

    code = "settling-reason-missing"
    message = _("Say in a few words why. The reason stands in the history of this device.")

    def __init__(self) -> None:
        super().__init__(field="reason")


def settlements_open_to(status: UnitStatus) -> list[UnitStatus]:
    """Return what a person may settle a unit of *status* as; only the dock receives."""
    return [target for target in UnitStatus if target in NEXT[status] and target is not UnitStatus.RECEIVED]


def settle(session: Session, unit_id: int, target: UnitStatus, *, reason: str, by: Actor, now: datetime) -> Unit:
    """Settle a unit as *target*, or say that it is still with the customer (`shipped`) after all.

    Its RMA completes where this was its last unit, and opens again where it no longer is. Raises `WrongStatusError`
    where *target* does not follow, and `ConflictError` where the unit came in, or left again, at the same moment.
    """
    by.must(Permission.SETTLE)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise SettlingReasonError
    unit = session.scalar(select(Unit).where(Unit.id == unit_id, units_seen_by(by)))
    if unit is None:
        raise NotFoundError
    before = UnitStatus(unit.status)
    if target not in settlements_open_to(before):
        raise WrongStatusError(before, target)
    _move_guarded(session, unit, before, target, now)
    change = Change(
        "unit", unit.serial, "settled", "status", before, target, reason, order_id=unit.order_id, unit_id=unit.id
    )
    record(session, [change], by=by, now=now)
    if target in {UnitStatus.BOUGHT, UnitStatus.WRITTEN_OFF}:
        withdraw_charges(session, {unit.id}, Withdrawal.SETTLED, by=by, now=now)
    _follow_up(session, unit.order_id, target, by=by, now=now)
    return unit


def _move_guarded(session: Session, unit: Unit, before: UnitStatus, target: UnitStatus, now: datetime) -> None:
    moved = session.execute(
        update(Unit)
        .where(Unit.id == unit.id, Unit.status == before)
        .values(status=target, settled_at=now if is_settled(target) else None, version=Unit.version + 1)
        .returning(Unit.id)
    ).all()
    if not moved:
        raise ConflictError


def _follow_up(session: Session, order_id: int, target: UnitStatus, *, by: Actor, now: datetime) -> None:
    rma_ids: Iterable[int] = session.scalars(select(Rma.id).where(Rma.order_id == order_id)).all()
    follow = complete_returns if is_settled(target) else reopen_returns
    follow(session, list(rma_ids), by=by, now=now)
