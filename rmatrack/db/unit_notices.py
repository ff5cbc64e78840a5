"""Which rung, or which proposal to charge, whom was told about which unit: each once (SPEC R-8, T-25)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.among import among
from rmatrack.db.base import Base, Moment
from rmatrack.db.upsert import insert_of


class UnitNotice(Base):
    """A rung, or a charge's proposal, that one person was told of one unit; after an extension it is told again."""

    __tablename__ = "unit_notice"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The code of a rung of the policy, or the number of a charge."""
    eula_expires_on: Mapped[date] = mapped_column(primary_key=True)
    """The EULA date from which the day that it speaks of was derived."""
    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    queued_at: Mapped[datetime] = mapped_column(Moment)


class UnitNoticeKey(NamedTuple):
    """What can be told once."""

    unit_id: int
    step: str
    eula_expires_on: date
    email: str


def write_unit_notices(session: Session, keys: Collection[UnitNoticeKey], *, now: datetime) -> set[UnitNoticeKey]:
    """Write those of *keys* that nobody wrote before, and return them; always in the same order."""
    if not keys:
        return set()
    insert = insert_of(session)
    written = session.connection().execute(
        insert(UnitNotice)
        .on_conflict_do_nothing()
        .returning(UnitNotice.unit_id, UnitNotice.step, UnitNotice.eula_expires_on, UnitNotice.email),
        [key._asdict() | {"queued_at": now} for key in sorted(keys)],
    )
    return {UnitNoticeKey._make(row) for row in written}


def notices_about(session: Session, unit_ids: Collection[int]) -> dict[int, list[UnitNotice]]:
    """Everything that was told of some units, the first first."""
    found: dict[int, list[UnitNotice]] = {id_: [] for id_ in unit_ids}
    question = select(UnitNotice).where(among(UnitNotice.unit_id, "ids"))
    for notice in session.scalars(question.order_by(UnitNotice.queued_at, UnitNotice.email), {"ids": unit_ids}):
        found[notice.unit_id].append(notice)
    return found
