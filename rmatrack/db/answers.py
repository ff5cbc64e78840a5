"""Answers to reminders, a row for each unit: what was said, by whom, and what became of it (SPEC R-8)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column

from rmatrack.db.among import among
from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.customers import Customer
from rmatrack.db.due_conditions import begins
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.sight import units_seen_by
from rmatrack.domain.answers import AnswerKind, AnswerState
from rmatrack.domain.people import Actor

PAGE = 50
_CHUNK = 500
_PAST_THE_SESSION = {"synchronize_session": False}


class ReturnAnswer(Base):
    """What somebody said of a unit; of each topic one answer is open, and a later one replaces it."""

    __tablename__ = "return_answer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("demo_order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    sent_on: Mapped[date | None]
    carrier: Mapped[str] = mapped_column(String(16), default="")
    tracking: Mapped[str] = mapped_column(String(40), default="")
    """The number as `carriers.recognise` reads it."""
    note: Mapped[str] = mapped_column(String(500), default="")
    given_at: Mapped[datetime] = mapped_column(Moment)
    given_by: Mapped[str] = mapped_column(String(254))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index(
            "uq_return_answer_unit_id_topic_open",
            "unit_id",
            "topic",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_return_answer_state_id", "state", "id"),
        Index(
            "ix_return_answer_tracking",
            "tracking",
            sqlite_where=text("tracking <> ''"),
            postgresql_where=text("tracking <> ''"),
        ),
    )


class AnswerSeen(NamedTuple):
    """An answer with the names people know its parts by; `settled_at` is its unit's."""

    id: int
    kind: str
    state: str
    given_at: datetime
    given_by: str
    sent_on: date | None
    carrier: str
    tracking: str
    note: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    unit_id: int
    order_id: int
    serial: str
    model: str
    eula_expires_on: date
    settled_at: datetime | None
    order: str
    customer: str
    zone: str
    partner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersWanted:
    """What the list is narrowed to: open answers about what is still out, or `past` ones.

    `start` and `name` are the two forms of a typed text.
    """

    kind: AnswerKind | None = None
    past: bool = False
    partner_id: int | None = None
    start: str = ""
    name: str = ""


def order_answered_for(session: Session, order_id: int) -> DemoOrder | None:
    """The order that a signed link speaks of, with its customer and partner."""
    question = select(DemoOrder).where(DemoOrder.id == order_id)
    return session.scalar(question.options(joinedload(DemoOrder.customer), joinedload(DemoOrder.partner)))


def units_to_answer_for(session: Session, order_id: int) -> Sequence[Unit]:
    """The order's units that are still out, held until the step ends."""
    out = select(Unit).where(Unit.order_id == order_id, Unit.settled_at.is_(None)).order_by(Unit.id)
    return session.scalars(out.with_for_update().execution_options(populate_existing=True)).all()


def open_answers(session: Session, unit_ids: Collection[int], topic: str) -> Sequence[ReturnAnswer]:
    """The answers that stand about a topic, by unit."""
    found = select(ReturnAnswer).where(
        among(ReturnAnswer.unit_id, "ids"), ReturnAnswer.topic == topic, ReturnAnswer.state == AnswerState.OPEN
    )
    return session.scalars(found.order_by(ReturnAnswer.id), {"ids": unit_ids}).all()


def most_asked(session: Session, unit_ids: Collection[int], topic: str, *, since: datetime) -> tuple[str, int]:
    """Which of some units was answered about most often since a moment: its serial, and how often."""
    counted = (
        select(Unit.serial, func.count().label("times"))
        .join(ReturnAnswer, ReturnAnswer.unit_id == Unit.id)
        .where(among(ReturnAnswer.unit_id, "ids"), ReturnAnswer.topic == topic, ReturnAnswer.given_at > since)
        .group_by(Unit.serial)
        .order_by(func.count().desc(), Unit.serial)
    )
    row = session.execute(counted.limit(1), {"ids": unit_ids}).first()
    return (row[0], row[1]) if row else ("", 0)


def close_answers(
    session: Session, ids: Collection[int], state: AnswerState, *, by_name: str, now: datetime, reason: str | None
) -> set[int]:
    """Close those of the answers that are open, and return their ids."""
    closed = session.execute(
        update(ReturnAnswer)
        .where(ReturnAnswer.id.in_(ids), ReturnAnswer.state == AnswerState.OPEN)
        .values(state=state.value, decided_at=now, decided_by=by_name, reason=reason)
        .returning(ReturnAnswer.id),
        execution_options=_PAST_THE_SESSION,
    )
    return set(closed.scalars())


def answer_with_id(session: Session, answer_id: int, *, seen_by: Actor) -> AnswerSeen | None:
    """One answer."""
    row = session.execute(_seen(seen_by).where(ReturnAnswer.id == answer_id)).one_or_none()
    return AnswerSeen._make(row) if row else None


def answers_of_order(session: Session, order_id: int, *, seen_by: Actor) -> list[AnswerSeen]:
    """Everything that was answered about an order, the latest first."""
    question = _seen(seen_by).where(ReturnAnswer.order_id == order_id).order_by(ReturnAnswer.id.desc())
    return [AnswerSeen._make(row) for row in session.execute(question)]


def answers_about(session: Session, unit_ids: Collection[int]) -> dict[int, list[ReturnAnswer]]:
    """Everything that was answered about some units, the first first; whoever may see the units may see it."""
    found: dict[int, list[ReturnAnswer]] = {id_: [] for id_ in unit_ids}
    question = select(ReturnAnswer).where(among(ReturnAnswer.unit_id, "ids")).order_by(ReturnAnswer.id)
    for answer in session.scalars(question, {"ids": unit_ids}):
        found[answer.unit_id].append(answer)
    return found


def answers_page(
    session: Session, wanted: AnswersWanted, *, after: int | None, limit: int, seen_by: Actor
) -> list[AnswerSeen]:
    """At most *limit* answers: open ones the oldest first, past ones the newest first."""
    question = _list(wanted, seen_by)
    if after is not None:
        question = question.where(ReturnAnswer.id < after if wanted.past else ReturnAnswer.id > after)
    return [AnswerSeen._make(row) for row in session.execute(question.limit(limit))]


def oldest_answers(session: Session, kinds: Collection[AnswerKind], *, limit: int, seen_by: Actor) -> list[AnswerSeen]:
    """At most *limit* open answers of some kinds, the oldest first."""
    of_kinds = ReturnAnswer.kind.in_([kind.value for kind in kinds])
    question = _list(AnswersWanted(), seen_by).where(of_kinds).limit(limit)
    return [AnswerSeen._make(row) for row in session.execute(question)]


def all_answers(session: Session, wanted: AnswersWanted, *, seen_by: Actor) -> Iterator[AnswerSeen]:
    """Every answer of a list, read while it is used."""
    for row in session.execute(_list(wanted, seen_by).execution_options(yield_per=_CHUNK)):
        yield AnswerSeen._make(row)


def answers_by_kind(session: Session, wanted: AnswersWanted, *, seen_by: Actor) -> dict[AnswerKind, int]:
    """How many answers there are of each kind, whichever of them is shown."""
    counted = (
        select(ReturnAnswer.kind, func.count())
        .join(Unit, Unit.id == ReturnAnswer.unit_id)
        .join(DemoOrder, DemoOrder.id == ReturnAnswer.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .where(units_seen_by(seen_by), *_narrowed(wanted))
        .group_by(ReturnAnswer.kind)
    )
    return {AnswerKind(row[0]): row[1] for row in session.execute(counted)}


def _list(wanted: AnswersWanted, seen_by: Actor) -> Select[*tuple[Any, ...]]:
    question = _seen(seen_by).where(*_narrowed(wanted))
    if wanted.kind:
        question = question.where(ReturnAnswer.kind == wanted.kind.value)
    return question.order_by(ReturnAnswer.id.desc() if wanted.past else ReturnAnswer.id)


def _narrowed(wanted: AnswersWanted) -> list[ColumnElement[bool]]:
    waits = (ReturnAnswer.state == AnswerState.OPEN.value) & Unit.settled_at.is_(None)
    conditions: list[ColumnElement[bool]] = [~waits if wanted.past else waits]
    if wanted.partner_id is not None:
        conditions.append(DemoOrder.partner_id == wanted.partner_id)
    if wanted.start or wanted.name:
        told: list[ColumnElement[bool]] = []
        if wanted.name:
            told.append(Customer.name_key.contains(wanted.name, autoescape=True))
        if wanted.start:
            told += [begins(column, wanted.start) for column in (DemoOrder.number, Unit.serial_key)]
            told.append(begins(ReturnAnswer.tracking, wanted.start))
        conditions.append(or_(*told))
    return conditions


def _seen(seen_by: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ReturnAnswer.id,
            ReturnAnswer.kind,
            ReturnAnswer.state,
            ReturnAnswer.given_at,
            ReturnAnswer.given_by,
            ReturnAnswer.sent_on,
            ReturnAnswer.carrier,
            ReturnAnswer.tracking,
            ReturnAnswer.note,
            ReturnAnswer.decided_at,
            ReturnAnswer.decided_by,
            ReturnAnswer.reason,
            Unit.id,
            Unit.order_id,
            Unit.serial,
            Unit.model,
            Unit.eula_expires_on,
            Unit.settled_at,
            DemoOrder.number,
            Customer.name,
            Customer.zone,
            Partner.name,
        )
        .join(Unit, Unit.id == ReturnAnswer.unit_id)
        .join(DemoOrder, DemoOrder.id == ReturnAnswer.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(Partner, Partner.id == DemoOrder.partner_id)
        .where(units_seen_by(seen_by))
    )
