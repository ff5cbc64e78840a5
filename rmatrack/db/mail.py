"""The outbox: mails written in the transaction of the deed they tell of, sent later by a worker (SPEC X-3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.among import among
from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.upsert import insert_of
from rmatrack.domain.outbox import MailState


class OutboxMail(Base):
    """A mail and how far it is (`rmatrack.domain.outbox`); subject and bodies are empty until it has left."""

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(400), unique=True)
    """What makes it once: a second mail with this key is not written."""
    kind: Mapped[str] = mapped_column(String(40))
    """A `MailKind`, or `bundle`."""
    to_email: Mapped[str] = mapped_column(String(254), index=True)
    to_name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(8))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    links: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What the signed links are for; they are signed when the mail is rendered."""
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("trial.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("demo_order.id"), index=True)
    thread: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The ids of the messages before it where it answers one, that one last."""
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_mail.id"), index=True)
    """The mail that carries this one, where it is `bundled`."""
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str | None] = mapped_column(Text)
    """What the last attempt met, as `rmatrack.services.kept_sentences` keeps it."""
    message_id: Mapped[str | None] = mapped_column(String(200), index=True)
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_outbox_mail_state_next_try_at", "state", "next_try_at", "id"),)


def add_mails(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Write mails whose keys are new, and return their ids by key."""
    if not rows:
        return {}
    insert = insert_of(session)
    written = session.connection().execute(
        insert(OutboxMail).on_conflict_do_nothing(index_elements=["key"]).returning(OutboxMail.id, OutboxMail.key),
        [dict(row) for row in rows],
    )
    return {row.key: row.id for row in written}


def put_in_bundles(session: Session, bundle_of: Mapping[int, int]) -> None:
    """Let each mail leave as a part of its bundle: ids of bundles by ids of mails."""
    session.connection().execute(
        update(OutboxMail)
        .where(OutboxMail.id == bindparam("mail"))
        .values(bundle_id=bindparam("carrier"), state=MailState.BUNDLED),
        [{"mail": mail_id, "carrier": bundle_id} for mail_id, bundle_id in bundle_of.items()],
    )


def claim(session: Session, *, now: datetime, lease_until: datetime, limit: int) -> Sequence[OutboxMail]:
    """Take the mails that are due, the oldest first; no other worker gets them."""
    due = (
        select(OutboxMail.id)
        .where(OutboxMail.state == MailState.WAITING, OutboxMail.next_try_at <= now)
        .order_by(OutboxMail.next_try_at, OutboxMail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.scalars(
        update(OutboxMail)
        .where(OutboxMail.id.in_(due.scalar_subquery()))
        .values(state=MailState.SENDING, lease_until=lease_until, attempts=OutboxMail.attempts + 1)
        .returning(OutboxMail),
        execution_options={"synchronize_session": False},
    )
    return sorted(claimed, key=lambda mail: mail.id)


def bundled_in(session: Session, bundle_ids: Collection[int]) -> dict[int, list[OutboxMail]]:
    """What the bundles carry, in the order in which it was written."""
    found: dict[int, list[OutboxMail]] = {}
    if bundle_ids:
        carried = select(OutboxMail).where(OutboxMail.bundle_id.in_(bundle_ids), OutboxMail.state == MailState.BUNDLED)
        for mail in session.scalars(carried.order_by(OutboxMail.id)):
            found.setdefault(mail.bundle_id or 0, []).append(mail)
    return found


def settle(session: Session, results: Iterable[Mapping[str, Any]]) -> None:
    """Write down how it ended: rows with `mail`, `attempt` and the columns to set, all with the same names.

    An attempt that came to a person's decision, or to another attempt, in the meantime is passed over.
    """
    rows = list(results)
    if not rows:
        return
    names = rows[0].keys() - {"mail", "attempt"}
    session.connection().execute(
        update(OutboxMail)
        .where(
            OutboxMail.id == bindparam("mail"),
            OutboxMail.attempts == bindparam("attempt"),
            (OutboxMail.state == MailState.SENDING) | (OutboxMail.state == MailState.STUCK),
        )
        .values({name: bindparam(f"new_{name}") for name in names} | {"lease_until": None}),
        [_prefixed(row) for row in rows],
    )


def _prefixed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name if name in {"mail", "attempt"} else f"new_{name}": value for name, value in row.items()}


def let_stick(session: Session, *, now: datetime) -> int:
    """Put aside for a person what was claimed and not settled in time; return how many."""
    stuck = session.scalars(
        update(OutboxMail)
        .where(OutboxMail.state == MailState.SENDING, OutboxMail.lease_until < now)
        .values(state=MailState.STUCK, lease_until=None)
        .returning(OutboxMail.id),
        execution_options={"synchronize_session": False},
    )
    return len(stuck.all())


def withdraw(session: Session, trial_ids: Collection[int], kinds: Collection[str]) -> int:
    """Take back those mails about some trials that have not left; return how many.

    A bundle on its way keeps what it carries.
    """
    bundle = select(OutboxMail.id).where(OutboxMail.state == MailState.WAITING).scalar_subquery()
    taken = session.scalars(
        update(OutboxMail)
        .where(
            among(OutboxMail.trial_id, "trials"),
            OutboxMail.kind.in_(kinds),
            (OutboxMail.state == MailState.WAITING)
            | ((OutboxMail.state == MailState.BUNDLED) & OutboxMail.bundle_id.in_(bundle)),
        )
        .values(state=MailState.WITHDRAWN)
        .returning(OutboxMail.id),
        {"trials": trial_ids},
        execution_options={"synchronize_session": False},
    )
    return len(taken.all())
