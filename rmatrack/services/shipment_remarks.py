"""What is worth a look about shipments that are recorded all the same (SPEC D-2, D-3, D-9, D-10)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from rmatrack.db.shipments import device_trials_of, models_shipped
from rmatrack.domain.errors import RuleBrokenError
from rmatrack.domain.names import name_key
from rmatrack.domain.policy import Policy, carrier_for, model_of, ship_to_countries
from rmatrack.domain.serials import hints
from rmatrack.domain.shipment_columns import Column
from rmatrack.domain.shipment_problems import Place, Problem, Remark
from rmatrack.domain.shipments import Shipment, Standing
from rmatrack.services.shipment_plans import Headers, Known, OrderPlan, TrialName, trial_name

_NAMED = 5


def with_remarks(
    session: Session, plans: Sequence[OrderPlan], known: Known, policy: Policy, headers: Headers
) -> list[OrderPlan]:
    """Return *plans* with what is odd about those that would write something."""
    remarking = _Remarking(policy, headers, known, _trials(session, plans, known), _busy(session, plans, known))
    return [replace(plan, remarks=tuple(remarking.on(plan))) for plan in plans]


def _trials(
    session: Session, plans: Sequence[OrderPlan], known: Known
) -> Mapping[TrialName, Mapping[str, Sequence[str]]]:
    """Return which orders sent which models for each trial, those that are about to be recorded last."""
    names = {id_: name for name, id_ in known.trial_ids.items()}
    sent: dict[TrialName, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for trial_id, model, number in models_shipped(session, names):
        sent[names[trial_id]][model].append(number)
    for plan in plans:
        if plan.shipment and plan.standing is Standing.NEW:
            for model in {unit.model for unit in plan.added}:
                sent[trial_name(plan.shipment)][model].append(plan.number)
    return sent


def _busy(session: Session, plans: Sequence[OrderPlan], known: Known) -> Mapping[str, int]:
    """Return how many trials with devices each partner would have that gains one."""
    running = device_trials_of(session, {id_ for id_, _name in known.partners.values()})
    named = {trial_name(plan.shipment) for plan in plans if plan.shipment and plan.standing is Standing.NEW}
    gained = Counter(name[0] for name in named - known.trial_ids.keys())
    return {key: count + running.get(known.partners.get(key, (0, ""))[0], 0) for key, count in gained.items()}


@dataclass(frozen=True, slots=True)
class _Remarking:
    policy: Policy
    headers: Headers
    known: Known
    sent: Mapping[TrialName, Mapping[str, Sequence[str]]]
    busy: Mapping[str, int]

    def on(self, plan: OrderPlan) -> Iterator[Problem]:
        shipment = plan.shipment
        if shipment is None or plan.standing not in {Standing.NEW, Standing.CHANGED}:
            return
        yield from self._name(shipment)
        yield from self._places(plan, shipment)
        yield from self._dates(plan, shipment)
        yield from self._serials(plan, shipment)
        if plan.added:
            yield from self._limits(shipment)
            yield from self._trial(shipment)

    def _place(self, shipment: Shipment, column: Column, line: int = 0) -> Place:
        return Place(shipment.number, line or shipment.line, column, self.headers.get(column, ""))

    def _name(self, shipment: Shipment) -> Iterator[Problem]:
        customer = self.known.customers.get(shipment.org_id)
        if customer and name_key(customer.name) != name_key(shipment.customer):
            place = self._place(shipment, Column.CUSTOMER)
            yield place.problem(Remark.CUSTOMER_NAME, org_id=shipment.org_id, known=customer.name)

    def _places(self, plan: OrderPlan, shipment: Shipment) -> Iterator[Problem]:
        """Yield what the policy says of the country: who brings units back, and what may be sent there."""
        place = self._place(shipment, Column.COUNTRY)
        if plan.added or any(difference.field == "country" for difference in plan.differences):
            try:
                carrier_for(self.policy, shipment.country, shipment.state or "", shipment.shipped_on).required()
            except RuleBrokenError as error:
                yield place.problem_of(error)
        lines = {unit.model: unit.line for unit in reversed(plan.added)}
        for model, line in sorted(lines.items(), key=lambda item: item[1]):
            try:
                countries = ship_to_countries(self.policy, [model], shipment.shipped_on)
            except RuleBrokenError as error:
                yield self._place(shipment, Column.MODEL, line).problem_of(error)
                continue
            if shipment.country not in countries:
                yield place.problem(Remark.SHIP_TO, model=model, country=shipment.country)

    def _dates(self, plan: OrderPlan, shipment: Shipment) -> Iterator[Problem]:
        lines = {unit.serial_key: unit.line for unit in shipment.units}
        for unit in plan.added:
            if unit.eula_expires_on < shipment.shipped_on:
                place = self._place(shipment, Column.EULA_EXPIRES_ON, unit.line)
                yield place.problem(Remark.EULA_BEFORE_SHIPPING, eula=unit.eula_expires_on, shipped=shipment.shipped_on)
        for difference in plan.differences:
            old, new, key = difference.old, difference.new, difference.serial_key
            if difference.field == "eula_expires_on" and key and str(new) < str(old):
                place = self._place(shipment, Column.EULA_EXPIRES_ON, lines[key])
                yield place.problem(Remark.EULA_EARLIER, serial=key, old=old, new=new)

    def _serials(self, plan: OrderPlan, shipment: Shipment) -> Iterator[Problem]:
        for unit in plan.added:
            for hint in hints(unit.serial_key, shipped_on=shipment.shipped_on):
                yield self._place(shipment, Column.SERIAL, unit.line).remark(hint.code, hint.sentence)

    def _limits(self, shipment: Shipment) -> Iterator[Problem]:
        place = self._place(shipment, Column.MODEL)
        models = Counter(unit.model for unit in shipment.units if unit.model in self.policy.models)
        families: Counter[str] = Counter()
        for model, count in models.items():
            family = self.policy.families[model_of(self.policy, model).family]
            families[family.code] += count
            if count > family.most_per_model:
                yield place.problem(Remark.TOO_MANY_OF_MODEL, count=count, model=model, most=family.most_per_model)
        for code, count in families.items():
            most = self.policy.families[code].most_per_order
            if count > most:
                yield place.problem(Remark.TOO_MANY_OF_FAMILY, count=count, family=code, most=most)
        if len(shipment.units) > (most := self.policy.terms.units_per_order):
            yield place.problem(Remark.TOO_MANY_UNITS, count=len(shipment.units), most=most)

    def _trial(self, shipment: Shipment) -> Iterator[Problem]:
        for model, numbers in self.sent.get(trial_name(shipment), {}).items():
            before = numbers[: numbers.index(shipment.number)] if shipment.number in numbers else ()
            if len(before) >= self.policy.terms.shipments_per_model:
                place = self._place(shipment, Column.MODEL)
                yield place.problem(Remark.MODEL_SENT_BEFORE, model=model, orders=_named(before))
        count, most = self.busy.get(name_key(shipment.partner), 0), self.policy.terms.device_trials_per_partner
        if count > most:
            place = self._place(shipment, Column.PARTNER)
            yield place.problem(Remark.TOO_MANY_TRIALS, partner=shipment.partner, count=count, most=most)


def _named(orders: Sequence[str]) -> str:
    """Return the first of *orders*, and how many more there are."""
    more = len(orders) - _NAMED
    return ", ".join([*orders[:_NAMED], f"+{more}"] if more > 0 else orders)
