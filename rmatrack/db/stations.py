"""Scan stations: when each was last heard of, and which returns wait for it (see `domain/stations.py`)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Moment
from rmatrack.db.people import Person
from rmatrack.db.returns import Rma


class Station(Base):
    """A browser that scans, under the id it gave itself. `unsent` scans wait in it, the oldest since then."""

    __tablename__ = "station"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    heard_at: Mapped[datetime] = mapped_column(Moment, index=True)
    unsent: Mapped[int]
    unsent_since: Mapped[datetime | None] = mapped_column(Moment)
    lost_at: Mapped[datetime | None] = mapped_column(Moment)
    lost_by: Mapped[str | None] = mapped_column(String(200))
    lost_reason: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (CheckConstraint("unsent >= 0", name="unsent_from_zero"),)


class StationReturn(Base):
    """A return that a station is busy with: scans of it wait there, or its box is open."""

    __tablename__ = "station_return"

    station_id: Mapped[str] = mapped_column(ForeignKey("station.id"), primary_key=True)
    rma_id: Mapped[int] = mapped_column(ForeignKey("rma.id"), primary_key=True)
    unsent: Mapped[int]
    is_open: Mapped[bool]

    __table_args__ = (Index("ix_station_return_rma_id", "rma_id"),)


STATION = cast(Table, Station.__table__)
STATION_RETURN = cast(Table, StationReturn.__table__)


class WaitedFor(NamedTuple):
    """A return that waits for a station; `person` was signed in at it last."""

    rma_id: int
    rma: str
    station_id: str
    station: str
    person: str | None
    unsent: int
    heard_at: datetime


WAITS = and_(
    StationReturn.station_id == Station.id,
    Station.lost_at.is_(None),
    or_(StationReturn.unsent > 0, Station.heard_at < bindparam("silent_since", type_=Moment())),
)
"""The condition that a station's return waits for it; `silent_since` is given when it is asked."""


def stations_waited_for(
    session: Session, rma_ids: Collection[int] | None, *, silent_since: datetime
) -> Sequence[WaitedFor]:
    """The stations that returns wait for; of all returns where *rma_ids* is `None`."""
    columns = (Rma.id, Rma.number, Station.id, Station.name, Person.name, StationReturn.unsent, Station.heard_at)
    question = (
        select(*columns)
        .join(StationReturn, StationReturn.rma_id == Rma.id)
        .join(Station, Station.id == StationReturn.station_id)
        .outerjoin(Person, Person.id == Station.person_id)
        .where(WAITS, Rma.completed_at.is_(None))
        .order_by(Station.name, Station.id, Rma.number)
    )
    if rma_ids is not None:
        question = question.where(Rma.id.in_(rma_ids))
    return [WaitedFor._make(row) for row in session.execute(question, {"silent_since": silent_since})]


def station_with_id(session: Session, station_id: str) -> Row[Any] | None:
    """All columns of one station."""
    return session.execute(select(STATION).where(STATION.c.id == station_id)).one_or_none()


def stations_heard_since(session: Session, since: datetime, *, limit: int) -> Sequence[Row[Any]]:
    """Stations that have something unsent or were heard of since then, with who was signed in; the latest first."""
    question = (
        select(Station.id, Station.name, Station.heard_at, Station.unsent, Station.unsent_since)
        .add_columns(Station.lost_at, Station.lost_by, Station.lost_reason, Person.name.label("person"))
        .outerjoin(Person, Person.id == Station.person_id)
        .where(or_(Station.heard_at >= since, Station.unsent > 0))
        .order_by(Station.heard_at.desc(), Station.id)
        .limit(limit)
    )
    return session.execute(question).all()


def namesakes_of(session: Session, station_id: str, name: str, *, since: datetime) -> Sequence[Row[Any]]:
    """Id, name and person of the other stations of this name, whatever its case, that were heard of since then."""
    question = (
        select(Station.id, Station.name)
        .add_columns(Person.name.label("person"))
        .outerjoin(Person, Person.id == Station.person_id)
        .where(Station.heard_at >= since, Station.lost_at.is_(None), Station.id != station_id)
        .where(func.lower(Station.name) == name.lower())
        .order_by(Station.id)
    )
    return session.execute(question).all()


def returns_of_station(session: Session, station_id: str) -> set[int]:
    """The returns that a station was busy with when it was last heard of."""
    return set(session.scalars(select(StationReturn.rma_id).where(StationReturn.station_id == station_id)))


def keep_station(session: Session, values: Mapping[str, object]) -> None:
    """Keep what a station says of itself: `id`, `name`, `person_id`, `heard_at`, `unsent`, `unsent_since`.

    It stays locked until the step ends, so that two pages of one browser take turns.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    said = {name: value for name, value in values.items() if name != "id"}
    statement = dialect.insert(STATION).values(**values)
    again = said | {"lost_at": None, "lost_by": None, "lost_reason": None}
    session.connection().execute(statement.on_conflict_do_update(index_elements=["id"], set_=again))


def replace_returns(session: Session, station_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep which returns a station is busy with: `rma_id`, `unsent`, `is_open`; those of before are dropped."""
    session.connection().execute(delete(STATION_RETURN).where(STATION_RETURN.c.station_id == station_id))
    if rows:
        session.connection().execute(insert(STATION_RETURN), [{"station_id": station_id, **row} for row in rows])


def mark_lost(session: Session, station_id: str, *, reason: str, by_name: str, now: datetime) -> bool:
    """Mark a station as lost; say whether it was not before."""
    statement = update(STATION).where(STATION.c.id == station_id, STATION.c.lost_at.is_(None))
    values = {"lost_at": now, "lost_by": by_name, "lost_reason": reason}
    return session.connection().execute(statement.values(values)).rowcount == 1
