"""Due days as a calendar shows them: orders by the day on which devices of theirs are due."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, union_all
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
    out = (Unit.settled_at.is_(None), units_seen_by(seen_by))
    by_order = _by_order(*out, Unit.eula_expires_on.between(first, last)).subquery()
    days = (
        select(by_order.c.eula_expires_on, func.count().label("orders"), func.sum(by_order.c.devices).label("devices"))
        .group_by(by_order.c.eula_expires_on)
        .subquery()
    )
    each = (first + timedelta(days=number) for number in range((last - first).days + 1))
    tops = [
        _by_order(*out, Unit.eula_expires_on == day).order_by(Unit.order_id).limit(each_day).subquery() for day in each
    ]
    shown = union_all(*(select(top) for top in tops)).subquery()
    return session.execute(
        select(
            shown.c.eula_expires_on,
            shown.c.zone,
            shown.c.devices,
            days.c.orders.label("orders_that_day"),
            days.c.devices.label("devices_that_day"),
            DemoOrder.number,
            DemoOrder.country,
            Customer.name.label("customer"),
        )
        .join(days, days.c.eula_expires_on == shown.c.eula_expires_on)
        .join(DemoOrder, DemoOrder.id == shown.c.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .order_by(shown.c.eula_expires_on, Customer.name_key, DemoOrder.number)
    ).all()


def _by_order(*conditions: ColumnElement[bool]) -> Select[date, int, str, int]:
    """Ask how many units an order has of each day; the index on all that is asked for holds them in this order."""
    return (
        select(Unit.eula_expires_on, Unit.order_id, func.min(Unit.zone).label("zone"), func.count().label("devices"))
        .where(*conditions)
        .group_by(Unit.eula_expires_on, Unit.order_id)
    )


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
    """For each of some orders, when something was last written about its units, and how often.

    What it was about is no condition of the question: SQLite would read everything about any unit.
    """
    of_unit = Event.subject == "unit"
    question = (
        select(Event.order_id, func.max(Event.at).filter(of_unit), func.count().filter(of_unit))
        .where(among(Event.order_id, "ids"))
        .group_by(Event.order_id)
    )
    found = session.execute(question, {"ids": order_ids})
    return {order_id: (at, count) for order_id, at, count in found if order_id is not None and at is not None}
