"""What a label needs to know of a unit, its order and its RMA, in one question for many units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rmatrack.db.catalogue import Model
from rmatrack.db.customers import Customer
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma
from rmatrack.db.sight import orders_seen_by
from rmatrack.domain.people import Actor


@dataclass(frozen=True, slots=True)
class UnitToLabel:
    """A unit that is to travel back. `box` of `boxes` is its place among those of its order.

    The last five come from the catalogue, and are empty where it does not have the model.
    """

    unit_id: int
    order_id: int
    order_number: str
    rma_id: int
    rma_number: str
    serial: str
    model: str
    zone: str
    settled_at: datetime | None
    recipient: str
    phone: str
    ship_to_name: str
    address_1: str
    address_2: str
    address_3: str
    city: str
    state: str
    postal_code: str
    country: str
    language: str | None
    box: int
    boxes: int
    model_name: str | None
    weight_kg: Decimal | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None


def units_to_label(session: Session, unit_ids: Sequence[int], *, seen_by: Actor) -> dict[int, UnitToLabel]:
    """The units with these ids that *seen_by* may see and that have an RMA, by id."""
    orders = select(Unit.order_id).where(Unit.id.in_(unit_ids))
    place = (
        select(
            Unit.id.label("unit_id"),
            func.row_number().over(partition_by=Unit.order_id, order_by=Unit.id).label("box"),
            func.count().over(partition_by=Unit.order_id).label("boxes"),
        )
        .where(Unit.order_id.in_(orders))
        .subquery()
    )
    rows = session.execute(
        select(
            Unit.id.label("unit_id"),
            DemoOrder.id.label("order_id"),
            DemoOrder.number.label("order_number"),
            Rma.id.label("rma_id"),
            Rma.number.label("rma_number"),
            Unit.serial,
            Unit.model,
            Unit.zone,
            Unit.settled_at,
            DemoOrder.recipient,
            DemoOrder.phone,
            DemoOrder.ship_to_name,
            DemoOrder.address_1,
            DemoOrder.address_2,
            DemoOrder.address_3,
            DemoOrder.city,
            DemoOrder.state,
            DemoOrder.postal_code,
            DemoOrder.country,
            Customer.language,
            place.c.box,
            place.c.boxes,
            Model.name.label("model_name"),
            Model.weight_kg,
            Model.length_mm,
            Model.width_mm,
            Model.height_mm,
        )
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .join(Rma, Rma.order_id == DemoOrder.id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(place, place.c.unit_id == Unit.id)
        .outerjoin(Model, Model.number == Unit.model)
        .where(Unit.id.in_(unit_ids), orders_seen_by(seen_by))
    )
    return {row["unit_id"]: UnitToLabel(**row) for row in rows.mappings()}


def units_out(session: Session, order_numbers: Sequence[str] | None, *, seen_by: Actor) -> list[int]:
    """Ids of the units still out, of these orders or of all, in the order in which they are printed."""
    wanted = (
        select(Unit.id)
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .where(Unit.settled_at.is_(None), orders_seen_by(seen_by))
        .order_by(DemoOrder.number, Unit.id)
    )
    if order_numbers is not None:
        wanted = wanted.where(DemoOrder.number.in_(order_numbers))
    return list(session.scalars(wanted))


def known_orders(session: Session, numbers: Sequence[str], *, seen_by: Actor) -> set[str]:
    """Those of *numbers* that are orders this actor may see."""
    found = session.scalars(select(DemoOrder.number).where(DemoOrder.number.in_(numbers), orders_seen_by(seen_by)))
    return set(found)
