"""What the label pages ask: which orders still lack labels, what is held back, and one label with all about it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Subquery, and_, func, select
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma
from rmatrack.db.sight import orders_seen_by
from rmatrack.domain.labels import DEAD, PRINTABLE, WITHOUT_END, LabelState
from rmatrack.domain.people import Actor


class OrderToPrint(NamedTuple):
    """An order and how many of its units lack a label."""

    number: str
    customer: str
    country: str
    state: str
    shipped_on: date
    units: int


class LabelSeen(NamedTuple):
    """A label with the names people know its parts by."""

    id: int
    number: str
    piece: str
    carrier: str
    service: str
    source: str
    state: str
    problem: str | None
    created_at: datetime
    released_at: datetime | None
    superseded_by: str | None
    unit_id: int
    serial: str
    model: str
    order_number: str
    customer: str
    rma_number: str
    checked_at: datetime | None
    settled_at: datetime | None
    eula_expires_on: date
    zone: str


def orders_to_print(
    session: Session, *, country: str | None, seen_by: Actor, limit: int, offset: int = 0
) -> Sequence[OrderToPrint]:
    """Orders with units out that lack a label, the newest shipment first."""
    waiting = _waiting()
    question = (
        select(
            DemoOrder.number,
            Customer.name,
            DemoOrder.country,
            DemoOrder.state,
            DemoOrder.shipped_on,
            waiting.c.units,
        )
        .join(waiting, waiting.c.order_id == DemoOrder.id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .where(orders_seen_by(seen_by))
        .order_by(DemoOrder.shipped_on.desc(), DemoOrder.number.desc())
        .limit(limit)
        .offset(offset)
    )
    if country:
        question = question.where(DemoOrder.country == country)
    return [OrderToPrint(*row) for row in session.execute(question)]


def countries_to_print(session: Session, *, seen_by: Actor) -> dict[str, int]:
    """How many units out lack a label, by ship-to country."""
    waiting = _waiting()
    units = func.sum(waiting.c.units).label("units")
    rows = session.execute(
        select(DemoOrder.country, units)
        .join(waiting, waiting.c.order_id == DemoOrder.id)
        .where(orders_seen_by(seen_by))
        .group_by(DemoOrder.country)
        .order_by(units.desc(), DemoOrder.country)
    )
    return {row.country: int(row.units) for row in rows}


def units_to_print(session: Session, *, orders: Sequence[str] | None, country: str | None, seen_by: Actor) -> list[int]:
    """Units out that lack a label, of these orders or of all, in the order in which they are printed."""
    wanted = (
        select(Unit.id)
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .where(_lacks_label(seen_by, country))
        .order_by(DemoOrder.number, Unit.id)
    )
    if orders is not None:
        wanted = wanted.where(DemoOrder.number.in_(orders))
    return list(session.scalars(wanted))


def labels_held(session: Session, *, seen_by: Actor, limit: int) -> list[LabelSeen]:
    """Labels that are held back, the newest first."""
    return _labels(session, and_(Label.state == LabelState.HELD, orders_seen_by(seen_by)), limit)


def labels_to_check(
    session: Session, *, issued_before: datetime, expires_after: date, seen_by: Actor, limit: int
) -> list[LabelSeen]:
    """Labels that may be used, last checked before a moment, of units out whose EULA expires after a day; newest first.

    That none was checked before it was made is said for the index.
    """
    return _labels(
        session,
        and_(
            Label.state.in_(PRINTABLE),
            Label.carrier.not_in(WITHOUT_END),
            Label.created_at <= issued_before,
            func.coalesce(Label.checked_at, Label.created_at) <= issued_before,
            Unit.settled_at.is_(None),
            Unit.eula_expires_on > expires_after,
            orders_seen_by(seen_by),
        ),
        limit,
        Label.created_at.desc(),
    )


def label_numbered(session: Session, number: str, *, seen_by: Actor) -> LabelSeen | None:
    """The label with this tracking number, superseded ones too."""
    return next(iter(_labels(session, and_(Label.number == number, orders_seen_by(seen_by)), 1)), None)


def _lacks_label(seen_by: Actor, country: str | None) -> ColumnElement[bool]:
    condition = and_(_is_out_without_label(), orders_seen_by(seen_by))
    return and_(condition, DemoOrder.country == country) if country else condition


def _is_out_without_label() -> ColumnElement[bool]:
    alive = select(Label.unit_id).where(Label.unit_id == Unit.id, Label.state.not_in(DEAD)).exists()
    return and_(Unit.settled_at.is_(None), ~alive)


def _waiting() -> Subquery:
    """How many units out of each order lack a label: counted by two indexes alone, before anything is joined."""
    return (
        select(Unit.order_id, func.count().label("units"))
        .where(_is_out_without_label())
        .group_by(Unit.order_id)
        .subquery("waiting")
    )


def _labels(
    session: Session, condition: ColumnElement[bool], limit: int, *first: ColumnElement[datetime]
) -> list[LabelSeen]:
    newer = select(Label.id, Label.number).subquery()
    rows = session.execute(
        select(
            Label.id,
            Label.number,
            Label.piece,
            Label.carrier,
            Label.service,
            Label.source,
            Label.state,
            Label.problem,
            Label.created_at,
            Label.released_at,
            newer.c.number.label("superseded_by"),
            Unit.id.label("unit_id"),
            Unit.serial,
            Unit.model,
            DemoOrder.number.label("order_number"),
            Customer.name.label("customer"),
            Rma.number.label("rma_number"),
            Label.checked_at,
            Unit.settled_at,
            Unit.eula_expires_on,
            Unit.zone,
        )
        .join(Unit, Unit.id == Label.unit_id)
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(Rma, Rma.id == Label.rma_id)
        .outerjoin(newer, newer.c.id == Label.superseded_by_id)
        .where(condition)
        .order_by(*first, Label.id.desc())
        .limit(limit)
    )
    return [LabelSeen(**row) for row in rows.mappings()]
