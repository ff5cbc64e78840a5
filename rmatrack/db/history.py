"""History: who changed what, when, from what, to what; a log that only grows (SPEC X-2).

An event row is written in the transaction of the change itself. Its digest covers its canonical form, which is the same
on both databases. Personal values stand in it as salted commitments; the values lie in a side table, so that a person
can be forgotten and the log still verifies. A worker seals committed events into a chain, in its own order.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

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
        Index("ix_event_order_id", "order_id"),
        Index("ix_event_unit_id", "unit_id"),
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
