"""Recording shipments: what is new is written, what a corrected report puts right is changed, nothing else (SPEC D-1).

With a new order comes its return with an RMA number, because the label in the box carries it (SPEC C-5). Serials that
were scanned before we knew of them match by themselves (SPEC R-4).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db.bulk import add_rows, new_ids
from rmatrack.db.numbers import take_numbers
from rmatrack.db.shipments import (
    ORDER,
    RMA,
    RMA_SEQUENCE,
    UNIT,
    change_orders,
    change_units,
    returns_of,
    take_turns,
)
from rmatrack.domain.history import Change
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.rma import rma_number
from rmatrack.domain.shipment_problems import ShipmentRefusedError
from rmatrack.domain.shipments import MAY_CHANGE, PERSONAL, UNIT_MAY_CHANGE, Shipment, ShippedUnit, Standing
from rmatrack.services.history import record
from rmatrack.services.parked import match_parked
from rmatrack.services.returns import reopen_returns
from rmatrack.services.shipment_parties import Parties, Step, add_parties
from rmatrack.services.shipment_plans import Known, OrderPlan, known_about, plans_for
from rmatrack.services.shipment_remarks import with_remarks

_AS_REPORTED = ("number", "shipped_on", "recipient", "phone", "address_1", "city", "country")
_OR_BLANK = ("address_2", "address_3", "state", "postal_code")

Row = dict[str, Any]


def record_shipment(session: Session, shipment: Shipment, *, policy: Policy, by: Actor, now: datetime) -> OrderPlan:
    """Record one shipment, or put right what was recorded of it; raises `ShipmentRefusedError`."""
    by.must(Permission.RECORD_SHIPMENTS)
    take_turns(session)
    known = known_about(session, [shipment], lock=True)
    (plan,) = with_remarks(session, plans_for([shipment], known, {}), known, policy, {})
    if plan.standing is Standing.REFUSED:
        raise ShipmentRefusedError(plan.problems)
    carry_out(Step(session, policy, by, now, reason=None), [plan], known)
    return plan


def carry_out(step: Step, plans: Iterable[OrderPlan], known: Known) -> None:
    """Write what *plans* say, in a number of statements that does not depend on how many there are.

    Call it after `take_turns`, in the same step in which *known* was fetched with a lock.
    """
    effective = [plan for plan in plans if plan.standing in {Standing.NEW, Standing.CHANGED}]
    if not effective:
        return
    parties = add_parties(step, effective, known)
    new = [plan.shipment for plan in effective if plan.standing is Standing.NEW and plan.shipment]
    changed = [plan for plan in effective if plan.standing is Standing.CHANGED]
    units = [*_new_orders(step, new, parties), *_changed_orders(step, changed, parties, known)]
    _add_units(step, units)
    record(step.session, step.log, by=step.by, now=step.now)
    _look_at_returns(step, {row["order_id"] for row in units} - {0}, changed)
    match_parked(step.session, {row["serial_key"] for row in units}, by=step.by, now=step.now)


def _new_orders(step: Step, shipments: Sequence[Shipment], parties: Parties) -> list[Row]:
    """Write new orders with their returns, and return the rows of their units."""
    ids = new_ids(step.session, ORDER, len(shipments))
    rows = [_order_row(step, id_, shipment, parties) for id_, shipment in zip(ids, shipments, strict=True)]
    add_rows(step.session, ORDER, rows)
    _open_returns(step, rows)
    return [
        _unit_row(row["id"], unit, row["partner_id"], parties.customer_of(shipment).zone)
        for row, shipment in zip(rows, shipments, strict=True)
        for unit in shipment.units
    ]


def _order_row(step: Step, id_: int, shipment: Shipment, parties: Parties) -> Row:
    customer = parties.customer_of(shipment)
    return {
        "id": id_,
        "partner_id": parties.partner_of(shipment),
        "customer_id": customer.id,
        "trial_id": parties.trial_of(shipment),
        "ship_to_name": shipment.ship_to_name or customer.name,
        **{name: getattr(shipment, name) for name in _AS_REPORTED},
        **{name: getattr(shipment, name) or "" for name in _OR_BLANK},
        "created_at": step.now,
        "version": 1,
    }


def _open_returns(step: Step, orders: Sequence[Row]) -> None:
    """Open the return of each order under a number of our own (SPEC C-5)."""
    places = take_numbers(step.session, RMA_SEQUENCE, len(orders)) if orders else ()
    numbers = [rma_number(place) for place in places or ()]
    rows = [
        {"number": number, "order_id": order["id"], "opened_at": step.now, "version": 1}
        for number, order in zip(numbers, orders, strict=True)
    ]
    add_rows(step.session, RMA, rows)
    step.note(Change("order", order["number"], "shipped", order_id=order["id"]) for order in orders)
    step.note(Change("rma", row["number"], "opened", order_id=row["order_id"]) for row in rows)


def _unit_row(order_id: int, unit: ShippedUnit, partner_id: int, zone: str) -> Row:
    return {
        "order_id": order_id,
        "partner_id": partner_id,
        "model": unit.model,
        "serial": unit.serial,
        "serial_key": unit.serial_key,
        "status": UnitStatus.SHIPPED.value,
        "eula_expires_on": unit.eula_expires_on,
        "eula_mailed_on": unit.eula_mailed_on,
        "zone": zone,
        "version": 1,
    }


def _add_units(step: Step, rows: Sequence[Row]) -> None:
    for id_, row in zip(new_ids(step.session, UNIT, len(rows)), rows, strict=True):
        row["id"] = id_
    add_rows(step.session, UNIT, rows)
    step.note(
        Change("unit", row["serial"], "shipped", reason=step.reason, order_id=row["order_id"], unit_id=row["id"])
        for row in rows
    )


def _changed_orders(step: Step, plans: Sequence[OrderPlan], parties: Parties, known: Known) -> list[Row]:
    """Write what differs on orders that we know, and return the rows of units that they gain."""
    orders: list[Row] = []
    units: list[Row] = []
    for plan in plans:
        if plan.known is None or plan.shipment is None:
            continue
        orders.append(_corrected_order(step, plan.known, plan, parties))
        units += _corrected_units(step, plan, known.units[plan.known["id"]])
    change_orders(step.session, orders)
    change_units(step.session, units)
    return [
        _unit_row(plan.known["id"], unit, plan.known["partner_id"], plan.known["zone"])
        for plan in plans
        if plan.known
        for unit in plan.added
    ]


def _corrected_order(step: Step, known: Mapping[str, Any], plan: OrderPlan, parties: Parties) -> Row:
    own = [difference for difference in plan.differences if difference.serial_key is None]
    step.note(
        Change(
            "order",
            plan.number,
            "changed",
            difference.field,
            str(difference.old),
            str(difference.new),
            step.reason,
            order_id=known["id"],
            personal=difference.field in PERSONAL,
        )
        for difference in own
    )
    trial_id = known["trial_id"] or (parties.trial_of(plan.shipment) if plan.shipment else None)
    values = {name: known[name] for name in MAY_CHANGE} | {difference.field: difference.new for difference in own}
    return {"order_id": known["id"], "trial": trial_id, **{f"new_{name}": value for name, value in values.items()}}


def _corrected_units(step: Step, plan: OrderPlan, recorded: Mapping[str, Any]) -> Iterable[Row]:
    corrected: dict[int, Row] = {}
    for difference in plan.differences:
        if difference.serial_key is None:
            continue
        unit = recorded[difference.serial_key]
        as_it_was = {"unit_id": unit.id} | {f"new_{name}": getattr(unit, name) for name in UNIT_MAY_CHANGE}
        corrected.setdefault(unit.id, as_it_was)[f"new_{difference.field}"] = difference.new
        step.log.append(
            Change(
                "unit",
                unit.serial,
                "changed",
                difference.field,
                str(difference.old) if difference.old else None,
                str(difference.new),
                step.reason,
                order_id=unit.order_id,
                unit_id=unit.id,
            )
        )
    return corrected.values()


def _look_at_returns(step: Step, gained: set[int], changed: Sequence[OrderPlan]) -> None:
    """Open a return again that was completed while its order gained a unit."""
    order_ids = gained & {plan.known["id"] for plan in changed if plan.known}
    reopen_returns(step.session, returns_of(step.session, order_ids), by=step.by, now=step.now)
