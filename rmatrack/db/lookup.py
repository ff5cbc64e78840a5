"""What a key leads to: orders and customers by any number, serial, organisation id, e-mail or name (SPEC F-1)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol
from typing import cast as cast_type

from sqlalchemy import (
    BigInteger,
    BindParameter,
    CompoundSelect,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.db.sight import customers_seen_by, orders_seen_by, units_seen_by
from rmatrack.domain.identify import KeyKind
from rmatrack.domain.people import Actor

MOST_HITS = 200
"""Of each kind: a name that half of all customers share is not answered by a list of them."""

Question = Select[*tuple[Any, ...]]

_NO_ID = cast(null(), BigInteger)
_NO_STATE = cast(null(), String)


def hits(session: Session, keys: Mapping[KeyKind, Collection[str]], *, seen_by: Actor) -> Sequence[Row[Any]]:
    """What each key leads to, in one question: `kind`, `key`, `order_id`, `unit_id`, `customer_id`, `state`.

    `order_id` is empty for a customer without orders; `state` is that of a label.
    """
    asked = {kind.value: sorted(values) for kind, values in keys.items() if values}
    if not asked:
        return []
    question = _question(tuple(KeyKind(kind) for kind in asked), seen_by)
    return session.connection().execute(question, asked).all()


@lru_cache(maxsize=256)
def _question(kinds: tuple[KeyKind, ...], seen_by: Actor) -> CompoundSelect[*tuple[Any, ...]]:
    """Put the question for keys of these kinds together; doing that takes longer than asking it."""
    questions = [question.limit(MOST_HITS) for kind in kinds for question in _QUESTIONS[kind](seen_by)]
    return union_all(*(select(question.subquery()) for question in questions))


def _among(kind: KeyKind) -> BindParameter[Any]:
    return bindparam(kind.value, expanding=True)


def customers_named(session: Session, part: str, *, seen_by: Actor, most: int) -> Sequence[Row[Any]]:
    """The orders of customers whose `name_key` holds *part*, those that begin with it first; columns as of `hits`."""
    begins = Customer.name_key.startswith(part, autoescape=True)
    wanted = (
        select(Customer.id)
        .where(Customer.name_key.contains(part, autoescape=True), customers_seen_by(seen_by))
        .order_by(begins.desc(), Customer.name_key, Customer.id)
        .limit(most)
    )
    question = _of_customers(literal("name"), Customer.name, seen_by).where(Customer.id.in_(wanted))
    question = question.order_by(begins.desc(), Customer.name_key, Customer.id, DemoOrder.id.desc())
    return session.execute(question.limit(MOST_HITS)).all()


class ShortRow(Protocol):
    """What `orders_in_short` says of an order; `eula_expires_on` is the earliest among the units still out."""

    id: int
    number: str
    shipped_on: date
    city: str
    country: str
    customer_id: int
    customer: str
    partner: str
    rma: str | None
    in_process_at: datetime | None
    completed_at: datetime | None
    units: int
    out: int
    received: int
    eula_expires_on: date | None
    zone: str


_ASKED_ORDERS: BindParameter[Any] = bindparam("order_ids", expanding=True)
_UNITS = (
    select(
        Unit.order_id,
        func.count().label("units"),
        func.count().filter(Unit.settled_at.is_(None)).label("out"),
        func.count(Unit.received_at).label("received"),
        func.min(Unit.eula_expires_on).filter(Unit.settled_at.is_(None)).label("eula_expires_on"),
        func.min(Unit.zone).label("zone"),
    )
    .where(Unit.order_id.in_(_ASKED_ORDERS))
    .group_by(Unit.order_id)
    .subquery()
)
_IN_SHORT: Question = (
    select(
        DemoOrder.id,
        DemoOrder.number,
        DemoOrder.shipped_on,
        DemoOrder.city,
        DemoOrder.country,
        Customer.id.label("customer_id"),
        Customer.name.label("customer"),
        Partner.name.label("partner"),
        Rma.number.label("rma"),
        Rma.in_process_at,
        Rma.completed_at,
        _UNITS,
    )
    .join(Customer, Customer.id == DemoOrder.customer_id)
    .join(Partner, Partner.id == DemoOrder.partner_id)
    .outerjoin(Rma, Rma.order_id == DemoOrder.id)
    .join(_UNITS, _UNITS.c.order_id == DemoOrder.id)
    .where(DemoOrder.id.in_(_ASKED_ORDERS))
)


def orders_in_short(session: Session, order_ids: Collection[int]) -> Sequence[ShortRow]:
    """Whose each order is, its RMA, and how many of its units are where."""
    found = session.connection().execute(_IN_SHORT, {"order_ids": list(order_ids)}).all()
    return cast_type(Sequence[ShortRow], found)


def customer_names(session: Session, customer_ids: Collection[int]) -> dict[int, str]:
    """The names of customers that were found without an order, by id."""
    found = session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(customer_ids)))
    return {row.id: row.name for row in found}


def _by_order(seen_by: Actor) -> list[Question]:
    found = _hit(KeyKind.ORDER, DemoOrder.number).where(DemoOrder.number.in_(_among(KeyKind.ORDER)))
    return [found.where(orders_seen_by(seen_by))]


def _by_rma(seen_by: Actor) -> list[Question]:
    found = (
        _hit(KeyKind.RMA, Rma.number).join(Rma, Rma.order_id == DemoOrder.id).where(Rma.number.in_(_among(KeyKind.RMA)))
    )
    return [found.where(orders_seen_by(seen_by))]


def _by_tracking(seen_by: Actor) -> list[Question]:
    """By the carrier's number or by the piece's, whatever became of the label (SPEC C-6)."""
    return [
        select(
            literal(KeyKind.TRACKING.value).label("kind"),
            number.label("key"),
            Unit.order_id,
            Unit.id.label("unit_id"),
            _NO_ID.label("customer_id"),
            Label.state,
        )
        .join(Unit, Unit.id == Label.unit_id)
        .where(number.in_(_among(KeyKind.TRACKING)), units_seen_by(seen_by))
        for number in (Label.number, Label.piece)
    ]


def _by_serial(seen_by: Actor) -> list[Question]:
    """Every loan of the serial, the latest first."""
    return [
        select(
            literal(KeyKind.SERIAL.value).label("kind"),
            Unit.serial_key.label("key"),
            Unit.order_id,
            Unit.id.label("unit_id"),
            _NO_ID.label("customer_id"),
            Unit.status.label("state"),
        )
        .where(Unit.serial_key.in_(_among(KeyKind.SERIAL)), units_seen_by(seen_by))
        .order_by(Unit.id.desc())
    ]


def _by_org_id(seen_by: Actor) -> list[Question]:
    found = _of_customers(literal(KeyKind.ORG_ID.value), Customer.org_id, seen_by)
    return [found.where(Customer.org_id.in_(_among(KeyKind.ORG_ID))).order_by(DemoOrder.id.desc())]


def _by_email(seen_by: Actor) -> list[Question]:
    found = _of_customers(literal(KeyKind.EMAIL.value), CustomerAdministrator.email, seen_by)
    found = found.join(CustomerAdministrator, CustomerAdministrator.customer_id == Customer.id)
    return [found.where(CustomerAdministrator.email.in_(_among(KeyKind.EMAIL))).order_by(DemoOrder.id.desc())]


def _hit(kind: KeyKind, key: InstrumentedAttribute[str]) -> Question:
    return select(
        literal(kind.value).label("kind"),
        key.label("key"),
        DemoOrder.id.label("order_id"),
        _NO_ID.label("unit_id"),
        DemoOrder.customer_id,
        _NO_STATE.label("state"),
    ).select_from(DemoOrder)


def _of_customers(kind: Any, key: InstrumentedAttribute[str], seen_by: Actor) -> Question:
    return (
        select(
            kind.label("kind"),
            key.label("key"),
            DemoOrder.id.label("order_id"),
            _NO_ID.label("unit_id"),
            Customer.id.label("customer_id"),
            _NO_STATE.label("state"),
        )
        .select_from(Customer)
        .outerjoin(DemoOrder, and_(DemoOrder.customer_id == Customer.id, orders_seen_by(seen_by)))
        .where(or_(customers_seen_by(seen_by), DemoOrder.id.is_not(None)))
    )


_QUESTIONS = {
    KeyKind.ORDER: _by_order,
    KeyKind.RMA: _by_rma,
    KeyKind.TRACKING: _by_tracking,
    KeyKind.SERIAL: _by_serial,
    KeyKind.ORG_ID: _by_org_id,
    KeyKind.EMAIL: _by_email,
}
