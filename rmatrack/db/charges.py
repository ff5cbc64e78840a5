"""Proposals to charge, each with its evidence as it was when it was made (SPEC R-9)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Numeric,
    Select,
    String,
    Table,
    case,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.among import among
from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.customers import Customer
from rmatrack.db.due_conditions import begins
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.sight import units_seen_by
from rmatrack.db.upsert import insert_of
from rmatrack.domain.charges import CREDITS, STANDING, UNDECIDED, ChargeCause, ChargeState, Withdrawal
from rmatrack.domain.people import SYSTEM, Actor

_CHUNK = 500
_STANDING = f"state IN ({', '.join(repr(state.value) for state in sorted(STANDING))})"


class Charge(Base):
    """A proposal to charge for a unit; of each unit and cause at most one stands.

    `value` is empty where the catalogue knew none.
    """

    __tablename__ = "charge"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("demo_order.id"), index=True)
    cause: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    eula_expires_on: Mapped[date]
    """The EULA date that it speaks of: after an extension there may be another proposal."""
    due_on: Mapped[date]
    value: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    currency: Mapped[str] = mapped_column(String(3), default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What spoke for it when it was made, as `rmatrack.services.charge_evidence` writes it."""
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    notified_at: Mapped[datetime | None] = mapped_column(Moment)
    disputed_at: Mapped[datetime | None] = mapped_column(Moment)
    disputed_by: Mapped[str | None] = mapped_column(String(200))
    dispute: Mapped[str | None] = mapped_column(String(1000))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(1000))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_because: Mapped[str | None] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        Index(
            "uq_charge_unit_id_standing",
            "unit_id",
            "cause",
            unique=True,
            sqlite_where=text(_STANDING),
            postgresql_where=text(_STANDING),
        ),
        Index("ix_charge_state_id", "state", "id"),
    )


CHARGE = cast(Table, Charge.__table__)


class Moved(NamedTuple):
    """A proposal that followed what happened to its unit."""

    id: int
    unit_id: int
    order_id: int
    state: str
    notified_at: datetime | None


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


def add_charges(session: Session, rows: Sequence[Mapping[str, Any]]) -> Sequence[Moved]:
    """Keep proposals, and return those that were kept: of a unit that has one standing, that stands."""
    if not rows:
        return []
    insert = insert_of(session)
    written = session.connection().execute(
        insert(CHARGE).on_conflict_do_nothing().returning(*_MOVED), [dict(row) for row in rows]
    )
    return [Moved._make(row) for row in written]


_MOVED = (CHARGE.c.id, CHARGE.c.unit_id, CHARGE.c.order_id, CHARGE.c.state, CHARGE.c.notified_at)
_UNDECIDED = sorted(state.value for state in UNDECIDED)


def overtake_charges(
    session: Session, unit_ids: Collection[int], because: Withdrawal, *, now: datetime
) -> Sequence[Moved]:
    """Withdraw what was undecided about units, and mark for credit what was charged, where that follows (`CREDITS`).

    A verdict that was revised concerns what was proposed for the condition; anything else, what was for not returning.
    """
    overtaken = [*_UNDECIDED, ChargeState.ACCEPTED.value] if because in CREDITS else _UNDECIDED
    cause = ChargeCause.CONDITION if because is Withdrawal.REVISED else ChargeCause.NOT_RETURNED
    was_charged = CHARGE.c.state == ChargeState.ACCEPTED.value
    moved = session.connection().execute(
        update(CHARGE)
        .where(
            among(Charge.unit_id, "ids"),
            CHARGE.c.state.in_(overtaken),
            CHARGE.c.cause == cause.value,
        )
        .values(
            state=case((was_charged, ChargeState.TO_CREDIT.value), else_=ChargeState.WITHDRAWN.value),
            withdrawn_at=case((was_charged, CHARGE.c.withdrawn_at), else_=now),
            withdrawn_because=case((was_charged, CHARGE.c.withdrawn_because), else_=because.value),
            version=CHARGE.c.version + 1,
        )
        .returning(*_MOVED),
        {"ids": unit_ids},
    )
    return [Moved._make(row) for row in moved]


def charge_again(session: Session, unit_ids: Collection[int], cause: ChargeCause) -> Sequence[Moved]:
    """Have what was to be credited stand again: the unit is out after all, or its condition is to be charged."""
    holds = CHARGE.c.cause == cause.value
    if cause is ChargeCause.NOT_RETURNED:
        holds &= select(Unit.id).where(Unit.id == CHARGE.c.unit_id, Unit.settled_at.is_(None)).exists()
    moved = session.connection().execute(
        update(CHARGE)
        .where(among(Charge.unit_id, "ids"), CHARGE.c.state == ChargeState.TO_CREDIT.value, holds)
        .values(state=ChargeState.ACCEPTED.value, version=CHARGE.c.version + 1)
        .returning(*_MOVED),
        {"ids": unit_ids},
    )
    return [Moved._make(row) for row in moved]


def note_told(session: Session, unit_ids: Collection[int], *, now: datetime) -> Sequence[Moved]:
    """Note that the partner was told of the proposals for these units."""
    moved = session.connection().execute(
        update(CHARGE)
        .where(among(Charge.unit_id, "ids"), CHARGE.c.state == ChargeState.PROPOSED.value)
        .values(state=ChargeState.NOTIFIED.value, notified_at=now, version=CHARGE.c.version + 1)
        .returning(*_MOVED),
        {"ids": unit_ids},
    )
    return [Moved._make(row) for row in moved]


def standing_charges(session: Session, unit_ids: Collection[int]) -> dict[int, Charge]:
    """The proposals that stand for these units, by unit."""
    found = select(Charge).where(among(Charge.unit_id, "ids"), Charge.state.in_(state.value for state in STANDING))
    return {charge.unit_id: charge for charge in session.scalars(found, {"ids": unit_ids})}


class Fact(NamedTuple):
    """What is on record of a unit for which a charge is proposed."""

    unit_id: int
    order_id: int
    model: str
    shipped_on: date
    eula_mailed_on: date | None
    eula_expires_on: date
    received_at: datetime | None


def facts_for_charges(session: Session, unit_ids: Collection[int]) -> dict[int, Fact]:
    """What is on record of these units, by unit."""
    question = (
        select(
            Unit.id,
            Unit.order_id,
            Unit.model,
            DemoOrder.shipped_on,
            Unit.eula_mailed_on,
            Unit.eula_expires_on,
            Unit.received_at,
        )
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .where(among(Unit.id, "ids"))
    )
    return {row[0]: Fact._make(row) for row in session.execute(question, {"ids": unit_ids})}


def labels_of_units(session: Session, unit_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """The labels that these units have had, with where each stands, by unit."""
    found: dict[int, list[tuple[str, str]]] = {id_: [] for id_ in unit_ids}
    question = select(Label.unit_id, Label.number, Label.state).where(among(Label.unit_id, "ids")).order_by(Label.id)
    for unit_id, number, state in session.execute(question, {"ids": unit_ids}):
        found[unit_id].append((number, state))
    return found


def charges_with_ids(session: Session, ids: Collection[int]) -> dict[int, Charge]:
    """The proposals *ids*, by id."""
    if not ids:
        return {}
    return {one.id: one for one in session.scalars(select(Charge).where(among(Charge.id, "ids")), {"ids": ids})}


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
