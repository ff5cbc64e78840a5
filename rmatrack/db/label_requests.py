"""Requests for new return labels, each with the label that came of it (SPEC C-4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.customers import Customer
from rmatrack.db.due_conditions import begins
from rmatrack.db.intents import LabelIntent
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.sight import orders_seen_by
from rmatrack.domain.intents import OPEN
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.labels import PRINTABLE
from rmatrack.domain.people import Actor

_CHUNK = 500
_TO_MAIL = text("mail_to IS NOT NULL")


class LabelRequest(Base):
    """Somebody asked for a new label for a unit and got `label_id`; `form` names the page it was asked on.

    What is sent twice carries the same `form` and is one request. While the carrier is asked there is `intent_id` only;
    where packaging was lost there is neither.
    """

    __tablename__ = "label_request"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    form: Mapped[str] = mapped_column(String(64))
    order_id: Mapped[int] = mapped_column(ForeignKey("demo_order.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    label_id: Mapped[int | None] = mapped_column(ForeignKey("label.id"), index=True)
    intent_id: Mapped[int | None] = mapped_column(ForeignKey("label_intent.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    paper: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    mail_to: Mapped[str | None] = mapped_column(String(254))
    """Where the form's labels still have to be mailed, once the carrier has made them all."""

    __table_args__ = (
        UniqueConstraint("form", "unit_id"),
        Index("ix_label_request_order_id_asked_at", "order_id", "asked_at"),
        Index("ix_label_request_asked_at", "asked_at"),
        Index("ix_label_request_reason", "reason", "id"),
        Index("ix_label_request_to_mail", "form", sqlite_where=_TO_MAIL, postgresql_where=_TO_MAIL),
    )


class ToMail(NamedTuple):
    """The labels of one form that are all there, and where they are to be mailed."""

    order_number: str
    form: str
    email: str
    paper: str
    label_ids: Sequence[int]
    devices: Sequence[str]


class RequestSeen(NamedTuple):
    """A request with the names people know its parts by; `old_number` is the label it replaced, if there was one."""

    id: int
    asked_at: datetime
    reason: str
    by_name: str
    paper: str
    order_number: str
    serial: str
    model: str
    customer: str
    partner: str
    country: str
    label_id: int | None
    number: str | None
    state: str | None
    problem: str | None
    old_number: str | None
    waits: str | None
    """Where there is no label yet: how far buying it is."""
    why: str | None
    since: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsWanted:
    """What the list is narrowed to. `start` and `name` are the two forms of a typed text."""

    reason: Trouble | None = None
    partner_id: int | None = None
    start: str = ""
    name: str = ""


def order_to_ask_for(session: Session, number: str, *, seen_by: Actor) -> int | None:
    """The id of the order, held until the step ends: whoever asks for it too waits, and then sees what was given."""
    found = select(DemoOrder.id).where(DemoOrder.number == number, orders_seen_by(seen_by))
    return session.scalar(found.with_for_update())


def labels_given(session: Session, order_id: int, form: str) -> list[int] | None:
    """The ids of the labels that came of a form so far, in the order of its units; `None` where it was never sent."""
    asked = select(LabelRequest.label_id).where(LabelRequest.form == form, LabelRequest.order_id == order_id)
    found = list(session.scalars(asked.order_by(LabelRequest.unit_id)))
    return [label_id for label_id in found if label_id is not None] if found else None


def give_label(session: Session, intent_id: int, label_id: int) -> None:
    """Note with the requests that waited for an intent the label that came of it."""
    session.execute(
        update(LabelRequest).where(LabelRequest.intent_id == intent_id).values(label_id=label_id),
        execution_options={"synchronize_session": False},
    )


def labels_to_mail(session: Session, *, limit: int) -> list[ToMail]:
    """Up to *limit* forms whose labels are all there and are still to be mailed."""
    other = aliased(LabelRequest)
    is_waited_for = (
        select(other.id)
        .join(LabelIntent, LabelIntent.id == other.intent_id)
        .where(other.form == LabelRequest.form, other.order_id == LabelRequest.order_id)
        .where(other.label_id.is_(None), LabelIntent.state.in_([state.value for state in OPEN]))
        .correlate(LabelRequest)
        .exists()
    )
    forms = (
        select(LabelRequest.form)
        .where(LabelRequest.mail_to.is_not(None), ~is_waited_for)
        .group_by(LabelRequest.form)
        .order_by(func.min(LabelRequest.id))
        .limit(limit)
    )
    rows = session.execute(
        select(
            DemoOrder.number,
            LabelRequest.form,
            LabelRequest.mail_to,
            LabelRequest.paper,
            LabelRequest.label_id,
            Unit.model,
            Unit.serial,
        )
        .join(DemoOrder, DemoOrder.id == LabelRequest.order_id)
        .join(Unit, Unit.id == LabelRequest.unit_id)
        .where(LabelRequest.form.in_(forms), LabelRequest.mail_to.is_not(None), LabelRequest.label_id.is_not(None))
        .order_by(LabelRequest.id)
    ).all()
    by_form: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        by_form.setdefault((row.number, row.form), []).append(row)
    return [
        ToMail(
            order_number=number,
            form=form,
            email=found[0].mail_to,
            paper=found[0].paper,
            label_ids=[row.label_id for row in found],
            devices=[f"{row.model} {row.serial}" for row in found],
        )
        for (number, form), found in by_form.items()
    ]


def take_mail(session: Session, order_number: str, form: str) -> bool:
    """Note that a form's labels are mailed now, and say whether they still were to be."""
    of_order = select(DemoOrder.id).where(DemoOrder.number == order_number).scalar_subquery()
    taken: Any = session.execute(
        update(LabelRequest)
        .where(LabelRequest.form == form, LabelRequest.order_id == of_order, LabelRequest.mail_to.is_not(None))
        .values(mail_to=None),
        execution_options={"synchronize_session": False},
    )
    return bool(taken.rowcount)


def is_to_mail(session: Session, order_number: str, form: str) -> bool:
    """Say whether a form's labels are mailed later, when the carrier has made them."""
    question = (
        select(LabelRequest.id)
        .join(DemoOrder, DemoOrder.id == LabelRequest.order_id)
        .where(DemoOrder.number == order_number, LabelRequest.form == form, LabelRequest.mail_to.is_not(None))
    )
    return session.scalar(question.limit(1)) is not None


_FOR_A_LABEL = LabelRequest.reason != Trouble.PACKAGING_LOST.value


def count_requests(session: Session, order_id: int, *, since: datetime) -> int:
    """How many labels were asked for an order since a moment."""
    asked = select(func.count(LabelRequest.id)).where(LabelRequest.order_id == order_id, _FOR_A_LABEL)
    return session.scalar(asked.where(LabelRequest.asked_at > since)) or 0


def count_requests_of_partner(session: Session, partner_id: int, *, since: datetime) -> int:
    """How many labels were asked for all orders of a partner since a moment."""
    asked = select(func.count(LabelRequest.id)).join(DemoOrder, DemoOrder.id == LabelRequest.order_id)
    asked = asked.where(DemoOrder.partner_id == partner_id, _FOR_A_LABEL)
    return session.scalar(asked.where(LabelRequest.asked_at > since)) or 0


def counts_by_unit(session: Session, unit_ids: Sequence[int], *, since: datetime) -> dict[str, int]:
    """How many labels were asked for each of some units since a moment, by serial."""
    asked = select(Unit.serial, func.count()).join(LabelRequest, LabelRequest.unit_id == Unit.id)
    asked = asked.where(Unit.id.in_(unit_ids), _FOR_A_LABEL, LabelRequest.asked_at > since).group_by(Unit.serial)
    return {serial: count for serial, count in session.execute(asked)}  # noqa: C416  A row is no pair to `dict`.


def labels_just_given(session: Session, unit_ids: Sequence[int], *, since: datetime) -> dict[int, int]:
    """The label that somebody got for each of some units since a moment, by unit, where it is still the newest."""
    given = (
        select(LabelRequest.unit_id, func.max(Label.id))
        .join(Label, Label.id == LabelRequest.label_id)
        .where(LabelRequest.unit_id.in_(unit_ids), LabelRequest.asked_at > since)
        .where(Label.superseded_by_id.is_(None), Label.state.in_([state.value for state in PRINTABLE]))
        .group_by(LabelRequest.unit_id)
    )
    return {unit_id: label_id for unit_id, label_id in session.execute(given)}  # noqa: C416  A row is no pair.


def requests_of_form(session: Session, number: str, form: str, *, seen_by: Actor) -> list[RequestSeen]:
    """The requests of one form for the order *number*, by unit."""
    question = _seen_by(seen_by).where(DemoOrder.number == number, LabelRequest.form == form)
    return [RequestSeen(*row) for row in session.execute(question.order_by(LabelRequest.unit_id))]


def requests_page(
    session: Session, wanted: RequestsWanted, *, before: int | None, limit: int, seen_by: Actor
) -> list[RequestSeen]:
    """At most *limit* requests, the newest first: those below the id *before*."""
    question = _seen_by(seen_by).where(*_met(wanted))
    if before is not None:
        question = question.where(LabelRequest.id < before)
    return [RequestSeen(*row) for row in session.execute(question.order_by(LabelRequest.id.desc()).limit(limit))]


def all_requests(session: Session, wanted: RequestsWanted, *, seen_by: Actor) -> Iterator[RequestSeen]:
    """Every request of a list, read while it is used."""
    question = _seen_by(seen_by).where(*_met(wanted)).order_by(LabelRequest.id.desc())
    for row in session.execute(question.execution_options(yield_per=_CHUNK)):
        yield RequestSeen(*row)


def requests_by_reason(session: Session, wanted: RequestsWanted, *, seen_by: Actor) -> dict[Trouble, int]:
    """How many requests there are for each reason, whichever of them is shown."""
    counted = (
        select(LabelRequest.reason, func.count())
        .join(DemoOrder, DemoOrder.id == LabelRequest.order_id)
        .join(Unit, Unit.id == LabelRequest.unit_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .where(orders_seen_by(seen_by), *_narrowed(wanted))
        .group_by(LabelRequest.reason)
    )
    return {Trouble(reason): number for reason, number in session.execute(counted)}


_OLD = aliased(Label)


def _seen_by(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            LabelRequest.id,
            LabelRequest.asked_at,
            LabelRequest.reason,
            LabelRequest.by_name,
            LabelRequest.paper,
            DemoOrder.number,
            Unit.serial,
            Unit.model,
            Customer.name,
            Partner.name,
            DemoOrder.country,
            Label.id,
            Label.number,
            Label.state,
            Label.problem,
            _OLD.number,
            LabelIntent.state,
            LabelIntent.why,
            LabelIntent.created_at,
            LabelIntent.due_at,
        )
        .join(DemoOrder, DemoOrder.id == LabelRequest.order_id)
        .join(Unit, Unit.id == LabelRequest.unit_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(Partner, Partner.id == DemoOrder.partner_id)
        .outerjoin(Label, Label.id == LabelRequest.label_id)
        .outerjoin(LabelIntent, LabelIntent.id == LabelRequest.intent_id)
        .outerjoin(
            _OLD, (_OLD.unit_id == Unit.id) & (_OLD.attempt == func.coalesce(Label.attempt, LabelIntent.attempt) - 1)
        )
        .where(orders_seen_by(actor))
    )


def _met(wanted: RequestsWanted) -> list[ColumnElement[bool]]:
    chosen = [LabelRequest.reason == wanted.reason.value] if wanted.reason else []
    return [*chosen, *_narrowed(wanted)]


def _narrowed(wanted: RequestsWanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.partner_id is not None:
        conditions.append(DemoOrder.partner_id == wanted.partner_id)
    if wanted.start or wanted.name:
        told = [Customer.name_key.contains(wanted.name, autoescape=True)] if wanted.name else []
        if wanted.start:
            told += [begins(DemoOrder.number, wanted.start), begins(Unit.serial_key, wanted.start)]
        conditions.append(or_(*told))
    return conditions
