"""What a station needs of all units to judge scans without the network: those that are out, and those lately back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from rmatrack.db.catalogue import Model
from rmatrack.db.customers import Customer
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma


class Extent(NamedTuple):
    """How much there is, and marks that change whenever any of it does."""

    units: int
    last_unit: int
    versions: int
    labels: int
    last_label: int
    models: int


def _wanted(since: datetime) -> Any:
    return or_(Unit.settled_at.is_(None), Unit.settled_at >= since, Unit.received_at >= since)


def extent(session: Session, since: datetime) -> Extent:
    """The extent of the units that are out or came back *since* then, of all labels, and of the catalogue."""
    units = select(func.count(), func.coalesce(func.max(Unit.id), 0), func.coalesce(func.sum(Unit.version), 0))
    of_units = session.execute(units.where(_wanted(since))).one()
    of_labels = session.execute(select(func.count(), func.coalesce(func.max(Label.id), 0)).select_from(Label)).one()
    models = session.scalar(select(func.count()).select_from(Model)) or 0
    return Extent(*of_units, *of_labels, models)


def units_for_stations(session: Session, since: datetime, *, limit: int) -> Sequence[Any]:
    """Order id, serial key, model, status and moment of receipt of each unit; of too many the latest."""
    question = (
        select(Unit.order_id, Unit.serial_key, Unit.model, Unit.status, Unit.received_at)
        .where(_wanted(since))
        .order_by(Unit.id.desc())
        .limit(limit)
    )
    rows: Sequence[Any] = session.execute(question).all()
    return rows


def orders_for_stations(session: Session, since: datetime) -> Sequence[Any]:
    """Id, number, RMA, customer and day of shipment of every order that has one of those units."""
    of_units = select(Unit.order_id).where(_wanted(since))
    question = (
        select(DemoOrder.id, DemoOrder.number, Rma.number, Customer.name, DemoOrder.shipped_on)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .outerjoin(Rma, Rma.order_id == DemoOrder.id)
        .where(DemoOrder.id.in_(of_units))
    )
    rows: Sequence[Any] = session.execute(question).all()
    return rows


def marks_for_stations(session: Session, since: datetime) -> Sequence[Any]:
    """The numbers on the labels of those orders with their order's id: superseded ones too."""
    of_units = select(Unit.order_id).where(_wanted(since))
    question = (
        select(Rma.order_id, Label.number, Label.piece)
        .join(Rma, Rma.id == Label.rma_id)
        .where(Rma.order_id.in_(of_units))
    )
    rows: Sequence[Any] = session.execute(question).all()
    return rows
