"""Orders that were shipped, written straight into the tables, for tests that begin at the dock."""

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.catalogue import Model
from rmatrack.db.customers import Customer
from rmatrack.db.engine import writing
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.domain.rma import rma_number
from rmatrack.domain.scans import ScanIn
from rmatrack.domain.serials import normalise

DATA = Path(__file__).parents[1] / "data"
SHIPPED = date(2026, 7, 1)
BEFORE = datetime(2026, 7, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MODEL = "CP-8845-K9"


def make_order(session: Session, number: str, serials: Iterable[str], *, shipped_on: date = SHIPPED) -> Rma:
    """Ship *serials* under the order *number*, and open its RMA."""
    customer = customer_of(session)
    order = DemoOrder(
        number=number,
        partner_id=partner_of(session).id,
        customer_id=customer.id,
        shipped_on=shipped_on,
        recipient="IT Service Desk",
        phone="+1 617 253 1000",
        ship_to_name=customer.name,
        address_1="77 Massachusetts Avenue",
        city="Cambridge",
        country="US",
        created_at=BEFORE,
    )
    session.add(order)
    session.flush()
    session.add_all(make_unit(order, serial) for serial in serials)
    rma = Rma(number=rma_number(order.id), order_id=order.id, opened_at=BEFORE)
    session.add(rma)
    session.flush()
    return rma


def make_unit(order: DemoOrder, serial: str, *, model: str = MODEL) -> Unit:
    return Unit(
        order_id=order.id,
        partner_id=order.partner_id,
        model=model,
        serial=serial,
        serial_key=normalise(serial),
        status="shipped",
        eula_expires_on=date(2026, 9, 1),
        zone="America/New_York",
    )


def make_model(number: str) -> Model:
    """A model of the catalogue, light and small."""
    return Model(
        number=number,
        name=number,
        family="phones",
        weight_kg=Decimal(1),
        length_mm=1,
        width_mm=1,
        height_mm=1,
        made_in="CN",
        hs_code="8517",
        value=Decimal(1),
        currency="USD",
    )


def partner_of(session: Session) -> Partner:
    found = session.scalar(select(Partner))
    if found is None:
        found = Partner(name="Northwind", name_key="northwind", created_at=BEFORE)
        session.add(found)
        session.flush()
    return found


def customer_of(session: Session) -> Customer:
    found = session.scalar(select(Customer))
    if found is None:
        found = Customer(
            org_id="7b982ff1-3ad8-432f-8e23-67c3a5464623",
            name="Massachusetts Institute of Technology",
            name_key="massachusetts institute of technology",
            country="US",
            zone="America/New_York",
            created_at=BEFORE,
        )
        session.add(found)
        session.flush()
    return found


def ship_examples(engine: Engine) -> None:
    """Ship the units of both example files, each once."""
    orders: dict[str, dict[str, None]] = {}
    for name, delimiter, number, serial in (
        ("shipments.csv", ",", "Demo order", "Serial number"),
        ("shipments-nl.csv", ";", "Demo-ordernummer", "Serienummer"),
    ):
        text = (DATA / name).read_bytes().decode("utf-8-sig" if delimiter == "," else "cp1252")
        for row in csv.DictReader(text.splitlines(), delimiter=delimiter):
            orders.setdefault(row[number], {})[row[serial]] = None
    with writing(engine) as session:
        for order, serials in orders.items():
            make_order(session, order, serials)


def scan(raw: str, at: datetime, number: int, *, expected: str | None = None, model: str | None = None) -> ScanIn:
    """A scan of *raw* whose id is made from *number*."""
    return ScanIn(
        id=f"00000000-0000-4000-8000-{number:012d}",
        scanned_at=at,
        station="dock-1",
        raw=raw,
        expected=expected,
        claimed_model=model,
    )
