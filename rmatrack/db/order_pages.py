"""What the pages about demo orders ask: a list of them, and all about one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.due import unit_rows
from rmatrack.db.due_conditions import begins
from rmatrack.db.labels import Label
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Person
from rmatrack.db.receiving import Discrepancy
from rmatrack.db.returns import Rma
from rmatrack.db.sight import discrepancies_seen_by, orders_seen_by, units_seen_by
from rmatrack.domain.people import Actor, Permission

_Carrier = aliased(OutboxMail)


class ReturnsShown(StrEnum):
    """The lists of orders: by how far their return is."""

    OPEN = "open"
    COMPLETE = "complete"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersWanted:
    """What the list of orders is narrowed to. `start` and `name` are the two forms of a typed text."""

    shown: ReturnsShown = ReturnsShown.OPEN
    partner_id: int | None = None
    customer_id: int | None = None
    country: str | None = None
    start: str = ""
    name: str = ""


def page_of_orders(
    session: Session, wanted: OrdersWanted, *, before: int | None, after: int | None, limit: int, seen_by: Actor
) -> Sequence[int]:
    """The ids of at most *limit* orders, the latest recorded first: those below *before*, or those above *after*."""
    question = _ids(wanted, wanted.shown, seen_by)
    if after is not None:
        found = session.scalars(question.where(DemoOrder.id > after).order_by(DemoOrder.id).limit(limit)).all()
        return found[::-1]
    if before is not None:
        question = question.where(DemoOrder.id < before)
    return session.scalars(question.order_by(DemoOrder.id.desc()).limit(limit)).all()


def count_orders(session: Session, wanted: OrdersWanted, *, most: int, seen_by: Actor) -> dict[ReturnsShown, int]:
    """How many orders each list holds; counting stops at *most*."""
    lists = [_ids(wanted, shown, seen_by).limit(most).subquery() for shown in ReturnsShown]
    counted = [select(func.count()).select_from(found).scalar_subquery() for found in lists]
    return dict(zip(ReturnsShown, session.execute(select(*counted)).one(), strict=True))


def order_numbered(session: Session, number: str, *, seen_by: Actor) -> DemoOrder | None:
    """The order with its customer, partner and trial."""
    return session.scalar(
        select(DemoOrder)
        .join(DemoOrder.customer)
        .join(DemoOrder.partner)
        .outerjoin(DemoOrder.trial)
        .options(contains_eager(DemoOrder.customer), contains_eager(DemoOrder.partner), contains_eager(DemoOrder.trial))
        .where(DemoOrder.number == number, orders_seen_by(seen_by))
    )


def units_of(session: Session, order_id: int) -> Sequence[Unit]:
    """The units of an order, as they were recorded."""
    return session.scalars(select(Unit).where(Unit.order_id == order_id).order_by(Unit.id)).all()


def return_of(session: Session, order_id: int) -> Rma | None:
    """The RMA of an order."""
    return session.scalar(select(Rma).where(Rma.order_id == order_id))


def labels_of(session: Session, order_id: int) -> Sequence[Label]:
    """Every label of an order's units, replaced ones included, the latest first."""
    question = select(Label).join(Unit, Unit.id == Label.unit_id).where(Unit.order_id == order_id)
    return session.scalars(question.order_by(Label.unit_id, Label.attempt.desc())).all()


def discrepancies_of(session: Session, order_id: int, *, seen_by: Actor) -> Sequence[Discrepancy]:
    """What did not match on an order's return or about its units, what is open first."""
    question = (
        select(Discrepancy)
        .outerjoin(Rma, Rma.id == Discrepancy.rma_id)
        .outerjoin(Unit, Unit.id == Discrepancy.unit_id)
        .where(or_(Rma.order_id == order_id, Unit.order_id == order_id), discrepancies_seen_by(seen_by))
        .order_by(Discrepancy.closed_at.is_not(None), Discrepancy.id.desc())
    )
    return session.scalars(question).all()


def administrators_of(session: Session, customer_id: int) -> Sequence[str]:
    """The e-mail addresses of a customer's administrators."""
    question = select(CustomerAdministrator.email).where(CustomerAdministrator.customer_id == customer_id)
    return session.scalars(question.order_by(CustomerAdministrator.id)).all()


class MailOfOrder(NamedTuple):
    """A mail about an order or its trial; `id` and `state` are those of the bundle where one carried it."""

    id: int
    kind: str
    to_email: str
    state: str
    subject: str | None
    at: datetime


def mails_of(session: Session, order: DemoOrder, *, most: int, seen_by: Actor) -> list[MailOfOrder]:
    """The latest mails about an order and its trial; a partner sees those to its own people and to the customer."""
    about = or_(OutboxMail.order_id == order.id, OutboxMail.trial_id == order.trial_id)
    question = (
        select(
            func.coalesce(OutboxMail.bundle_id, OutboxMail.id),
            OutboxMail.kind,
            OutboxMail.to_email,
            func.coalesce(_Carrier.state, OutboxMail.state),
            func.coalesce(OutboxMail.subject, _Carrier.subject),
            func.coalesce(_Carrier.sent_at, OutboxMail.sent_at, OutboxMail.created_at),
        )
        .outerjoin(_Carrier, _Carrier.id == OutboxMail.bundle_id)
        .where(about)
        .order_by(OutboxMail.id.desc())
        .limit(most)
    )
    if not seen_by.may(Permission.SEE_EVERYTHING):
        own = select(Person.email).where(Person.partner_id == order.partner_id)
        theirs = select(CustomerAdministrator.email).where(CustomerAdministrator.customer_id == order.customer_id)
        question = question.where(or_(OutboxMail.to_email.in_(own), OutboxMail.to_email.in_(theirs)))
    return [MailOfOrder(*row) for row in session.execute(question)]


def unit_with_id(session: Session, unit_id: int, *, seen_by: Actor) -> Row[Any] | None:
    """One unit with the columns of the due lists."""
    return session.execute(unit_rows().where(Unit.id == unit_id, units_seen_by(seen_by))).one_or_none()


def loans_of(session: Session, serial_key: str, *, seen_by: Actor) -> Sequence[Row[Any]]:
    """Every loan of a serial, the latest first, with the columns of the due lists."""
    question = unit_rows().where(Unit.serial_key == serial_key, units_seen_by(seen_by))
    return session.execute(question.order_by(Unit.id.desc())).all()


def _ids(wanted: OrdersWanted, shown: ReturnsShown, seen_by: Actor) -> Select[int]:
    question = select(DemoOrder.id).where(orders_seen_by(seen_by), *_met(wanted))
    if shown is ReturnsShown.ALL:
        return question
    is_open = Rma.completed_at.is_(None) if shown is ReturnsShown.OPEN else Rma.completed_at.is_not(None)
    return question.join(Rma, Rma.order_id == DemoOrder.id).where(is_open)


def _met(wanted: OrdersWanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.partner_id is not None:
        conditions.append(DemoOrder.partner_id == wanted.partner_id)
    if wanted.customer_id is not None:
        conditions.append(DemoOrder.customer_id == wanted.customer_id)
    if wanted.country is not None:
        conditions.append(DemoOrder.country == wanted.country)
    if wanted.start or wanted.name:
        conditions.append(_says(wanted))
    return conditions


def _says(wanted: OrdersWanted) -> ColumnElement[bool]:
    named = select(Customer.id).where(Customer.name_key.contains(wanted.name, autoescape=True))
    told: list[ColumnElement[bool]] = [DemoOrder.customer_id.in_(named)] if wanted.name else []
    if wanted.start:
        returned = select(Rma.order_id).where(begins(Rma.number, wanted.start))
        told += [begins(DemoOrder.number, wanted.start), DemoOrder.id.in_(returned)]
    return or_(*told)
