"""Inspections: verdicts on units that are back, wipe certificates, photos, and the queue of what waits (SPEC R-6)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Row,
    Select,
    String,
    Table,
    UniqueConstraint,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.among import among
from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.customers import Customer
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.receiving import Scan
from rmatrack.db.returns import Rma
from rmatrack.db.sight import units_seen_by
from rmatrack.domain.inspection import Disposition
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor, Permission

PAGE = 50
LONGEST_NOTES = 1000
LONGEST_REASON = 200
LONGEST_OPERATOR = 100


class Inspection(Base):
    """A verdict on a unit. A later one has the next `revision` and says why; the highest is the one that holds."""

    __tablename__ = "inspection"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    revision: Mapped[int]
    condition: Mapped[str] = mapped_column(String(16))
    missing: Mapped[list[str]] = mapped_column(JSON)
    """The codes of missing parts, in the order of the checklist."""
    notes: Mapped[str] = mapped_column(String(LONGEST_NOTES), default="")
    disposition: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    inspected_by: Mapped[str] = mapped_column(String(200))
    inspected_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("unit_id", "revision"),
        Index("ix_inspection_inspected_at_id", "inspected_at", "id"),
    )


class WipeCertificate(Base):
    """Who made the data of a unit unreadable, when and how; the latest of a unit is the one that holds."""

    __tablename__ = "wipe_certificate"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    method: Mapped[str] = mapped_column(String(16))
    operator: Mapped[str] = mapped_column(String(LONGEST_OPERATOR))
    wiped_at: Mapped[datetime] = mapped_column(Moment)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    certified_by: Mapped[str] = mapped_column(String(200))
    certified_at: Mapped[datetime] = mapped_column(Moment)


class UnitPhoto(Base):
    """A picture of a unit, large and small; sizes are those of the large one, in pixels.

    One that was taken at a scan station names its scan, and its unit once the scan has one.
    """

    __tablename__ = "unit_photo"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    scan_id: Mapped[str | None] = mapped_column(ForeignKey("scan.id"))
    digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"))
    small_digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"))
    width: Mapped[int]
    height: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_by: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("unit_id", "digest"),
        UniqueConstraint("scan_id", "digest"),
        CheckConstraint("unit_id IS NOT NULL OR scan_id IS NOT NULL", name="of_something"),
    )


INSPECTION = cast(Table, Inspection.__table__)
WIPE = cast(Table, WipeCertificate.__table__)
PHOTO = cast(Table, UnitPhoto.__table__)
UNIT = cast(Table, Unit.__table__)
SCAN = cast(Table, Scan.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionsWanted:
    """Which units a list shows: those that wait, or those that were inspected, with one disposition."""

    done: bool = False
    disposition: Disposition | None = None
    model: str | None = None


_CHOSEN = select(Unit).where(among(Unit.id, "ids")).order_by(Unit.id)
_WAITS = (Unit.status == UnitStatus.RECEIVED.value, Unit.received_at.is_not(None), Unit.inspected_at.is_(None))
_UNIT: Any = (
    select(
        Unit.id,
        Unit.serial,
        Unit.model,
        Unit.received_at,
        Unit.inspected_at,
        Unit.zone,
        DemoOrder.number.label("order"),
        Customer.name.label("customer"),
        Rma.number.label("rma"),
    )
    .join(DemoOrder, DemoOrder.id == Unit.order_id)
    .join(Customer, Customer.id == DemoOrder.customer_id)
    .outerjoin(Rma, Rma.order_id == Unit.order_id)
)


def inspections_page(session: Session, wanted: InspectionsWanted, *, page: int, seen_by: Actor) -> Sequence[Row[Any]]:
    """Page *page* (from 1) and one row beyond it: what waits, the longest here first, or the latest verdicts first."""
    question = _done(wanted) if wanted.done else _waiting(wanted)
    question = question.where(units_seen_by(seen_by)).limit(PAGE + 1).offset(PAGE * (page - 1))
    return session.execute(question).all()


def all_inspections(session: Session, wanted: InspectionsWanted, *, seen_by: Actor) -> Iterable[Row[Any]]:
    """Every row of a list, read while it is used."""
    question = _done(wanted) if wanted.done else _waiting(wanted)
    return session.execute(question.where(units_seen_by(seen_by)).execution_options(yield_per=500))


def waiting_by_model(session: Session, *, seen_by: Actor) -> Counter[str]:
    """How many units of each model wait for their inspection."""
    question = select(Unit.model, func.count()).where(*_WAITS, units_seen_by(seen_by)).group_by(Unit.model)
    return Counter({row[0]: row[1] for row in session.execute(question)})


def units_chosen(session: Session, ids: Collection[int], *, seen_by: Actor) -> Sequence[Unit]:
    """The units *ids*."""
    return session.scalars(_CHOSEN.where(units_seen_by(seen_by)), {"ids": ids}).all()


def units_to_inspect(session: Session, ids: Collection[int], *, seen_by: Actor) -> Sequence[Unit]:
    """The units *ids*, locked on PostgreSQL until the step ends."""
    question = _CHOSEN.where(units_seen_by(seen_by)).with_for_update(of=Unit)
    return session.scalars(question.execution_options(populate_existing=True), {"ids": ids}).all()


def unit_here_with_serial(session: Session, serial_key: str, *, seen_by: Actor) -> int | None:
    """The loan that a scan at the inspection bench is about: the one that came in last, else the latest."""
    question = select(Unit.id).where(Unit.serial_key == serial_key, units_seen_by(seen_by))
    return session.scalar(question.order_by(Unit.received_at.is_(None), Unit.received_at.desc(), Unit.id.desc()))


def inspections_of(session: Session, unit_ids: Collection[int]) -> Sequence[Inspection]:
    """Every verdict on these units, the one that holds first."""
    question = select(Inspection).where(among(Inspection.unit_id, "ids"))
    return session.scalars(question.order_by(Inspection.unit_id, Inspection.revision.desc()), {"ids": unit_ids}).all()


def wipes_of(session: Session, unit_ids: Collection[int]) -> Sequence[WipeCertificate]:
    """Every wipe certificate of these units, the one that holds first."""
    question = select(WipeCertificate).where(among(WipeCertificate.unit_id, "ids"))
    return session.scalars(question.order_by(WipeCertificate.id.desc()), {"ids": unit_ids}).all()


def photos_of(session: Session, unit_ids: Collection[int]) -> Sequence[UnitPhoto]:
    """The photos of these units, in the order in which they were added."""
    question = select(UnitPhoto).where(among(UnitPhoto.unit_id, "ids"))
    return session.scalars(question.order_by(UnitPhoto.id), {"ids": unit_ids}).all()


def photos_of_scan(session: Session, scan_id: str) -> Sequence[UnitPhoto]:
    """The photos that were taken with a scan, in the order in which they were added."""
    return session.scalars(select(UnitPhoto).where(UnitPhoto.scan_id == scan_id).order_by(UnitPhoto.id)).all()


def photo_with_id(session: Session, photo_id: int, *, seen_by: Actor) -> UnitPhoto | None:
    """A photo of a unit that *seen_by* may see; one of a scan without a unit is for those who see everything."""
    question = select(UnitPhoto).outerjoin(Unit, Unit.id == UnitPhoto.unit_id).where(UnitPhoto.id == photo_id)
    seen = units_seen_by(seen_by)
    if seen_by.may(Permission.SEE_EVERYTHING):
        seen = or_(seen, UnitPhoto.unit_id.is_(None))
    return session.scalar(question.where(seen))


def photos_follow_scans(session: Session, scan_ids: Collection[str]) -> None:
    """Hang photos of scans on the units that the scans turned out to be of, each photo once on a unit."""
    owner = select(SCAN.c.unit_id).where(SCAN.c.id == PHOTO.c.scan_id).scalar_subquery()
    same = PHOTO.alias("same")
    statement = update(PHOTO).where(
        among(UnitPhoto.scan_id, "ids"),
        PHOTO.c.unit_id.is_(None),
        ~exists().where(same.c.unit_id == owner, same.c.digest == PHOTO.c.digest),
    )
    session.connection().execute(statement.values(unit_id=owner), {"ids": list(scan_ids)})


def add_inspections(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Add verdicts; a revision that somebody else gave a unit is a lost race."""
    session.connection().execute(insert(INSPECTION), rows)


def mark_inspected(session: Session, unit_ids: Collection[int], now: datetime) -> None:
    """Take units off the queue."""
    statement = update(UNIT).where(among(Unit.id, "ids")).values(inspected_at=now, version=UNIT.c.version + 1)
    session.connection().execute(statement, {"ids": unit_ids})


def _waiting(wanted: InspectionsWanted) -> Select[Any]:
    question: Select[Any] = _UNIT.where(*_WAITS, *_of_model(wanted))
    return question.order_by(Unit.received_at, Unit.id)


def _done(wanted: InspectionsWanted) -> Select[Any]:
    """Units with the verdict that holds: each stands once."""
    newer = select(func.max(Inspection.revision)).where(Inspection.unit_id == Unit.id).correlate(Unit).scalar_subquery()
    question: Select[Any] = _UNIT.add_columns(
        Inspection.condition, Inspection.disposition, Inspection.inspected_by, Inspection.revision
    ).join(Inspection, Inspection.unit_id == Unit.id)
    question = question.where(Inspection.revision == newer, *_of_model(wanted))
    if wanted.disposition:
        question = question.where(Inspection.disposition == wanted.disposition.value)
    return question.order_by(Inspection.inspected_at.desc(), Inspection.id.desc())


def _of_model(wanted: InspectionsWanted) -> list[ColumnElement[bool]]:
    return [Unit.model == wanted.model] if wanted.model else []
