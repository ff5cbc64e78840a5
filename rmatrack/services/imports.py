"""Importing shipments from a file: read, look at what would happen, then load it, all or nothing per order (SPEC D-10).

Reading and the preview come before the step that writes. `load` compares again inside it, so that what is written is
what was shown, or nothing.
"""

from collections import Counter
from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.shipments import take_turns
from rmatrack.domain.errors import ConflictError
from rmatrack.domain.history import Change
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.shipment_problems import Problem
from rmatrack.domain.shipments import Shipment, Standing
from rmatrack.services.shipment_layout import NO_ANSWERS, Answers, layout_of
from rmatrack.services.shipment_parties import Step
from rmatrack.services.shipment_plans import Headers, Known, OrderPlan, fingerprint, known_about, plans_for, trial_name
from rmatrack.services.shipment_remarks import with_remarks
from rmatrack.services.shipment_rows import Reading, shipments_in
from rmatrack.services.shipments import carry_out
from rmatrack.services.spreadsheets import Table, read_table

__all__ = ["NO_ANSWERS", "Answers", "Loaded", "Preview", "load", "preview", "read_table"]

REASON = "import"


@dataclass(frozen=True, slots=True)
class Preview:
    """What loading a file would do. `problems` hold orders back, `remarks` do not.

    What would be new beside the orders is given by the first shipment that speaks of it.
    """

    name: str
    orders: Sequence[OrderPlan]
    headers: Headers
    new_partners: Sequence[Shipment]
    new_customers: Sequence[Shipment]
    new_administrators: Sequence[Shipment]
    new_trials: Sequence[Shipment]
    remarks: Sequence[Problem]

    def standing(self, standing: Standing) -> list[OrderPlan]:
        """Return the orders of one standing, in the order of the file."""
        return [plan for plan in self.orders if plan.standing is standing]

    @property
    def counts(self) -> Mapping[Standing, int]:
        """Return how many orders there are of each standing."""
        counted = Counter(plan.standing for plan in self.orders)
        return {standing: counted[standing] for standing in Standing}

    @property
    def problems(self) -> list[Problem]:
        """Return everything that holds an order back, by line."""
        return sorted((problem for plan in self.orders for problem in plan.problems), key=lambda one: one.line)

    @property
    def changes_something(self) -> bool:
        """Say whether loading would write anything."""
        return any(plan.standing in {Standing.NEW, Standing.CHANGED} for plan in self.orders)

    @property
    def fingerprint(self) -> str:
        """Return a digest of what would be written, to tell whether somebody confirms what they were shown."""
        return fingerprint(self.orders)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was done: orders by what became of them, and the units that were written."""

    new: int
    changed: int
    unchanged: int
    refused: int
    units: int


def preview(session: Session, table: Table, *, policy: Policy, by: Actor, answers: Answers = NO_ANSWERS) -> Preview:
    """Return what loading *table* would do; nothing is written.

    Raises the first question that the file leaves open and *answers* do not settle: `layout_of` lists them all.
    """
    by.must(Permission.RECORD_SHIPMENTS)
    layout = layout_of(table, answers)
    if layout.questions:
        raise layout.questions[0]
    reading = shipments_in(layout)
    known = known_about(session, reading.shipments)
    plans = with_remarks(session, plans_for(reading.shipments, known, reading.headers), known, policy, reading.headers)
    return _preview(table.name, plans, reading, known)


def load(session: Session, shown: Preview, *, policy: Policy, by: Actor, now: datetime) -> Loaded:
    """Write what a preview has shown. An order that somebody recorded likewise meanwhile is left as it is.

    Raises `ConflictError`, with nothing written, where something else would now happen to an order than was shown.
    """
    by.must(Permission.RECORD_SHIPMENTS)
    take_turns(session)
    shipments = [plan.shipment for plan in shown.orders if plan.shipment and plan.standing is not Standing.REFUSED]
    known = known_about(session, shipments, lock=True)
    plans = plans_for(shipments, known, shown.headers)
    _refuse_surprises(shown, plans)
    step = Step(session, policy, by, now, REASON)
    done = _loaded(plans, refused=len(shown.standing(Standing.REFUSED)))
    if done.new or done.changed:
        summary = f"{done.new} new, {done.changed} changed, {done.unchanged} unchanged, {done.refused} refused"
        step.note([Change("import", shown.name[:64], "loaded", new=summary)])
    carry_out(step, plans, known)
    return done


def _refuse_surprises(shown: Preview, plans: Sequence[OrderPlan]) -> None:
    effects = {plan.number: plan.effect for plan in shown.orders}
    if any(plan.standing is not Standing.UNCHANGED and plan.effect != effects[plan.number] for plan in plans):
        raise ConflictError


def _loaded(plans: Sequence[OrderPlan], *, refused: int) -> Loaded:
    counts = Counter(plan.standing for plan in plans)
    return Loaded(
        new=counts[Standing.NEW],
        changed=counts[Standing.CHANGED],
        unchanged=counts[Standing.UNCHANGED],
        refused=refused,
        units=sum(len(plan.added) for plan in plans if plan.standing in {Standing.NEW, Standing.CHANGED}),
    )


def _preview(name: str, plans: Sequence[OrderPlan], reading: Reading, known: Known) -> Preview:
    unread = [
        OrderPlan(number, Standing.REFUSED, min(problem.line for problem in problems), problems=tuple(problems))
        for number, problems in reading.problems.items()
    ]
    fine = [plan.shipment for plan in plans if plan.shipment and plan.standing in {Standing.NEW, Standing.CHANGED}]
    on_trial = [shipment for shipment in fine if shipment.trial_expires_on]
    remarks = [*reading.remarks, *(remark for plan in plans for remark in plan.remarks)]
    return Preview(
        name=name,
        orders=sorted((*plans, *unread), key=lambda plan: plan.line),
        headers=reading.headers,
        new_partners=_strangers(fine, lambda shipment: name_key(shipment.partner), known.partners),
        new_customers=_strangers(fine, lambda shipment: shipment.org_id, known.customers),
        new_administrators=_strangers(fine, lambda shipment: shipment.admin_email, known.organisations),
        new_trials=_strangers(on_trial, trial_name, known.trial_ids),
        remarks=sorted(remarks, key=lambda one: one.line),
    )


def _strangers(
    shipments: Sequence[Shipment], name: Callable[[Shipment], Hashable], known: Container[Hashable]
) -> list[Shipment]:
    """Return the first shipment of each name that is not *known*."""
    first: dict[Hashable, Shipment] = {}
    for shipment in shipments:
        first.setdefault(name(shipment), shipment)
    return [shipment for key, shipment in first.items() if key not in known]
