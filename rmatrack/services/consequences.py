"""What a step with a trial does to its devices, shown before the step is taken (SPEC D-7)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.trial_units import units_out_of
from rmatrack.domain.consequences import Consequences, Step, UnitOut
from rmatrack.domain.due import due_on, is_overdue
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.services.trial_standing import Standing, trial_seen


def consequences_of(
    session: Session, trial_id: int, step: Step, *, seen_by: Actor, policy: Policy, now: datetime
) -> Consequences:
    """Return the units still out with their due days, which *step* leaves as they are."""
    standing = trial_seen(session, trial_id, seen_by=seen_by, policy=policy, now=now)
    return Consequences(step, out_with(session, standing, policy))


def out_with(session: Session, standing: Standing, policy: Policy) -> Sequence[UnitOut]:
    """Return the units of a trial that are still out, the soonest due first."""
    return out_by_trial(session, [standing], policy)[standing.trial.id]


def out_by_trial(session: Session, standings: Sequence[Standing], policy: Policy) -> Mapping[int, Sequence[UnitOut]]:
    """Return the units of each trial that are still out."""
    todays = {standing.trial.id: standing.today for standing in standings}
    found: dict[int, list[UnitOut]] = {id_: [] for id_ in todays}
    for trial_id, unit, order in units_out_of(session, todays):
        if trial_id is not None:
            found[trial_id].append(_out(unit, order, todays[trial_id], policy))
    return found


def _out(unit: Unit, order: DemoOrder, today: date, policy: Policy) -> UnitOut:
    due = due_on(unit.eula_expires_on, window_days=policy.return_window_days)
    return UnitOut(
        unit_id=unit.id,
        order=order.number,
        model=unit.model,
        serial=unit.serial,
        eula_expires_on=unit.eula_expires_on,
        due_on=due,
        is_overdue=is_overdue(due, today),
    )
