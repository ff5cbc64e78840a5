"""Devices that were sent in a trial, written straight into the tables."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.services.trial_standing import Standing
from tests.trials.trying import NOON


def ship(
    session: Session,
    standing: Standing,
    number: str = "D4100201",
    *,
    eula_expires_on: date,
    shipped_on: date = date(2026, 3, 2),
    models: tuple[str, ...] = ("CS-KIT-K9",),
) -> DemoOrder:
    """Ship a unit of each of *models* under the order *number*."""
    order = DemoOrder(
        number=number,
        partner_id=standing.partner.id,
        customer_id=standing.customer.id,
        trial_id=standing.trial.id,
        shipped_on=shipped_on,
        recipient="Wim Jansen",
        phone="+31 30 123 4567",
        ship_to_name=standing.customer.name,
        address_1="Padualaan 97",
        city="Utrecht",
        country="NL",
        created_at=NOON,
    )
    session.add(order)
    session.flush()
    for place, model in enumerate(models):
        serial = f"FOC{number[-5:]}{place:03d}"
        session.add(
            Unit(
                order_id=order.id,
                partner_id=standing.partner.id,
                model=model,
                serial=serial,
                serial_key=serial,
                status="shipped",
                eula_expires_on=eula_expires_on,
                zone=standing.customer.zone,
            )
        )
    session.flush()
    return order


def units(session: Session, order: DemoOrder) -> list[Unit]:
    question = select(Unit).where(Unit.order_id == order.id).order_by(Unit.id)
    return list(session.scalars(question.execution_options(populate_existing=True)))


def eula_dates(session: Session, order: DemoOrder) -> set[date]:
    return {unit.eula_expires_on for unit in units(session, order)}


def out(session: Session, order: DemoOrder) -> int:
    return session.scalar(select(func.count()).where(Unit.order_id == order.id, Unit.settled_at.is_(None))) or 0


def receive(session: Session, unit: Unit) -> None:
    unit.status, unit.received_at, unit.settled_at = "received", NOON, NOON
    session.flush()


def midnight(day: date, zone: str) -> datetime:
    """When a day begins somewhere."""
    return datetime.combine(day, time(), ZoneInfo(zone))
