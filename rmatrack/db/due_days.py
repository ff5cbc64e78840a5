"""Due days as a calendar shows them: orders by the day on which devices of theirs are due."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, union_all
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.customers import Customer
from rmatrack.db.history import Event
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.sight import units_seen_by
from rmatrack.domain.people import Actor


def orders_by_eula_day(
    session: Session, first: date, last: date, *, each_day: int, seen_by: Actor
) -> Sequence[Row[Any]]:
    """Orders with devices out whose EULA expires from *first* to *last*: at most *each_day* of each day.

    `devices` are those of the order; `orders_that_day` and `devices_that_day` count beyond the limit too.
    """
    by_order = (
        select(Unit.eula_expires_on, Unit.order_id, func.min(Unit.zone).label("zone"), func.count().label("devices"))
        .where(Unit.settled_at.is_(None), Unit.eula_expires_on.between(first, last), units_seen_by(seen_by))
        .group_by(Unit.eula_expires_on, Unit.order_id)
        .subquery()
    )
    day = by_order.c.eula_expires_on
    placed = select(
        by_order,
        func.row_number().over(partition_by=day, order_by=by_order.c.order_id).label("place"),
        func.count().over(partition_by=day).label("orders_that_day"),
        func.sum(by_order.c.devices).over(partition_by=day).label("devices_that_day"),
    ).subquery()
    return session.execute(
        select(
            placed.c.eula_expires_on,
            placed.c.zone,
            placed.c.devices,
            placed.c.orders_that_day,
            placed.c.devices_that_day,
            DemoOrder.number,
            DemoOrder.country,
            Customer.name.label("customer"),
        )
        .join(DemoOrder, DemoOrder.id == placed.c.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .where(placed.c.place <= each_day)
        .order_by(placed.c.eula_expires_on, Customer.name_key, DemoOrder.number)
    ).all()


def units_for_feed(
    session: Session, first: date, last: date, *, back_since: datetime, limit: int, seen_by: Actor
) -> Sequence[Row[Any]]:
    """At most *limit* units whose EULA expires from *first* to *last*: those out, and those that came back lately."""
    within = (Unit.eula_expires_on.between(first, last), units_seen_by(seen_by))
    out = select(Unit.id).where(Unit.settled_at.is_(None), *within).order_by(Unit.eula_expires_on, Unit.id).limit(limit)
    back = select(Unit.id).where(Unit.received_at >= back_since, *within).order_by(Unit.received_at.desc()).limit(limit)
    wanted = union_all(select(out.subquery().c.id), select(back.subquery().c.id))
    question: Select[*tuple[Any, ...]] = (
        select(
            Unit.id,
            Unit.order_id,
            Unit.model,
            Unit.serial,
            Unit.eula_expires_on,
            Unit.eula_mailed_on,
            Unit.zone,
            Unit.settled_at,
            DemoOrder.number,
            DemoOrder.created_at,
            Customer.name.label("customer"),
            Customer.country.label("customer_country"),
            Customer.state.label("customer_state"),
        )
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .where(Unit.id.in_(wanted))
        .order_by(Unit.order_id, Unit.eula_expires_on, Unit.id)
    )
    return session.execute(question).all()


def last_changes(session: Session, order_ids: Collection[int]) -> dict[int, tuple[datetime, int]]:
    """For each of some orders, when something was last written about its units, and how often."""
    question = (
        select(Event.order_id, func.max(Event.at), func.count())
        .where(among(Event.order_id, "ids"), Event.subject == "unit")
        .group_by(Event.order_id)
    )
    found = session.execute(question, {"ids": order_ids})
    return {order_id: (at, count) for order_id, at, count in found if order_id is not None}
