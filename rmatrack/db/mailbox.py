"""Mails as people look at them: a page of the list, how many there are in each state, one mail with what it carried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import DemoOrder
from rmatrack.domain.outbox import UNDECIDED, MailState

PAGE = 50

_Carried = aliased(OutboxMail)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFilter:
    """Which mails a list shows; what a bundle carries counts as the bundle."""

    state: MailState | None = None
    kind: str | None = None
    address: str | None = None
    """Whole, or its beginning."""
    trial_id: int | None = None
    order: str | None = None


class MailRow(NamedTuple):
    """A mail in a list."""

    id: int
    kind: str
    to_email: str
    to_name: str
    state: str
    subject: str | None
    attempts: int
    created_at: datetime
    sent_at: datetime | None


_ROWS = select(
    OutboxMail.id,
    OutboxMail.kind,
    OutboxMail.to_email,
    OutboxMail.to_name,
    OutboxMail.state,
    OutboxMail.subject,
    OutboxMail.attempts,
    OutboxMail.created_at,
    OutboxMail.sent_at,
)


def mails_page(session: Session, wanted: MailFilter, *, before: int | None, limit: int = PAGE) -> list[MailRow]:
    """At most *limit* mails, the newest first, with ids below *before*."""
    question = _ROWS.where(*_conditions(wanted)).order_by(OutboxMail.id.desc()).limit(limit)
    if wanted.state:
        question = question.where(OutboxMail.state == wanted.state)
    if before is not None:
        question = question.where(OutboxMail.id < before)
    return [MailRow(*row) for row in session.execute(question)]


def count_by_state(session: Session, wanted: MailFilter) -> dict[MailState, int]:
    """How many mails there are in each state, whatever state is wanted."""
    counted = select(OutboxMail.state, func.count()).where(*_conditions(wanted)).group_by(OutboxMail.state)
    return {MailState(state): number for state, number in session.execute(counted)}


def mail_with_id(session: Session, mail_id: int) -> OutboxMail | None:
    """The mail; for a notice in a bundle, the bundle."""
    mail = session.get(OutboxMail, mail_id)
    return session.get(OutboxMail, mail.bundle_id) if mail and mail.bundle_id else mail


def carried_by(session: Session, mail_id: int) -> Sequence[OutboxMail]:
    """What a bundle carries or was to carry."""
    return session.scalars(select(OutboxMail).where(OutboxMail.bundle_id == mail_id).order_by(OutboxMail.id)).all()


def decide(session: Session, mail_id: int, target: MailState, **values: object) -> bool:
    """Move a mail that waits for a person to *target*; say whether it still waited."""
    moved = session.scalar(
        update(OutboxMail)
        .where(OutboxMail.id == mail_id, OutboxMail.state.in_(UNDECIDED))
        .values(state=target, **values)
        .returning(OutboxMail.id),
        execution_options={"synchronize_session": False},
    )
    return moved is not None


def _conditions(wanted: MailFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [OutboxMail.bundle_id.is_(None)]
    if wanted.kind:
        found.append(_itself_or_carried("kind", wanted.kind))
    if wanted.address:
        found.append(OutboxMail.to_email.startswith(wanted.address.strip().lower(), autoescape=True))
    if wanted.trial_id is not None:
        found.append(_itself_or_carried("trial_id", wanted.trial_id))
    if wanted.order:
        order_id = select(DemoOrder.id).where(DemoOrder.number == wanted.order.strip().upper()).scalar_subquery()
        found.append(_itself_or_carried("order_id", order_id))
    return found


def _itself_or_carried(name: str, value: object) -> ColumnElement[bool]:
    carried = select(_Carried.bundle_id).where(getattr(_Carried, name) == value, _Carried.bundle_id.is_not(None))
    return or_(getattr(OutboxMail, name) == value, OutboxMail.id.in_(carried))
