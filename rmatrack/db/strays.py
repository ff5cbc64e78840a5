"""Reports about numbers that are not ours, or not yet: kept aside, and given to their label once there is one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Index, String, Table, UniqueConstraint, and_, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.among import among
from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.labels import Label
from rmatrack.db.tracking import insert_into

_PAST_THE_SESSION = {"synchronize_session": False}


class StrayEvent(Base):
    """A report about a number that is not ours, or not yet: it is given to the label once there is one."""

    __tablename__ = "stray_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    carrier: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
    code: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20), default="")
    words: Mapped[str] = mapped_column(String(300), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    adopted_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("carrier", "number", "at", "code", "state"),
        Index(
            "ix_stray_event_waiting",
            "number",
            sqlite_where=text("adopted_at IS NULL"),
            postgresql_where=text("adopted_at IS NULL"),
        ),
    )


STRAY = cast(Table, StrayEvent.__table__)


def add_strays(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Lay reports about unknown numbers aside, each once."""
    if rows:
        session.execute(insert_into(session, STRAY).on_conflict_do_nothing(), list(rows))


def strays_to_adopt(session: Session, *, limit: int) -> Sequence[tuple[StrayEvent, int]]:
    """Reports that wait for a label which is there by now, with its id."""
    question = (
        select(StrayEvent, Label.id)
        .join(
            Label,
            and_(
                Label.carrier == StrayEvent.carrier,
                or_(Label.number == StrayEvent.number, and_(Label.piece != "", Label.piece == StrayEvent.number)),
            ),
        )
        .where(StrayEvent.adopted_at.is_(None))
        .order_by(StrayEvent.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(question)]


def mark_adopted(session: Session, stray_ids: Collection[int], *, now: datetime) -> None:
    """Note that these reports have found their label."""
    session.execute(
        update(StrayEvent).where(among(StrayEvent.id, "ids")).values(adopted_at=now),
        {"ids": stray_ids},
        execution_options=_PAST_THE_SESSION,
    )


def count_strays(session: Session) -> int:
    """How many reports wait for a label."""
    return session.scalar(select(func.count()).where(StrayEvent.adopted_at.is_(None))) or 0
