"""How often order numbers were asked for: one row for each person, partner and address, shared by all processes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import String, case, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Moment
from rmatrack.db.upsert import insert_of


class LookUpTries(Base):
    """How many tries there were since the first of them. `key` names who tried, hashed."""

    __tablename__ = "look_up_tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment, index=True)
    tries: Mapped[int]


class Tries(NamedTuple):
    """How many, since when."""

    tries: int
    since: datetime


def count_try(session: Session, keys: Collection[str], *, now: datetime, window: timedelta) -> dict[str, Tries]:
    """Count one more try under each key and return the counts; what is older than *window* begins anew.

    Two at the same moment wait for each other at the row, so that none slips through.
    """
    session.execute(delete(LookUpTries).where(LookUpTries.since <= now - window, LookUpTries.key.not_in(keys)))
    insert = insert_of(session)
    is_old = LookUpTries.since <= now - window
    written = insert(LookUpTries).values([{"key": key, "since": now, "tries": 1} for key in sorted(keys)])
    counted = written.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "tries": case((is_old, 1), else_=LookUpTries.tries + 1),
            "since": case((is_old, now), else_=LookUpTries.since),
        },
    ).returning(LookUpTries.key, LookUpTries.tries, LookUpTries.since)
    return {row.key: Tries(row.tries, row.since) for row in session.execute(counted)}
