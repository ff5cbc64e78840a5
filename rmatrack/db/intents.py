"""Labels wanted from a carrier and not there yet, and numbers that a carrier is to take back.

An intent is written before the carrier is asked and says what came of it. Guarded moves decide who may ask: one worker
at a time, and what a dead one left is taken over when its turn has aged.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.carrier_accounts import CarrierAccount
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.sight import orders_seen_by
from rmatrack.domain.intents import OPEN, IntentState, VoidState
from rmatrack.domain.people import Actor

_PAST_THE_SESSION = {"synchronize_session": False}
_OPEN = text("state IN ('wanted', 'calling', 'unclear')")


class LabelIntent(Base):
    """A label that somebody wants for a unit, and how far buying it is (`carriers.intents`).

    `content` is what the label is to say. `replaces_id` is the label that it stands in for once it is there.
    `running` is our own reference of the last call; `doubtful` are earlier ones under which something may turn up.
    """

    __tablename__ = "label_intent"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("carrier_account.id"))
    carrier: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    rma_id: Mapped[int] = mapped_column(ForeignKey("rma.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("demo_order.id"), index=True)
    attempt: Mapped[int]
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("label.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    by_role: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16), default=IntentState.WANTED.value)
    running: Mapped[int | None]
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    """While a worker asks the carrier; past it, the worker counts as dead."""
    failures: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Moment)
    doubtful: Mapped[list[int]] = mapped_column(JSON, default=list)
    why: Mapped[str | None] = mapped_column(String(500))
    label_id: Mapped[int | None] = mapped_column(ForeignKey("label.id"))
    look_back_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the carrier is asked once more about all references, after it was over."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        Index("uq_label_intent_open", "unit_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_label_intent_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "ix_label_intent_look_back",
            "look_back_at",
            sqlite_where=text("look_back_at IS NOT NULL"),
            postgresql_where=text("look_back_at IS NOT NULL"),
        ),
        CheckConstraint("state <> 'made' OR label_id IS NOT NULL", name="made_has_a_label"),
    )


class NumberToVoid(Base):
    """A number that the carrier made and that is not to be used: of a superseded label, or of nobody (`stray`)."""

    __tablename__ = "number_to_void"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("carrier_account.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(40))
    label_id: Mapped[int | None] = mapped_column(ForeignKey("label.id"))
    intent_id: Mapped[int | None] = mapped_column(ForeignKey("label_intent.id"))
    state: Mapped[str] = mapped_column(String(16), default=VoidState.WANTED.value)
    failures: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Moment)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    why: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("account_id", "number"),
        Index(
            "ix_number_to_void_due",
            "due_at",
            sqlite_where=text("state = 'wanted'"),
            postgresql_where=text("state = 'wanted'"),
        ),
    )


class WaitingLabel(NamedTuple):
    """A label that is waited for, or was refused, as people see it."""

    id: int
    unit_id: int
    order_number: str
    serial: str
    account_id: int
    carrier: str
    state: str
    since: datetime
    due_at: datetime
    failures: int
    why: str | None
    label_id: int | None


def add_intents(session: Session, rows: Sequence[dict[str, object]]) -> set[int]:
    """Keep intents and return their units: where a unit has an open one from somebody else, that stands."""
    if not rows:
        return set()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(LabelIntent).on_conflict_do_nothing(index_elements=["unit_id"], index_where=_OPEN)
    return set(session.scalars(statement.returning(LabelIntent.unit_id), rows))


def open_intents(session: Session, unit_ids: Collection[int]) -> dict[int, LabelIntent]:
    """The open intents of these units, by unit."""
    found = session.scalars(select(LabelIntent).where(LabelIntent.unit_id.in_(unit_ids), LabelIntent.state.in_(OPEN)))
    return {intent.unit_id: intent for intent in found}


def newest_intents(session: Session, unit_ids: Collection[int]) -> dict[int, LabelIntent]:
    """Each unit's newest intent, whatever became of it, by unit."""
    newest = select(func.max(LabelIntent.id)).where(LabelIntent.unit_id.in_(unit_ids)).group_by(LabelIntent.unit_id)
    return {intent.unit_id: intent for intent in session.scalars(select(LabelIntent).where(LabelIntent.id.in_(newest)))}


def due_intents(session: Session, now: datetime, *, unit_ids: Collection[int] | None = None, limit: int) -> list[int]:
    """Ids of the open intents that somebody may take up now, the longest due first."""
    question = select(LabelIntent.id).where(_may_be_taken(now)).order_by(LabelIntent.due_at, LabelIntent.id)
    if unit_ids is not None:
        question = question.where(LabelIntent.unit_id.in_(unit_ids))
    return list(session.scalars(question.limit(limit)))


def intents_to_look_back(session: Session, now: datetime, *, limit: int) -> list[int]:
    """Ids of intents that are over, about which the carrier is to be asked once more."""
    return list(
        session.scalars(
            select(LabelIntent.id)
            .where(LabelIntent.look_back_at <= now)
            .order_by(LabelIntent.look_back_at, LabelIntent.id)
            .limit(limit)
        )
    )


def take_intent(session: Session, intent_id: int, *, now: datetime, until: datetime) -> LabelIntent | None:
    """Take up an intent that is due, for oneself alone until a moment; `None` where somebody else was first."""
    taken = session.scalar(
        update(LabelIntent)
        .where(LabelIntent.id == intent_id, _may_be_taken(now))
        .values(claimed_until=until, version=LabelIntent.version + 1)
        .returning(LabelIntent.id),
        execution_options=_PAST_THE_SESSION,
    )
    return None if taken is None else session.get(LabelIntent, intent_id, populate_existing=True)


def take_look_back(session: Session, intent_id: int, *, now: datetime, until: datetime) -> LabelIntent | None:
    """Take up an intent that is over, to look back; `None` where somebody else was first."""
    taken = session.scalar(
        update(LabelIntent)
        .where(LabelIntent.id == intent_id, LabelIntent.look_back_at <= now)
        .values(look_back_at=until, version=LabelIntent.version + 1)
        .returning(LabelIntent.id),
        execution_options=_PAST_THE_SESSION,
    )
    return None if taken is None else session.get(LabelIntent, intent_id, populate_existing=True)


def add_voids(session: Session, rows: Sequence[Mapping[str, object]]) -> set[str]:
    """Ask for numbers to be taken back and return those that were not asked for before."""
    if not rows:
        return set()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(NumberToVoid).on_conflict_do_nothing(index_elements=["account_id", "number"])
    return set(session.scalars(statement.returning(NumberToVoid.number), list(rows)))


def due_voids(session: Session, now: datetime, *, limit: int) -> list[int]:
    """Ids of the numbers to be taken back that somebody may take up now."""
    return list(
        session.scalars(select(NumberToVoid.id).where(_may_be_voided(now)).order_by(NumberToVoid.due_at).limit(limit))
    )


def take_void(session: Session, void_id: int, *, now: datetime, until: datetime) -> NumberToVoid | None:
    """Take up a number to be taken back; `None` where somebody else was first."""
    taken = session.scalar(
        update(NumberToVoid)
        .where(NumberToVoid.id == void_id, _may_be_voided(now))
        .values(claimed_until=until)
        .returning(NumberToVoid.id),
        execution_options=_PAST_THE_SESSION,
    )
    return None if taken is None else session.get(NumberToVoid, void_id, populate_existing=True)


def voids_of(session: Session, account_id: int, *, limit: int) -> Sequence[NumberToVoid]:
    """Numbers of an account to be taken back, or taken back, the newest first."""
    return session.scalars(
        select(NumberToVoid).where(NumberToVoid.account_id == account_id).order_by(NumberToVoid.id.desc()).limit(limit)
    ).all()


def strays_by_account(session: Session) -> dict[int, int]:
    """How many numbers carriers made for nobody and did not, or cannot, take back, by account."""
    rows = session.execute(
        select(NumberToVoid.account_id, func.count())
        .where(NumberToVoid.label_id.is_(None), NumberToVoid.state == VoidState.REFUSED)
        .group_by(NumberToVoid.account_id)
    )
    return dict(rows.all())


def hurry(session: Session, account_id: int, *, now: datetime) -> bool:
    """Let what waits for an account be tried at once; say whether anything did."""
    hurried = session.execute(
        update(LabelIntent)
        .where(LabelIntent.account_id == account_id, LabelIntent.state.in_(OPEN), LabelIntent.due_at > now)
        .values(due_at=now, version=LabelIntent.version + 1)
        .returning(LabelIntent.id),
        execution_options=_PAST_THE_SESSION,
    )
    return bool(hurried.all())


def waiting_labels(
    session: Session,
    *,
    seen_by: Actor,
    limit: int,
    account_id: int | None = None,
    order_id: int | None = None,
    unit_ids: Collection[int] | Select[int] | None = None,
) -> list[WaitingLabel]:
    """Labels that are waited for, the longest first; narrowed to an account, an order, or units."""
    conditions: list[ColumnElement[bool]] = [LabelIntent.state.in_(OPEN), orders_seen_by(seen_by)]
    if account_id is not None:
        conditions.append(LabelIntent.account_id == account_id)
    if order_id is not None:
        conditions.append(LabelIntent.order_id == order_id)
    if unit_ids is not None:
        conditions.append(LabelIntent.unit_id.in_(unit_ids))
    return _seen(session, and_(*conditions), limit)


def refused_labels(
    session: Session,
    *,
    seen_by: Actor,
    limit: int,
    account_id: int | None = None,
    order_id: int | None = None,
    unit_ids: Collection[int] | None = None,
) -> list[WaitingLabel]:
    """Units still out whose newest intent the carrier refused, the longest ago first; narrowed as those that wait."""
    conditions: list[ColumnElement[bool]] = [_refused(), orders_seen_by(seen_by)]
    if order_id is not None:
        conditions.append(LabelIntent.order_id == order_id)
    if account_id is not None:
        conditions.append(LabelIntent.account_id == account_id)
    if unit_ids is not None:
        conditions.append(LabelIntent.unit_id.in_(unit_ids))
    return _seen(session, and_(*conditions), limit)


def labels_not_there(session: Session, *, seen_by: Actor, limit: int, offset: int) -> list[WaitingLabel]:
    """Labels that are waited for, the longest first, then those that carriers refused for units still out."""
    found = or_(LabelIntent.state.in_(OPEN), _refused())
    is_refused = case((LabelIntent.state == IntentState.REFUSED, 1), else_=0)
    return _seen(session, and_(found, orders_seen_by(seen_by)), limit, is_refused, offset=offset)


def count_waiting(session: Session) -> dict[int, int]:
    """How many labels are waited for, by account."""
    rows = session.execute(
        select(LabelIntent.account_id, func.count()).where(LabelIntent.state.in_(OPEN)).group_by(LabelIntent.account_id)
    )
    return dict(rows.all())


def has_open(session: Session, unit_ids: Collection[int]) -> bool:
    """Say whether any of these units waits for a label."""
    found = select(LabelIntent.id).where(LabelIntent.unit_id.in_(unit_ids), LabelIntent.state.in_(OPEN)).limit(1)
    return session.scalar(found) is not None


def account_of(session: Session, account_id: int) -> CarrierAccount:
    """The account of an intent."""
    return session.get_one(CarrierAccount, account_id)


def _may_be_taken(now: datetime) -> ColumnElement[bool]:
    unclaimed = or_(LabelIntent.claimed_until.is_(None), LabelIntent.claimed_until <= now)
    return and_(LabelIntent.state.in_(OPEN), LabelIntent.due_at <= now, unclaimed)


def _may_be_voided(now: datetime) -> ColumnElement[bool]:
    unclaimed = or_(NumberToVoid.claimed_until.is_(None), NumberToVoid.claimed_until <= now)
    return and_(NumberToVoid.state == VoidState.WANTED, NumberToVoid.due_at <= now, unclaimed)


def _refused() -> ColumnElement[bool]:
    newer = LabelIntent.__table__.alias("newer")
    return and_(
        LabelIntent.state == IntentState.REFUSED,
        Unit.settled_at.is_(None),
        ~exists().where(newer.c.unit_id == LabelIntent.unit_id, newer.c.id > LabelIntent.id),
    )


def _seen(
    session: Session, condition: ColumnElement[bool], limit: int, *first: ColumnElement[int], offset: int = 0
) -> list[WaitingLabel]:
    rows = session.execute(
        select(
            LabelIntent.id,
            LabelIntent.unit_id,
            DemoOrder.number.label("order_number"),
            Unit.serial,
            LabelIntent.account_id,
            LabelIntent.carrier,
            LabelIntent.state,
            LabelIntent.created_at.label("since"),
            LabelIntent.due_at,
            LabelIntent.failures,
            LabelIntent.why,
            LabelIntent.label_id,
        )
        .join(Unit, Unit.id == LabelIntent.unit_id)
        .join(DemoOrder, DemoOrder.id == LabelIntent.order_id)
        .where(condition)
        .order_by(*first, LabelIntent.created_at, LabelIntent.id)
        .limit(limit)
        .offset(offset)
    )
    return [WaitingLabel(**row) for row in rows.mappings()]
