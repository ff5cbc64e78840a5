"""What people are told inside the product, until they have read it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    delete,
    func,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.people import Person
from rmatrack.db.upsert import insert_of

_UNREAD = text("read_at IS NULL")


class Notification(Base):
    """One sentence for one person; `about` is what it tells of, so that nobody is told the same twice."""

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    about: Mapped[str] = mapped_column(String(120))
    sentence: Mapped[str] = mapped_column(String(500))
    """As `rmatrack.services.kept_sentences` keeps it."""
    tone: Mapped[str] = mapped_column(String(8))
    href: Mapped[str] = mapped_column(String(200))
    """The page of ours that shows more."""
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    read_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("person_id", "about"),
        Index("ix_notification_person_unread", "person_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notification_person_at", "person_id", "at", "id"),
    )


def write_notifications(
    session: Session,
    people: ColumnElement[bool],
    *,
    about: str,
    sentence: str,
    tone: str,
    href: str,
    now: datetime,
) -> None:
    """Tell everybody who may sign in and meets the condition *people*, in one statement; nobody the same twice."""
    insert = insert_of(session)
    told = {"about": about, "sentence": sentence, "tone": tone, "href": href, "at": now}
    columns = Notification.__table__.c
    values = [literal(value, columns[name].type) for name, value in told.items()]
    readers = select(Person.id, *values).where(Person.active, people)
    session.execute(insert(Notification).from_select(["person_id", *told], readers).on_conflict_do_nothing())


def unread_count(session: Session, person_id: int, *, most: int) -> int:
    """How many notifications a person has not read; counting stops at *most*."""
    unread = select(Notification.id).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    return session.scalars(select(func.count()).select_from(unread.limit(most).subquery())).one()


def notifications_of(
    session: Session, person_id: int, *, after: int | None = None, limit: int
) -> Sequence[Notification]:
    """Up to *limit* notifications of a person, the newest first; *after* is the id of the last one before them."""
    question = select(Notification).where(Notification.person_id == person_id)
    if after is not None and (last := session.get(Notification, after)):
        question = question.where(tuple_(Notification.at, Notification.id) < (last.at, last.id))
    return session.scalars(question.order_by(Notification.at.desc(), Notification.id.desc()).limit(limit)).all()


def mark_read(session: Session, person_id: int, *, ids: Collection[int] | None, now: datetime) -> int:
    """Mark a person's notifications as read, those with *ids* or all, and return how many were unread."""
    these = [] if ids is None else [Notification.id.in_(ids)]
    marked: Any = session.execute(
        update(Notification)
        .where(Notification.person_id == person_id, Notification.read_at.is_(None), *these)
        .values(read_at=now),
        execution_options={"synchronize_session": False},
    )
    return int(marked.rowcount)


def drop_notifications(session: Session, *, before: datetime, limit: int) -> int:
    """Drop up to *limit* notifications from *before* a moment, read or not, and return how many."""
    old = select(Notification.id).where(Notification.at < before).order_by(Notification.at).limit(limit)
    dropped: Any = session.execute(
        delete(Notification).where(Notification.id.in_(old)), execution_options={"synchronize_session": False}
    )
    return int(dropped.rowcount)
