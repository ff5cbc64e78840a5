"""What recording some shipments would do: order by order, compared with what is recorded (SPEC D-8, D-10).

Everything known is fetched set by set first; then each order is judged by itself, in memory. Nothing is written.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db.shipments import (
    KnownCustomer,
    KnownTrial,
    KnownUnit,
    customers_with_org_ids,
    open_loans,
    orders_numbered,
    organisations_of,
    partners_with_keys,
    trials_of,
    units_of,
)
from rmatrack.domain.names import name_key
from rmatrack.domain.serials import SerialKey
from rmatrack.domain.shipment_columns import Column
from rmatrack.domain.shipment_problems import Place, Problem, Trouble
from rmatrack.domain.shipments import (
    Difference,
    Shipment,
    ShippedUnit,
    Standing,
    differences,
    unit_differences,
)

Headers = Mapping[Column, str]
TrialName = tuple[str, str, date | None]
"""Partner by its folded name, org id, last day: a file says no more of a trial."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of the things that some shipments speak of."""

    orders: Mapping[str, Mapping[str, Any]]
    units: Mapping[int, Mapping[str, KnownUnit]]
    """By order id, then by serial key."""
    loans: Mapping[str, str]
    customers: Mapping[str, KnownCustomer]
    organisations: Mapping[str, tuple[str, str]]
    """Org id and name behind an administrator's e-mail."""
    partners: Mapping[str, tuple[int, str]]
    trials: Sequence[KnownTrial]

    @property
    def trial_ids(self) -> dict[TrialName, int]:
        """Return the known trials of these partners and customers."""
        partners = {id_: key for key, (id_, _name) in self.partners.items()}
        org_ids = {customer.id: customer.org_id for customer in self.customers.values()}
        return {
            (partners[trial.partner_id], org_ids[trial.customer_id], trial.expires_on): trial.id
            for trial in self.trials
            if trial.partner_id in partners
        }


def trial_name(shipment: Shipment) -> TrialName:
    """Return which trial a report speaks of."""
    return name_key(shipment.partner), shipment.org_id, shipment.trial_expires_on


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """What would happen with one order. `shipment` is empty where its rows could not be read."""

    number: str
    standing: Standing
    line: int = 0
    shipment: Shipment | None = None
    known: Mapping[str, Any] | None = None
    differences: tuple[Difference, ...] = ()
    added: tuple[ShippedUnit, ...] = ()
    trial_expires_on: Difference | None = None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()

    @property
    def effect(self) -> tuple[object, ...]:
        """What would be written; two plans with one effect do the same."""
        return self.standing, self.shipment if self.standing is Standing.NEW else (
            self.differences,
            self.added,
            self.trial_expires_on,
        )


def known_about(session: Session, shipments: Collection[Shipment], *, lock: bool = False) -> Known:
    """Fetch what is known, in a number of statements that does not depend on how many shipments there are.

    With *lock*, orders and units that exist stay as they are until the step ends.
    """
    orders = orders_numbered(session, {shipment.number for shipment in shipments}, lock=lock)
    units: dict[int, dict[str, KnownUnit]] = defaultdict(dict)
    for unit in units_of(session, {order["id"] for order in orders.values()}, lock=lock):
        units[unit.order_id][unit.serial_key] = unit
    customers = customers_with_org_ids(session, {shipment.org_id for shipment in shipments})
    return Known(
        orders=orders,
        units=units,
        loans=open_loans(session, {unit.serial_key for shipment in shipments for unit in shipment.units}),
        customers=customers,
        organisations=organisations_of(session, {shipment.admin_email for shipment in shipments}),
        partners=partners_with_keys(session, {name_key(name) for name in {s.partner for s in shipments}}),
        trials=trials_of(session, {customer.id for customer in customers.values()}),
    )


def plans_for(shipments: Collection[Shipment], known: Known, headers: Headers) -> list[OrderPlan]:
    """Return what recording each of *shipments* would do; what contradicts another one is refused with it."""
    claims = Claims.among(shipments, known)
    plans = [_plan(shipment, known, claims, headers) for shipment in shipments]
    return _with_trials_agreed(plans, headers)


@dataclass(frozen=True, slots=True)
class Claims:
    """Which orders of one file want the same serial, and which organisations the same address."""

    serials: Mapping[SerialKey, Sequence[tuple[str, ShippedUnit]]]
    emails: Mapping[str, Mapping[str, Shipment]]

    @classmethod
    def among(cls, shipments: Collection[Shipment], known: Known) -> "Claims":
        """Collect the claims; a serial that its order has already is none."""
        serials: dict[SerialKey, list[tuple[str, ShippedUnit]]] = defaultdict(list)
        emails: dict[str, dict[str, Shipment]] = defaultdict(dict)
        for shipment in shipments:
            emails[shipment.admin_email].setdefault(shipment.org_id, shipment)
            recorded = _recorded_units(shipment, known)
            for unit in shipment.units:
                if unit.serial_key not in recorded:
                    serials[unit.serial_key].append((shipment.number, unit))
        return cls(serials, emails)


def _recorded_units(shipment: Shipment, known: Known) -> Mapping[str, KnownUnit]:
    order = known.orders.get(shipment.number)
    return known.units.get(order["id"], {}) if order else {}


def _plan(shipment: Shipment, known: Known, claims: Claims, headers: Headers) -> OrderPlan:
    order = known.orders.get(shipment.number)
    recorded = _recorded_units(shipment, known)
    added = tuple(unit for unit in shipment.units if unit.serial_key not in recorded)
    changes = _changes(shipment, order, recorded) if order else ()
    moved = _trial_move(shipment, order) if order else None
    problems = (
        *_identity_problems(shipment, order, headers),
        *_email_problems(shipment, known, claims, headers),
        *_unit_problems(shipment, order, recorded, headers),
        *_serial_problems(shipment, added, known, claims, headers),
    )
    return OrderPlan(
        number=shipment.number,
        standing=_standing(order is None, bool(changes or added or moved), bool(problems)),
        line=shipment.line,
        shipment=shipment,
        known=order,
        differences=changes,
        added=added,
        trial_expires_on=moved,
        problems=problems,
    )


def _standing(is_new: bool, is_changed: bool, is_wrong: bool) -> Standing:
    if is_wrong:
        return Standing.REFUSED
    if is_new:
        return Standing.NEW
    return Standing.CHANGED if is_changed else Standing.UNCHANGED


def _changes(shipment: Shipment, order: Mapping[str, Any], recorded: Mapping[str, KnownUnit]) -> tuple[Difference, ...]:
    of_units = (
        difference
        for unit in shipment.units
        if (known := recorded.get(unit.serial_key))
        for difference in unit_differences(known._asdict(), unit)
    )
    return (*differences(order, shipment), *of_units)


def _trial_move(shipment: Shipment, order: Mapping[str, Any]) -> Difference | None:
    old, new = order["trial_expires_on"], shipment.trial_expires_on
    return Difference("trial_expires_on", old, new) if new and new != old else None


def _place(shipment: Shipment, headers: Headers, column: Column, line: int = 0) -> Place:
    return Place(shipment.number, line or shipment.line, column, headers.get(column, ""))


def _identity_problems(shipment: Shipment, order: Mapping[str, Any] | None, headers: Headers) -> Iterator[Problem]:
    if order is None:
        return
    if name_key(shipment.partner) != order["name_key"]:
        place = _place(shipment, headers, Column.PARTNER)
        yield place.problem(Trouble.OTHER_PARTNER, order=shipment.number, known=order["partner_name"])
    if shipment.org_id != order["org_id"]:
        place = _place(shipment, headers, Column.ORG_ID)
        yield place.problem(
            Trouble.OTHER_CUSTOMER, order=shipment.number, customer=order["customer_name"], known=order["org_id"]
        )


def _email_problems(shipment: Shipment, known: Known, claims: Claims, headers: Headers) -> Iterator[Problem]:
    """Yield what T-4 says: an address belongs to one organisation only."""
    email = shipment.admin_email
    place = _place(shipment, headers, Column.ADMIN_EMAIL)
    org_id, customer = known.organisations.get(email, (shipment.org_id, ""))
    others = [other for org, other in claims.emails[email].items() if org != shipment.org_id]
    if org_id != shipment.org_id:
        yield place.problem(Trouble.EMAIL_TAKEN, email=email, customer=customer)
    elif others and email not in known.organisations:
        yield place.problem(Trouble.EMAIL_OF_TWO, email=email, line=others[0].line)


def _unit_problems(
    shipment: Shipment, order: Mapping[str, Any] | None, recorded: Mapping[str, KnownUnit], headers: Headers
) -> Iterator[Problem]:
    """Yield what an import does not change about units that have left."""
    reported = {unit.serial_key: unit for unit in shipment.units}
    for unit in shipment.units:
        known = recorded.get(unit.serial_key)
        if known and known.model != unit.model:
            place = _place(shipment, headers, Column.MODEL, unit.line)
            yield place.problem(Trouble.OTHER_MODEL, serial=unit.serial, known=known.model, order=shipment.number)
        if order and not known and order["completed_at"]:
            place = _place(shipment, headers, Column.SERIAL, unit.line)
            yield place.problem(Trouble.RETURN_COMPLETE, order=shipment.number, serial=unit.serial)
    left_out = [known.serial for key, known in recorded.items() if key not in reported]
    if left_out:
        place = _place(shipment, headers, Column.SERIAL)
        yield place.problem(Trouble.UNITS_LEFT_OUT, order=shipment.number, serials=", ".join(left_out))


def _serial_problems(
    shipment: Shipment, added: Sequence[ShippedUnit], known: Known, claims: Claims, headers: Headers
) -> Iterator[Problem]:
    """Yield what D-8 says: a serial is out once."""
    for unit in added:
        place = _place(shipment, headers, Column.SERIAL, unit.line)
        out_on = known.loans.get(unit.serial_key)
        others = [claim for claim in claims.serials[unit.serial_key] if claim[0] != shipment.number]
        if out_on:
            yield place.problem(Trouble.SERIAL_OUT, serial=unit.serial, order=out_on)
        elif others:
            order, other = others[0]
            yield place.problem(Trouble.SERIAL_ON_TWO_ORDERS, serial=unit.serial, order=order, line=other.line)


def _with_trials_agreed(plans: Sequence[OrderPlan], headers: Headers) -> list[OrderPlan]:
    """Refuse the orders that would move the end of a trial that another order of the file puts elsewhere."""
    said: dict[int, dict[date, OrderPlan]] = defaultdict(dict)
    for plan in plans:
        if plan.standing is not Standing.REFUSED and (trial := _trial_of(plan)):
            said[trial[0]].setdefault(trial[1], plan)
    return [_disagreeing(plan, said, headers) if plan.trial_expires_on else plan for plan in plans]


def _trial_of(plan: OrderPlan) -> tuple[int, date] | None:
    if plan.known is None or plan.shipment is None or plan.known["trial_id"] is None:
        return None
    return plan.known["trial_id"], plan.shipment.trial_expires_on or plan.known["trial_expires_on"]


def _disagreeing(plan: OrderPlan, said: Mapping[int, Mapping[date, OrderPlan]], headers: Headers) -> OrderPlan:
    trial = _trial_of(plan)
    if plan.standing is Standing.REFUSED or trial is None or plan.shipment is None:
        return plan
    others = [other for day, other in said[trial[0]].items() if day != trial[1]]
    if not others:
        return plan
    there = _trial_of(others[0])
    problem = _place(plan.shipment, headers, Column.TRIAL_EXPIRES_ON).problem(
        Trouble.TRIAL_DATES_DISAGREE,
        order=plan.number,
        other=others[0].number,
        there=there[1] if there else "",
        line=others[0].line,
    )
    return replace(plan, standing=Standing.REFUSED, problems=(problem,))


def fingerprint(plans: Sequence[OrderPlan]) -> str:
    """Return a digest of what *plans* would do, to tell whether somebody confirms what they were shown."""
    effects = sorted((plan.number, repr(plan.effect)) for plan in plans)
    return hashlib.sha256(repr(effects).encode()).hexdigest()
