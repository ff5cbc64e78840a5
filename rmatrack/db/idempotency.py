"""Answers kept under the key a program sent, so that a repeated request is answered and not done again."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from rmatrack.db.base import Base, Moment


class IdempotentAnswer(Base):
    """The answer to one keyed request of one person, written in the deed's own transaction."""

    __tablename__ = "idempotent_answer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of method, path and body: another body under the same key is refused."""
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
