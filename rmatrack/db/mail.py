"""The outbox: mails written in the transaction of the deed they tell of, sent later by a worker (SPEC X-3)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from rmatrack.db.base import Base, Id, Moment


class OutboxMail(Base):
    """A mail and how far it is; subject and bodies are empty until it is rendered.

    `state`: `waiting`, `sending` (until `lease_until`), `sent`, `stuck` (nobody knows whether it went), `failed`.
    """

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """What makes it once: a second mail with this key is not written."""
    kind: Mapped[str] = mapped_column(String(40))
    to_email: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(8))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    links: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What the signed links are for; they are signed when the mail is rendered."""
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("trial.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("demo_order.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_outbox_mail_state_next_try_at", "state", "next_try_at", "id"),)
