"""Calendar feeds: a person's secret address, of which only a digest is kept, and how often it was fetched lately."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Row, String, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.people import Person


class CalendarFeed(Base):
    """The one address at which a person's calendar programs read due days. Renewing it replaces the digest."""

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)
    counted_from: Mapped[datetime | None] = mapped_column(Moment)
    """When the span began in which `fetches` are counted."""
    fetches: Mapped[int] = mapped_column(default=0)


def feed_of(session: Session, person_id: int) -> CalendarFeed | None:
    """A person's feed."""
    return session.scalar(select(CalendarFeed).where(CalendarFeed.person_id == person_id))


def feed_with_digest(session: Session, digest: str) -> Row[CalendarFeed, Person] | None:
    """The feed at a secret address and whose it is, if that person may still sign in."""
    question = select(CalendarFeed, Person).join(Person, Person.id == CalendarFeed.person_id)
    return session.execute(question.where(CalendarFeed.secret_digest == digest, Person.active)).one_or_none()


def put_feed(session: Session, person_id: int, digest: str, *, now: datetime) -> None:
    """Give a person this address, instead of the one before."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = {"secret_digest": digest, "created_at": now, "fetched_at": None, "counted_from": None, "fetches": 0}
    statement = dialect.insert(CalendarFeed).values(person_id=person_id, **fresh)
    session.connection().execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=fresh))


def remove_feed(session: Session, person_id: int) -> bool:
    """Close a person's address, and say whether there was one."""
    closed = delete(CalendarFeed).where(CalendarFeed.person_id == person_id).returning(CalendarFeed.id)
    return session.connection().execute(closed).first() is not None


def count_fetch(session: Session, feed_id: int, *, span: timedelta, most: int, now: datetime) -> bool:
    """Count a fetch, and say whether it is within *most* of its span."""
    is_over = or_(CalendarFeed.counted_from.is_(None), CalendarFeed.counted_from <= now - span)
    counted = (
        update(CalendarFeed)
        .where(CalendarFeed.id == feed_id, or_(is_over, CalendarFeed.fetches < most))
        .values(
            fetched_at=now,
            fetches=case((is_over, 1), else_=CalendarFeed.fetches + 1),
            counted_from=case((is_over, now), else_=CalendarFeed.counted_from),
        )
        .returning(CalendarFeed.id)
    )
    return session.connection().execute(counted).first() is not None
