"""History: who changed what, when, from what, to what; a log that only grows (SPEC X-2).

An event row is written in the transaction of the change itself. Its digest covers its canonical form, which is the same
on both databases. Personal values stand in it as salted commitments; the values lie in a side table, so that a person
can be forgotten and the log still verifies. A worker seals committed events into a chain, in its own order.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment


class Event(Base):
    """One changed field, or one deed that changed none. `subject` and `subject_key` name what it is about."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    subject: Mapped[str] = mapped_column(String(24))
    """`order`, `unit`, `rma`, `label`, `discrepancy`, `customer`, `partner`, `person`, `token`, `import` …"""
    subject_key: Mapped[str] = mapped_column(String(64))
    """The number or id people know it by."""
    order_id: Mapped[int | None] = mapped_column(BigInteger)
    unit_id: Mapped[int | None] = mapped_column(BigInteger)
    deed: Mapped[str] = mapped_column(String(40))
    field: Mapped[str | None] = mapped_column(String(40))
    old: Mapped[str | None] = mapped_column(Text)
    new: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(200))
    actor_role: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_event_subject_subject_key", "subject", "subject_key"),
        Index("ix_event_subject_id", "subject", "id"),
        Index("ix_event_order_id", "order_id"),
        Index("ix_event_unit_id", "unit_id"),
        Index("ix_event_actor_id_id", "actor_id", "id"),
        Index("ix_event_at", "at"),
    )


class PersonalValue(Base):
    """A personal value behind a commitment in the log. Deleting the row forgets it."""

    __tablename__ = "personal_value"

    commitment: Mapped[str] = mapped_column(String(71), primary_key=True)
    """`sha256:` and the digest of salt and value."""
    salt: Mapped[str] = mapped_column(String(32))
    value: Mapped[str] = mapped_column(Text)


class Seal(Base):
    """A link of the chain: the event it seals, and the digest over the previous link and that event."""

    __tablename__ = "seal"

    position: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """What the log is narrowed to; `key` is read together with `subject`, and `until` is not included."""

    subject: str | None = None
    key: str | None = None
    order_id: int | None = None
    unit_id: int | None = None
    actor_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def events_matching(session: Session, wanted: EventFilter, *, before: int | None, limit: int) -> Sequence[Event]:
    """At most *limit* entries, the newest first, with ids below *before*."""
    question = select(Event).order_by(Event.id.desc()).limit(limit)
    for column, value in (
        (Event.subject, wanted.subject),
        (Event.subject_key, wanted.key),
        (Event.order_id, wanted.order_id),
        (Event.unit_id, wanted.unit_id),
        (Event.actor_id, wanted.actor_id),
    ):
        if value is not None:
            question = question.where(column == value)
    if before is not None:
        question = question.where(Event.id < before)
    if wanted.since is not None:
        question = question.where(Event.at >= wanted.since)
    if wanted.until is not None:
        question = question.where(Event.at < wanted.until)
    return session.scalars(question).all()


def personal_values_of(session: Session, commitments: Collection[str]) -> dict[str, str]:
    """The values behind *commitments* that have not been forgotten."""
    found = session.execute(
        select(PersonalValue.commitment, PersonalValue.value).where(PersonalValue.commitment.in_(commitments))
    )
    return {row[0]: row[1] for row in found}
