"""Orders that left for real places, written straight into the tables, for tests that begin at the label printer."""

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.engine import writing
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.domain.names import name_key
from rmatrack.domain.policy import Policy, zone_for
from rmatrack.domain.rma import rma_number
from rmatrack.domain.serials import normalise
from rmatrack.services.policy import load

SHIPMENTS = Path(__file__).parents[1] / "data" / "shipments.csv"
SHIPPED = datetime(2026, 7, 28, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
POLICY: Policy = load(None)

MIT = {
    "Partner": "Northwind Collaboration",
    "Customer": "Massachusetts Institute of Technology",
    "Recipient": "IT Service Desk",
    "Phone": "+1 617 253 1000",
    "Address 1": "77 Massachusetts Avenue",
    "Address 2": "",
    "City": "Cambridge",
    "State": "MA",
    "Postal code": "02139",
    "Country": "US",
    "Model": "CP-8845-K9",
}
_numbers = count(1)


def ship_file(engine: Engine) -> dict[str, list[int]]:
    """Ship what the example file says; return the units' ids by order number."""
    with SHIPMENTS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with writing(engine) as session:
        for row in rows:
            add_unit(session, order_for(session, row["Demo order"], row), row["Serial number"], row["Model"])
    return units_by_order(engine)


def ship(engine: Engine, units: int = 1, place: Mapping[str, str] | None = None) -> list[int]:
    """Ship an order of as many *units* to MIT, or wherever *place* says otherwise; return the units' ids."""
    row = MIT | dict(place or {})
    with writing(engine) as session:
        order = order_for(session, f"D77{next(_numbers):05d}", row)
        made = [add_unit(session, order, f"FOC2122{next(_numbers):04d}", row["Model"]) for _ in range(units)]
        session.flush()
        return [unit.id for unit in made]


def units_by_order(engine: Engine) -> dict[str, list[int]]:
    with writing(engine) as session:
        rows = session.execute(
            select(DemoOrder.number, Unit.id).join(Unit, Unit.order_id == DemoOrder.id).order_by(Unit.id)
        ).all()
    found: dict[str, list[int]] = {}
    for number, unit_id in rows:
        found.setdefault(number, []).append(unit_id)
    return found


def order_for(session: Session, number: str, row: Mapping[str, str]) -> DemoOrder:
    """The order *number*, made with its partner, customer and RMA when it is not there yet."""
    found = session.scalar(select(DemoOrder).where(DemoOrder.number == number))
    if found is not None:
        return found
    order = DemoOrder(
        number=number,
        partner_id=partner_for(session, row["Partner"]).id,
        customer_id=customer_for(session, row).id,
        shipped_on=date(2026, 7, 28),
        recipient=row["Recipient"],
        phone=row["Phone"],
        ship_to_name=row["Customer"],
        address_1=row["Address 1"],
        address_2=row["Address 2"],
        city=row["City"],
        state=row["State"],
        postal_code=row["Postal code"],
        country=row["Country"],
        created_at=SHIPPED,
    )
    session.add(order)
    session.flush()
    session.add(Rma(number=rma_number(order.id), order_id=order.id, opened_at=SHIPPED))
    session.flush()
    return order


def add_unit(session: Session, order: DemoOrder, serial: str, model: str) -> Unit:
    unit = Unit(
        order_id=order.id,
        partner_id=order.partner_id,
        model=model,
        serial=serial,
        serial_key=normalise(serial),
        status="shipped",
        eula_expires_on=date(2026, 10, 8),
        zone=zone_for(POLICY, order.country, order.state) or "UTC",
    )
    session.add(unit)
    return unit


def partner_for(session: Session, name: str) -> Partner:
    found = session.scalar(select(Partner).where(Partner.name_key == name_key(name)))
    if found is None:
        found = Partner(name=name, name_key=name_key(name), created_at=SHIPPED)
        session.add(found)
        session.flush()
    return found


def customer_for(session: Session, row: Mapping[str, str]) -> Customer:
    found = session.scalar(select(Customer).where(Customer.name == row["Customer"]))
    if found is None:
        found = Customer(
            org_id=row.get("Organization ID", f"7b982ff1-3ad8-432f-8e23-{next(_numbers):012d}"),
            name=row["Customer"],
            name_key=name_key(row["Customer"]),
            country=row["Country"],
            zone=zone_for(POLICY, row["Country"], row["State"]) or "UTC",
            created_at=SHIPPED,
        )
        session.add(found)
        session.flush()
    return found
