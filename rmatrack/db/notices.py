"""Which reminder went to whom about which day: written with the mail, so that each goes once (SPEC T-25)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Moment
from rmatrack.db.upsert import insert_of


class Notice(Base):
    """One reminder that was queued. After an extension the same reminder is due again, for the new expiry."""

    __tablename__ = "notice"

    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The name of a `rmatrack.domain.reminding.Reminder`."""
    expires_on: Mapped[date] = mapped_column(primary_key=True)
    """The day it speaks of: the trial's expiry, or the last day to consent."""
    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    queued_at: Mapped[datetime] = mapped_column(Moment)


class NoticeKey(NamedTuple):
    """What can be told once."""

    trial_id: int
    kind: str
    expires_on: date
    email: str


def write_notices(session: Session, keys: Sequence[NoticeKey], *, now: datetime) -> set[NoticeKey]:
    """Write those of *keys* that nobody wrote before, and return them.

    Whoever writes the same at the same time waits, always in the same order, and then finds them written.
    """
    if not keys:
        return set()
    insert = insert_of(session)
    written = session.connection().execute(
        insert(Notice)
        .on_conflict_do_nothing()
        .returning(Notice.trial_id, Notice.kind, Notice.expires_on, Notice.email),
        [key._asdict() | {"queued_at": now} for key in sorted(keys)],
    )
    return {NoticeKey._make(row) for row in written}
