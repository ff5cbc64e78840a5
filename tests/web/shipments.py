"""Units that are out, due or back, written straight into the tables, for tests that look at pages."""

from datetime import UTC, date, datetime
from itertools import count
from uuid import uuid4

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer, SalesRelationship
from rmatrack.db.engine import writing
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.domain.names import name_key

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)

_serials = count(1)


def ship(
    engine: Engine,
    number: str,
    *,
    eula_expires_on: date,
    shipped_on: date = date(2026, 9, 1),
    units: int = 1,
    customer: str = "TU Delft",
    partner: str = "Noordzee Networks",
    country: str = "NL",
    received_at: datetime | None = None,
) -> None:
    """Ship *units* under the order *number*; with *received_at* they are all back."""
    with writing(engine) as session:
        order = DemoOrder(
            number=number,
            partner_id=(owner := _partner(session, partner)).id,
            customer_id=_customer(session, customer, country, owner).id,
            shipped_on=shipped_on,
            recipient="IT Service Desk",
            phone="+31 15 278 9111",
            ship_to_name=customer,
            address_1="Mekelweg 5",
            city="Delft",
            country=country,
            created_at=LONG_AGO,
        )
        session.add(order)
        session.flush()
        session.add_all(_unit(order, eula_expires_on, received_at) for _ in range(units))


def _unit(order: DemoOrder, eula_expires_on: date, received_at: datetime | None) -> Unit:
    serial = f"FOC2122{next(_serials):04d}"
    return Unit(
        order_id=order.id,
        partner_id=order.partner_id,
        model="CP-8845-K9",
        serial=serial,
        serial_key=serial,
        status="received" if received_at else "shipped",
        eula_expires_on=eula_expires_on,
        zone="Europe/Amsterdam",
        received_at=received_at,
        settled_at=received_at,
    )


def _partner(session: Session, name: str) -> Partner:
    found = session.scalar(select(Partner).where(Partner.name == name))
    if found is None:
        found = Partner(name=name, name_key=name_key(name), certified=True, created_at=LONG_AGO)
        session.add(found)
        session.flush()
    return found


def _customer(session: Session, name: str, country: str, partner: Partner) -> Customer:
    found = session.scalar(select(Customer).where(Customer.name == name))
    if found is None:
        found = Customer(
            org_id=str(uuid4()),
            name=name,
            name_key=name_key(name),
            country=country,
            zone="Europe/Amsterdam",
            created_at=LONG_AGO,
        )
        session.add(found)
        session.flush()
        session.add(SalesRelationship(partner_id=partner.id, customer_id=found.id, since=LONG_AGO))
    return found
