"""Parcels that somebody at the dock should look at: found by what is so at the moment, gone when it is so no more.

Nothing of this is stored but that a person has looked at one and laid it aside, and why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    ForeignKey,
    Row,
    Select,
    String,
    Subquery,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from rmatrack.db.base import Base, Moment
from rmatrack.db.customers import Customer
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma
from rmatrack.db.sight import units_seen_by
from rmatrack.db.tracking import HEARD_OF, Track
from rmatrack.domain.labels import DEAD
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor
from rmatrack.domain.tracking import FlagKind, Whereabouts

PAGE = 50
_CHUNK = 500
LOOKED_BACK = timedelta(days=60)
"""A device that was scanned longer ago is not asked about any more."""


class FlagAside(Base):
    """A flag that a person has looked at."""

    __tablename__ = "flag_aside"

    label_id: Mapped[int] = mapped_column(ForeignKey("label.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    note: Mapped[str] = mapped_column(String(300))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The last moments at which something was still in time, by the country whose working days count; "" for others."""

    not_scanned: Mapping[str, datetime]
    not_delivered: Mapping[str, datetime]
    held_up: Mapping[str, datetime]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsWanted:
    """Which flags a list shows."""

    kind: FlagKind | None = None
    carrier: str | None = None
    aside: bool = False
    order_id: int | None = None
    label_id: int | None = None


_newer = aliased(Label)


def flags_page(
    session: Session, wanted: FlagsWanted, patience: Patience, *, page: int, seen_by: Actor
) -> Sequence[Row[Any]]:
    """Page *page* (from 1) of parcels to look at, and one row beyond it; the oldest first."""
    shown = _page(_found(wanted, patience, seen_by), page)
    return session.execute(_with_names(shown).order_by(shown.c.flag_since, shown.c.label_id)).all()


def flags_page_counted(
    session: Session, wanted: FlagsWanted, patience: Patience, *, page: int, seen_by: Actor
) -> tuple[Sequence[Row[Any]], dict[tuple[FlagKind, str], int]]:
    """What `flags_page` and `count_flags` tell, the parcels gone through once; *wanted* names no order and no label."""
    told = _told(patience, seen_by).cte("told")
    open_ = _chosen(told, FlagsWanted()).subquery()
    numbers = select(null(), open_.c.carrier, open_.c.kind, null(), func.count()).group_by(
        open_.c.kind, open_.c.carrier
    )
    found = union_all(select(_page(_chosen(told, wanted), page), null().label("times")), numbers).subquery()
    question = _with_names(found, outer=True).add_columns(found.c.times)
    rows = session.execute(question.order_by(found.c.flag_since, found.c.label_id)).all()
    counted = {(FlagKind(row.kind), row.carrier): row.times for row in rows if row.times is not None}
    return [row for row in rows if row.times is None], counted


def all_flags(session: Session, wanted: FlagsWanted, patience: Patience, *, seen_by: Actor) -> Iterable[Row[Any]]:
    """Every parcel to look at, read while it is used."""
    return session.execute(_list(wanted, patience, seen_by).execution_options(yield_per=_CHUNK))


def count_flags(session: Session, patience: Patience, *, seen_by: Actor) -> dict[tuple[FlagKind, str], int]:
    """How many parcels are to be looked at, by why and by carrier."""
    found = _found(FlagsWanted(), patience, seen_by).subquery()
    counted = select(found.c.kind, found.c.carrier, func.count()).group_by(found.c.kind, found.c.carrier)
    return {(FlagKind(row[0]), row[1]): row[2] for row in session.execute(counted)}


def countries_followed(session: Session) -> set[str]:
    """The countries that parcels go to."""
    return set(session.scalars(select(Track.to_country).where(Track.ended_at.is_(None)).distinct()))


def lay_aside(session: Session, label_id: int, kind: FlagKind, *, note: str, by: str, now: datetime) -> None:
    """Note that a flag was looked at."""
    session.add(FlagAside(label_id=label_id, kind=kind.value, note=note, by_name=by, at=now))
    session.flush()


def take_up(session: Session, label_id: int, kind: FlagKind) -> bool:
    """Show a flag again that was laid aside; say whether it was."""
    gone = session.execute(delete(FlagAside).where(FlagAside.label_id == label_id, FlagAside.kind == kind))
    return bool(cast(Any, gone).rowcount)


def _list(wanted: FlagsWanted, patience: Patience, seen_by: Actor) -> Select[Any]:
    found = _found(wanted, patience, seen_by).subquery()
    return _with_names(found).order_by(found.c.flag_since, found.c.label_id)


def _found(wanted: FlagsWanted, patience: Patience, seen_by: Actor) -> Select[Any]:
    """Ask for `label_id`, `kind` and `flag_since` alone: few are flagged of the many that are read here."""
    told = _told(patience, seen_by)
    if wanted.order_id is not None:
        told = told.where(Unit.order_id == wanted.order_id)
    if wanted.label_id is not None:
        told = told.where(Label.id == wanted.label_id)
    return _chosen(told.subquery(), wanted)


def _told(patience: Patience, seen_by: Actor) -> Select[*tuple[Any, ...]]:
    kind, since = _kind(patience)
    return (
        select(Label.id.label("label_id"), Label.carrier, kind.label("kind"), since.label("flag_since"))
        .join(Track, Track.label_id == Label.id)
        .join(Unit, Unit.id == Label.unit_id)
        .where(Track.ended_at.is_(None), HEARD_OF, kind.is_not(None), units_seen_by(seen_by))
    )


def _chosen(told: Subquery | CTE, wanted: FlagsWanted) -> Select[Any]:
    aside = exists().where(FlagAside.label_id == told.c.label_id, FlagAside.kind == told.c.kind)
    question = select(told).where(aside if wanted.aside else ~aside)
    if wanted.carrier:
        question = question.where(told.c.carrier == wanted.carrier)
    return question.where(told.c.kind == wanted.kind.value) if wanted.kind else question


def _page(found: Select[Any], page: int) -> Subquery:
    return found.order_by("flag_since", "label_id").limit(PAGE + 1).offset(PAGE * (page - 1)).subquery()


def _with_names(found: Subquery, *, outer: bool = False) -> Select[Any]:
    """Say of each parcel what a list shows; *outer* keeps rows that are about none."""
    return (
        select(
            found.c.label_id,
            Label.number,
            found.c.carrier,
            Label.state.label("label_state"),
            found.c.kind,
            found.c.flag_since,
            Track.state.label("state"),
            Track.since.label("since"),
            Track.problem,
            Unit.id.label("unit_id"),
            Unit.serial,
            Unit.model,
            Unit.status.label("unit_status"),
            Unit.received_at,
            DemoOrder.id.label("order_id"),
            DemoOrder.number.label("order_number"),
            DemoOrder.country,
            Customer.name.label("customer"),
            Rma.number.label("rma"),
            _newer.number.label("newer"),
        )
        .join(Label, Label.id == found.c.label_id, isouter=outer)
        .join(Track, Track.label_id == Label.id, isouter=outer)
        .join(Unit, Unit.id == Label.unit_id, isouter=outer)
        .join(DemoOrder, DemoOrder.id == Unit.order_id, isouter=outer)
        .join(Customer, Customer.id == DemoOrder.customer_id, isouter=outer)
        .join(Rma, Rma.id == Label.rma_id, isouter=outer)
        .outerjoin(_newer, _newer.id == Label.superseded_by_id)
    )


def _kind(patience: Patience) -> tuple[ColumnElement[str | None], ColumnElement[datetime]]:
    """Why a parcel is to be looked at, and since when; the first that holds, or NULL."""
    out = Unit.settled_at.is_(None)
    moves = Track.moved_at.is_not(None)
    here = Unit.status == UnitStatus.RECEIVED
    arrived = Track.state.in_([Whereabouts.DELIVERED, Whereabouts.RETURNED])
    halted = Track.state.in_([Whereabouts.HELD_UP, Whereabouts.CUSTOMS, Whereabouts.MISSED])
    dead = or_(Track.resting.in_(sorted(DEAD)), Label.superseded_by_id.is_not(None), Track.voided_at.is_not(None))
    alive = Track.resting.not_in(sorted(DEAD))
    recent = and_(Unit.received_at > patience.now - LOOKED_BACK, _before(Unit.received_at, patience.not_delivered))
    held = (
        (FlagKind.DEAD_LABEL_MOVES, and_(out, moves, dead), Track.moved_at),
        (FlagKind.VOIDED_ELSEWHERE, and_(out, ~moves, Track.voided_at.is_not(None), alive), Track.voided_at),
        (FlagKind.LOST, and_(out, Track.state == Whereabouts.LOST), Track.since),
        (
            FlagKind.GOES_BACK,
            and_(out, Track.state.in_([Whereabouts.RETURNING, Whereabouts.RETURNED])),
            Track.since,
        ),
        (
            FlagKind.NOT_SCANNED,
            and_(out, Track.state == Whereabouts.DELIVERED, _before(Track.delivered_at, patience.not_scanned)),
            Track.delivered_at,
        ),
        (FlagKind.NOT_DELIVERED, and_(here, moves, ~arrived, recent), Unit.received_at),
        (FlagKind.HELD_UP, and_(out, halted, _before(Track.since, patience.held_up)), Track.since),
        (FlagKind.NOT_ASKED, and_(out, Track.problem.is_not(None)), func.coalesce(Track.asked_at, Track.news_at)),
    )
    kind = case(*((condition, literal(kind.value)) for kind, condition, _since in held), else_=None)
    since = case(*((condition, since) for _kind, condition, since in held), else_=None)
    return kind, cast(ColumnElement[datetime], func.coalesce(since, Track.news_at, type_=Moment()))


def _before(moment: Any, thresholds: Mapping[str, datetime]) -> ColumnElement[bool]:
    """The condition that *moment* lies before its country's threshold."""
    known = [country for country in thresholds if country]
    each = [and_(Track.to_country == country, moment <= thresholds[country]) for country in known]
    return or_(*each, and_(Track.to_country.not_in(known), moment <= thresholds[""]))
