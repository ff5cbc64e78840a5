"""Proposals to charge as people read them: one, an order's, and the list that filters and sorts (SPEC R-9, X-6)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.charges import Charge
from rmatrack.db.customers import Customer
from rmatrack.db.due_conditions import begins
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.sight import units_seen_by
from rmatrack.domain.charges import ChargeCause, ChargeState
from rmatrack.domain.people import SYSTEM, Actor

_CHUNK = 500


class ChargeSeen(NamedTuple):
    """A proposal with the names people know its parts by."""

    charge: Charge
    serial: str
    model: str
    unit_status: str
    order: str
    shipped_on: date
    customer: str
    zone: str
    partner: str
    partner_id: int


class Sort(NamedTuple):
    """By which column, and whether downwards."""

    column: str = "proposed"
    down: bool = True


_NEWEST_FIRST = Sort()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargesWanted:
    """What the list is narrowed to. `start` and `name` are the two forms of a typed text."""

    state: ChargeState | None = None
    cause: ChargeCause | None = None
    partner_id: int | None = None
    start: str = ""
    name: str = ""
    sort: Sort = _NEWEST_FIRST


def charges_seen(session: Session, ids: Collection[int]) -> list[ChargeSeen]:
    """The proposals *ids* as mails tell of them."""
    question = _seen(SYSTEM).where(among(Charge.id, "ids")).order_by(Charge.id)
    rows = session.execute(question.execution_options(populate_existing=True), {"ids": ids})
    return [ChargeSeen._make(row) for row in rows]


def charge_with_id(session: Session, charge_id: int, *, seen_by: Actor, lock: bool = False) -> ChargeSeen | None:
    """One proposal; held until the step ends with *lock*."""
    question = _seen(seen_by).where(Charge.id == charge_id)
    if lock:
        question = question.with_for_update(of=Charge).execution_options(populate_existing=True)
    row = session.execute(question).one_or_none()
    return ChargeSeen._make(row) if row else None


def charges_of_order(session: Session, order_id: int, *, seen_by: Actor) -> list[ChargeSeen]:
    """The proposals for an order's units, the latest first."""
    question = _seen(seen_by).where(Charge.order_id == order_id).order_by(Charge.id.desc())
    return [ChargeSeen._make(row) for row in session.execute(question)]


def charges_page(session: Session, wanted: ChargesWanted, *, page: int, size: int, seen_by: Actor) -> list[ChargeSeen]:
    """Page *page* (from 1) and one row beyond it."""
    question = _list(wanted, seen_by).limit(size + 1).offset(size * (page - 1))
    return [ChargeSeen._make(row) for row in session.execute(question)]


def all_charges(session: Session, wanted: ChargesWanted, *, seen_by: Actor) -> Iterator[ChargeSeen]:
    """Every proposal of a list, read while it is used."""
    for row in session.execute(_list(wanted, seen_by).execution_options(yield_per=_CHUNK)):
        yield ChargeSeen._make(row)


def charges_by_state(session: Session, wanted: ChargesWanted, *, seen_by: Actor) -> dict[ChargeState, int]:
    """How many proposals there are in each state, whichever of them is shown."""
    counted = (
        select(Charge.state, func.count())
        .join(Unit, Unit.id == Charge.unit_id)
        .join(DemoOrder, DemoOrder.id == Charge.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .where(units_seen_by(seen_by), *_narrowed(wanted))
        .group_by(Charge.state)
    )
    return {ChargeState(row[0]): row[1] for row in session.execute(counted)}


SORTS: dict[str, Any] = {
    "proposed": Charge.id,
    "due": Charge.due_on,
    "value": Charge.value,
    "customer": Customer.name_key,
}
"""The columns by which the list sorts."""


def _list(wanted: ChargesWanted, seen_by: Actor) -> Select[*tuple[Any, ...]]:
    question = _seen(seen_by).where(*_narrowed(wanted))
    if wanted.state:
        question = question.where(Charge.state == wanted.state.value)
    column = SORTS[wanted.sort.column]
    by_id = Charge.id.desc() if wanted.sort.down else Charge.id
    return question.order_by(column.desc().nulls_last() if wanted.sort.down else column.asc().nulls_last(), by_id)


def _narrowed(wanted: ChargesWanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.cause:
        conditions.append(Charge.cause == wanted.cause.value)
    if wanted.partner_id is not None:
        conditions.append(DemoOrder.partner_id == wanted.partner_id)
    if wanted.start or wanted.name:
        told: list[ColumnElement[bool]] = []
        if wanted.name:
            told.append(Customer.name_key.contains(wanted.name, autoescape=True))
        if wanted.start:
            told += [begins(column, wanted.start) for column in (DemoOrder.number, Unit.serial_key)]
        conditions.append(or_(*told))
    return conditions


def _seen(seen_by: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Charge,
            Unit.serial,
            Unit.model,
            Unit.status,
            DemoOrder.number,
            DemoOrder.shipped_on,
            Customer.name,
            Customer.zone,
            Partner.name,
            Partner.id,
        )
        .join(Unit, Unit.id == Charge.unit_id)
        .join(DemoOrder, DemoOrder.id == Charge.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(Partner, Partner.id == DemoOrder.partner_id)
        .where(units_seen_by(seen_by))
    )
