"""What the dashboard asks: how many, how old, from where, and what needs a person next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, case, func, select
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.due_conditions import Show, Thresholds, days_between, in_list
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.receiving import Discrepancy
from rmatrack.db.sight import orders_seen_by, units_seen_by
from rmatrack.domain.people import Actor, Permission


@dataclass(frozen=True, slots=True)
class Figures:
    """How it stands: units out, due soon and overdue, received since a moment, and open discrepancies."""

    out: int
    soon: int
    overdue: int
    received: int
    discrepancies: int


def figures(session: Session, thresholds: Thresholds, *, received_since: datetime, seen_by: Actor) -> Figures:
    """The five figures, in one question."""
    lists = (Show.OUT, Show.SOON, Show.OVERDUE, Show.RECEIVED)
    counted = [_units(in_list(show, thresholds, received_since=received_since), seen_by) for show in lists]
    return Figures(*tuple(session.execute(select(*counted, _open_discrepancies(seen_by))).one()))


def overdue_by(session: Session, steps: Sequence[Thresholds], *, seen_by: Actor) -> Sequence[int]:
    """How many units are overdue by each of *steps*, thresholds that lie ever further back."""
    counted = [_units(in_list(Show.OVERDUE, step, received_since=None), seen_by) for step in steps]
    return tuple(session.execute(select(*counted)).one())


def shipped_between(session: Session, edges: Sequence[date], *, seen_by: Actor) -> Sequence[int]:
    """How many units left in each span: from one of *edges* up to, but not including, the next."""
    shipped = (
        select(DemoOrder.shipped_on, func.count(Unit.id))
        .join(Unit, Unit.order_id == DemoOrder.id)
        .where(DemoOrder.shipped_on >= edges[0], DemoOrder.shipped_on < edges[-1], orders_seen_by(seen_by))
    )
    by_day = session.execute(shipped.group_by(DemoOrder.shipped_on)).all()
    return tuple(sum(count for day, count in by_day if start <= day < end) for start, end in pairwise(edges))


def received_between(session: Session, edges: Sequence[datetime], *, seen_by: Actor) -> Sequence[int]:
    """How many units were received in each span between *edges*."""
    spans = pairwise(edges)
    counted = [_units(and_(Unit.received_at >= start, Unit.received_at < end), seen_by) for start, end in spans]
    return tuple(session.execute(select(*counted)).one())


def received_late(
    session: Session,
    spans: Sequence[tuple[int | None, int | None]],
    *,
    since: datetime,
    window_days: int,
    seen_by: Actor,
) -> Sequence[int]:
    """How many units received *since* came from so many to so many days after their due day, for each of *spans*."""
    after_expiry = days_between(Unit.eula_expires_on, Unit.received_at)
    received = select(after_expiry, func.count()).where(Unit.received_at >= since, units_seen_by(seen_by))
    by_days = session.execute(received.group_by(after_expiry)).all()
    return tuple(sum(count for days, count in by_days if _lies_in(days - window_days, span)) for span in spans)


def out_by_place(session: Session, thresholds: Thresholds, *, seen_by: Actor) -> Sequence[Row[str, str, int, int]]:
    """Units out, and how many of them overdue, for each ship-to country and state: `country, state, out, overdue`."""
    late = case((in_list(Show.OVERDUE, thresholds, received_since=None), 1), else_=0)
    by_order = (
        select(Unit.order_id, func.count().label("out"), func.sum(late).label("overdue"))
        .where(Unit.settled_at.is_(None), units_seen_by(seen_by))
        .group_by(Unit.order_id)
        .subquery()
    )
    return session.execute(
        select(
            DemoOrder.country,
            DemoOrder.state,
            func.sum(by_order.c.out).label("out"),
            func.sum(by_order.c.overdue).label("overdue"),
        )
        .join(by_order, by_order.c.order_id == DemoOrder.id)
        .group_by(DemoOrder.country, DemoOrder.state)
    ).all()


def due_next(
    session: Session, thresholds: Thresholds, show: Show, *, limit: int, seen_by: Actor
) -> Sequence[Row[date, str, str, str, str]]:
    """The *limit* units of a list whose due day is latest, with their order, customer and partner."""
    units = (
        select(Unit.id)
        .where(in_list(show, thresholds, received_since=None), units_seen_by(seen_by))
        .order_by(Unit.eula_expires_on.desc(), Unit.id)
        .limit(limit)
        .correlate(None)
    )
    return session.execute(
        select(
            Unit.eula_expires_on,
            Unit.zone,
            DemoOrder.number,
            Customer.name.label("customer"),
            Partner.name.label("partner"),
        )
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(Partner, Partner.id == Unit.partner_id)
        .where(Unit.id.in_(units))
        .order_by(Unit.eula_expires_on.desc(), DemoOrder.number)
    ).all()


def oldest_discrepancies(session: Session, *, limit: int) -> Sequence[Row[int, str, str, datetime]]:
    """What did not match and nobody has settled, the oldest first."""
    return session.execute(
        select(Discrepancy.id, Discrepancy.type, Discrepancy.serial, Discrepancy.opened_at)
        .where(Discrepancy.closed_at.is_(None))
        .order_by(Discrepancy.opened_at)
        .limit(limit)
    ).all()


def _lies_in(days: int, span: tuple[int | None, int | None]) -> bool:
    first, last = span
    return (first is None or days >= first) and (last is None or days <= last)


def _units(condition: ColumnElement[bool], seen_by: Actor) -> ScalarSelect[int]:
    return select(func.count(Unit.id)).where(condition, units_seen_by(seen_by)).scalar_subquery()


def _open_discrepancies(seen_by: Actor) -> ScalarSelect[int]:
    theirs = [] if seen_by.may(Permission.SEE_EVERYTHING) else [Discrepancy.partner_id == seen_by.partner_id]
    return select(func.count(Discrepancy.id)).where(Discrepancy.closed_at.is_(None), *theirs).scalar_subquery()
