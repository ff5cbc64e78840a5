"""For which units a charge is due, and which proposals have been overtaken by what happened (SPEC R-9)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.charges import Charge
from rmatrack.db.due_conditions import up_to
from rmatrack.db.ladder import is_moving, on_the_ladder
from rmatrack.db.orders import Unit
from rmatrack.db.unit_notices import UnitNotice
from rmatrack.domain.charges import FINAL, STANDING, UNDECIDED, ChargeCause, ChargeState, Withdrawal
from rmatrack.domain.due import EulaThresholds
from rmatrack.domain.ladder import Rung
from rmatrack.domain.orders import UnitStatus


class ToCharge(NamedTuple):
    """A unit that nobody returned after its last reminder, with what a proposal is made of."""

    unit_id: int
    order_id: int
    model: str
    eula_expires_on: date
    zone: str
    told_at: datetime


class Untrue(NamedTuple):
    """A unit of which a proposal stands that what happened since has overtaken."""

    unit_id: int
    because: str


def units_to_charge(
    session: Session,
    last: Rung,
    reached: EulaThresholds,
    *,
    told_before: datetime,
    quiet_since: datetime,
    only: Collection[int] | None = None,
) -> Sequence[ToCharge]:
    """The units of which the *last* rung was told before a moment, and for which no charge was proposed since."""
    told_at = func.min(UnitNotice.queued_at)
    proposed = select(Charge.id).where(
        Charge.unit_id == Unit.id,
        Charge.cause == ChargeCause.NOT_RETURNED.value,
        or_(
            Charge.state.in_(state.value for state in STANDING),
            and_(Charge.state.in_(state.value for state in FINAL), Charge.eula_expires_on == Unit.eula_expires_on),
        ),
    )
    question = (
        select(Unit.id, Unit.order_id, Unit.model, Unit.eula_expires_on, Unit.zone, told_at)
        .join(
            UnitNotice,
            and_(
                UnitNotice.unit_id == Unit.id,
                UnitNotice.step == last.code,
                UnitNotice.eula_expires_on == Unit.eula_expires_on,
            ),
        )
        .where(Unit.settled_at.is_(None), up_to(reached), ~proposed.exists(), *on_the_ladder(quiet_since))
        .group_by(Unit.id, Unit.order_id, Unit.model, Unit.eula_expires_on, Unit.zone)
        .having(told_at < told_before)
        .order_by(Unit.id)
    )
    if only is None:
        return [ToCharge._make(row) for row in session.execute(question)]
    return [ToCharge._make(row) for row in session.execute(question.where(among(Unit.id, "ids")), {"ids": only})]


def untrue_charges(session: Session) -> Sequence[Untrue]:
    """The proposals that no longer hold, with why; accepted ones only where the unit came in."""
    received = Unit.status == UnitStatus.RECEIVED.value
    undecided = Charge.state.in_(state.value for state in UNDECIDED)
    moved = and_(Unit.settled_at.is_(None), is_moving())
    extended = Unit.eula_expires_on > Charge.eula_expires_on
    settled = Unit.status.in_((UnitStatus.BOUGHT.value, UnitStatus.WRITTEN_OFF.value))
    because = case(
        (received, Withdrawal.RECEIVED.value),
        (moved, Withdrawal.MOVED.value),
        (extended, Withdrawal.EXTENDED.value),
        else_=Withdrawal.SETTLED.value,
    )
    overtaken = or_(
        and_(Charge.state == ChargeState.ACCEPTED.value, received),
        and_(undecided, or_(received, moved, extended, settled)),
    )
    question = (
        select(Charge.unit_id, because)
        .join(Unit, Unit.id == Charge.unit_id)
        .where(
            Charge.state.in_([ChargeState.ACCEPTED.value, *(state.value for state in UNDECIDED)]),
            Charge.cause == ChargeCause.NOT_RETURNED.value,
            overtaken,
        )
        .order_by(Charge.unit_id)
    )
    return [Untrue._make(row) for row in session.execute(question)]
