"""How often the doors for carriers were knocked at in this minute: one row for each caller, shared by all processes."""

from datetime import datetime, timedelta

from sqlalchemy import String, case, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Moment
from rmatrack.db.upsert import insert_of

FORGOTTEN = timedelta(hours=1)


class DoorKnocks(Base):
    """How many knocks there were in the minute that began at `minute`. `key` names who knocked, hashed."""

    __tablename__ = "door_knocks"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[datetime] = mapped_column(Moment, index=True)
    knocks: Mapped[int]


def count_knock(session: Session, key: str, *, now: datetime) -> int:
    """Count one more knock and return how many there were in this minute; what is long past is forgotten."""
    minute = _minute_of(now)
    session.execute(delete(DoorKnocks).where(DoorKnocks.minute < now - FORGOTTEN, DoorKnocks.key != key))
    written = insert_of(session)(DoorKnocks).values(key=key, minute=minute, knocks=1)
    counted = written.on_conflict_do_update(
        index_elements=["key"],
        set_={"knocks": case((DoorKnocks.minute == minute, DoorKnocks.knocks + 1), else_=1), "minute": minute},
    ).returning(DoorKnocks.knocks)
    return int(session.scalars(counted).one())


def knocks_of(session: Session, key: str, *, now: datetime) -> int:
    """How many knocks there were in this minute."""
    found = select(DoorKnocks.knocks).where(DoorKnocks.key == key, DoorKnocks.minute == _minute_of(now))
    return session.scalar(found) or 0


def _minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
