"""The devices that were sent to trials, and those still out, with their own clock (SPEC D-4, D-7)."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.orders import DemoOrder, Unit


def units_out_of(session: Session, trial_ids: Collection[int]) -> Sequence[Row[int | None, Unit, DemoOrder]]:
    """The units of some trials that are still out, each with its trial and its order, the soonest due first."""
    question = (
        select(DemoOrder.trial_id, Unit, DemoOrder)
        .join(Unit, Unit.order_id == DemoOrder.id)
        .where(among(DemoOrder.trial_id, "ids"), Unit.settled_at.is_(None))
        .order_by(Unit.eula_expires_on, Unit.id)
    )
    return session.execute(question, {"ids": trial_ids}).all()


def counts_out(session: Session, trial_ids: Collection[int]) -> dict[int, int]:
    """How many units of each trial are still out; a trial without any is left out."""
    question = (
        select(DemoOrder.trial_id, func.count(Unit.id))
        .join(Unit, Unit.order_id == DemoOrder.id)
        .where(among(DemoOrder.trial_id, "ids"), Unit.settled_at.is_(None))
        .group_by(DemoOrder.trial_id)
    )
    return {id_: count for id_, count in session.execute(question, {"ids": trial_ids}) if id_ is not None}


def count_units_out(session: Session, trial_id: int) -> int:
    """How many units of a trial are still out."""
    return counts_out(session, [trial_id]).get(trial_id, 0)
