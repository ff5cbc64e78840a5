"""What a key leads to: orders and customers by any number, serial, organisation id, e-mail or name (SPEC F-1)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol
from typing import cast as cast_type

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    Row,
    Select,
    String,
    Subquery,
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

from rmatrack.db.among import among
from rmatrack.db.answers import ReturnAnswer
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.inspections import WipeCertificate
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.db.sight import customers_seen_by, orders_seen_by, units_seen_by
from rmatrack.domain.answers import AnswerState
from rmatrack.domain.lookup import Why
from rmatrack.domain.pasted import KeyKind
from rmatrack.domain.people import Actor

MOST_HITS = 200
"""Of each kind: a name that half of all customers share is not answered by a list of them."""

Question = Select[*tuple[Any, ...]]

_NAMES = "names"
_NO_ID = cast(null(), BigInteger)
_NO_STATE = cast(null(), String)


def hits(
    session: Session, keys: Mapping[KeyKind, Collection[str]], names: Collection[str] = (), *, seen_by: Actor
) -> Sequence[Row[Any]]:
    """What each key leads to, in one question: `kind`, `key`, `order_id`, `unit_id`, `state`, and the order in short.

    Without an order, all that is known is the `customer`. `state` is that of the label or the unit. *names* are whole
    names of customers, as `name_key` folds them; what they lead to is of the kind `name`.
    """
    asked: dict[str, Any] = {kind.value: sorted(values) for kind, values in keys.items() if values}
    kinds = tuple(KeyKind(kind) for kind in asked)
    if names:
        asked[_NAMES] = names
    if not asked:
        return []
    return session.connection().execute(_question(kinds, bool(names), seen_by), asked).all()


@lru_cache(maxsize=256)
def _question(kinds: tuple[KeyKind, ...], with_names: bool, seen_by: Actor) -> Question:
    """Put the question for keys of these kinds together; doing that takes longer than asking it."""
    questions = [question.limit(MOST_HITS) for kind in kinds for question in _QUESTIONS[kind](seen_by)]
    if with_names:
        questions.append(_by_name(seen_by).limit(MOST_HITS))
    return _with_orders(union_all(*(select(question.subquery()) for question in questions)).cte("hit"))


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
    question = _of_customers(literal(Why.NAME.value), Customer.name, seen_by).where(Customer.id.in_(wanted))
    question = question.order_by(begins.desc(), Customer.name_key, Customer.id, DemoOrder.id.desc())
    return session.execute(_with_orders(question.limit(MOST_HITS).cte("hit"))).all()


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


def orders_in_short(session: Session, order_ids: Collection[int]) -> Sequence[ShortRow]:
    """Whose each order is, its RMA, and how many of its units are where."""
    found = session.connection().execute(_IN_SHORT, {_ASKED: list(order_ids)}).all()
    return cast_type(Sequence[ShortRow], found)


_ASKED = "order_ids"
_SHORT = (
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
)


def _units_of(order_ids: Any) -> Subquery:
    """How many units each order has, how many are where, and the earliest date among those that are out."""
    return (
        select(
            Unit.order_id,
            func.count().label("units"),
            func.count().filter(Unit.settled_at.is_(None)).label("out"),
            func.count(Unit.received_at).label("received"),
            func.min(Unit.eula_expires_on).filter(Unit.settled_at.is_(None)).label("eula_expires_on"),
            func.min(Unit.zone).label("zone"),
        )
        .where(Unit.order_id.in_(order_ids))
        .group_by(Unit.order_id)
        .subquery("units_of_order")
    )


def _short(order_ids: Any) -> Question:
    units = _units_of(order_ids)
    counts = [column for column in units.c if column.name != "order_id"]
    return (
        select(*_SHORT, *counts)
        .select_from(DemoOrder)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(Partner, Partner.id == DemoOrder.partner_id)
        .outerjoin(Rma, Rma.order_id == DemoOrder.id)
        .join(units, units.c.order_id == DemoOrder.id)
        .where(DemoOrder.id.in_(order_ids))
    )


_IN_SHORT = _short(bindparam(_ASKED, expanding=True))


def _with_orders(hit: CTE) -> Question:
    """Every hit beside its order in short, or beside the name of a customer without one."""
    order_ids = select(hit.c.order_id)
    units = _units_of(order_ids)
    counts = [column for column in units.c if column.name != "order_id"]
    about_hit = (hit.c.kind, hit.c.key, hit.c.order_id, hit.c.unit_id, hit.c.state.label("state"))
    return (
        select(*about_hit, *_SHORT, *counts)
        .select_from(hit)
        .outerjoin(DemoOrder, DemoOrder.id == hit.c.order_id)
        .join(Customer, Customer.id == func.coalesce(DemoOrder.customer_id, hit.c.customer_id))
        .outerjoin(Partner, Partner.id == DemoOrder.partner_id)
        .outerjoin(Rma, Rma.order_id == DemoOrder.id)
        .outerjoin(units, units.c.order_id == DemoOrder.id)
    )


def _by_order(seen_by: Actor) -> list[Question]:
    found = _hit(KeyKind.ORDER, DemoOrder.number).where(DemoOrder.number.in_(_among(KeyKind.ORDER)))
    return [found.where(orders_seen_by(seen_by))]


def _by_rma(seen_by: Actor) -> list[Question]:
    found = (
        _hit(KeyKind.RMA, Rma.number).join(Rma, Rma.order_id == DemoOrder.id).where(Rma.number.in_(_among(KeyKind.RMA)))
    )
    return [found.where(orders_seen_by(seen_by))]


def _by_wipe(seen_by: Actor) -> list[Question]:
    """By the number of the certificate that the unit of a loan was wiped (SPEC R-6)."""
    return [
        select(
            literal(KeyKind.WIPE.value).label("kind"),
            WipeCertificate.number.label("key"),
            Unit.order_id,
            Unit.id.label("unit_id"),
            _NO_ID.label("customer_id"),
            _NO_STATE.label("state"),
        )
        .join(Unit, Unit.id == WipeCertificate.unit_id)
        .where(WipeCertificate.number.in_(_among(KeyKind.WIPE)), units_seen_by(seen_by))
    ]


def _by_tracking(seen_by: Actor) -> list[Question]:
    """By the carrier's number or by the piece's, whatever became of the label (SPEC C-6)."""
    by_label = [
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
    return [*by_label, _by_announcement(seen_by)]


def _by_announcement(seen_by: Actor) -> Question:
    """By the number that somebody answered a reminder with (SPEC R-8)."""
    return (
        select(
            literal(KeyKind.TRACKING.value).label("kind"),
            ReturnAnswer.tracking.label("key"),
            Unit.order_id,
            Unit.id.label("unit_id"),
            _NO_ID.label("customer_id"),
            _NO_STATE.label("state"),
        )
        .join(Unit, Unit.id == ReturnAnswer.unit_id)
        .where(ReturnAnswer.tracking.in_(_among(KeyKind.TRACKING)), ReturnAnswer.tracking != "")
        .where(ReturnAnswer.state == AnswerState.OPEN.value, units_seen_by(seen_by))
    )


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


def _by_name(seen_by: Actor) -> Question:
    found = _of_customers(literal(Why.NAME.value), Customer.name_key, seen_by)
    return found.where(among(Customer.name_key, _NAMES)).order_by(DemoOrder.id.desc())


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
    KeyKind.WIPE: _by_wipe,
    KeyKind.TRACKING: _by_tracking,
    KeyKind.SERIAL: _by_serial,
    KeyKind.ORG_ID: _by_org_id,
    KeyKind.EMAIL: _by_email,
}
