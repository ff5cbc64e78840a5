"""Answers kept under the key a program sent, so that a repeated request is answered and not done again."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, delete, select, tuple_, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Moment
from rmatrack.db.upsert import insert_of

UNDER_WAY = 0
"""The status of an answer that is not there yet; no other transaction ever sees it."""


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


def take_key(session: Session, person_id: int, key: str, fingerprint: str, *, now: datetime) -> bool:
    """Write the key down for this transaction, and say whether it was free.

    Where another transaction has just written it, this one waits for that one's end: PostgreSQL at the unique index,
    SQLite before its transaction began.
    """
    insert = insert_of(session)
    row = {"person_id": person_id, "key": key, "fingerprint": fingerprint, "status": UNDER_WAY, "body": b"", "at": now}
    taken = insert(IdempotentAnswer).values(row).on_conflict_do_nothing().returning(IdempotentAnswer.key)
    return session.execute(taken).first() is not None


def kept_answer(session: Session, person_id: int, key: str) -> IdempotentAnswer:
    """The answer under a key that is taken."""
    return session.execute(select(IdempotentAnswer).filter_by(person_id=person_id, key=key)).scalar_one()


def keep_answer(session: Session, person_id: int, key: str, status: int, body: bytes) -> None:
    """Write down what was answered under a key that this transaction took."""
    session.execute(
        update(IdempotentAnswer).filter_by(person_id=person_id, key=key).values(status=status, body=body),
        execution_options={"synchronize_session": False},
    )


def drop_answers(session: Session, *, before: datetime, limit: int) -> int:
    """Drop up to *limit* answers given *before* a moment, the oldest first, and return how many."""
    old = session.execute(
        select(IdempotentAnswer.person_id, IdempotentAnswer.key)
        .where(IdempotentAnswer.at < before)
        .order_by(IdempotentAnswer.at)
        .limit(limit)
    ).all()
    if old:
        session.execute(
            delete(IdempotentAnswer).where(tuple_(IdempotentAnswer.person_id, IdempotentAnswer.key).in_(old)),
            execution_options={"synchronize_session": False},
        )
    return len(old)
