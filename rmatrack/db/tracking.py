"""What carriers reported of parcels, and where each parcel is by all of it (SPEC C-11).

Events only grow. A parcel's row is computed from its events whenever one is added, under the row's lock; it also says
when its carrier is asked again, and who is asking at the moment.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.among import among
from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.labels import Label
from rmatrack.db.returns import Rma
from rmatrack.domain.tracking import Whereabouts

_PAST_THE_SESSION = {"synchronize_session": False}


class TrackingEvent(Base):
    """One report about one parcel, in the carrier's words. The same report is kept once, whichever way it came.

    `number` is what the carrier calls the parcel: a waybill, a file. Two tellings of an event of which one knows the
    state finer are both kept. `withdraws_id` is an earlier report of a person that this one takes back.
    """

    __tablename__ = "tracking_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("label.id"))
    number: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
    code: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20), default="")
    """Empty where it does not say where the parcel is."""
    words: Mapped[str] = mapped_column(String(300), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(String(8))
    by_name: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    withdraws_id: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (UniqueConstraint("label_id", "number", "at", "code", "state"),)


_HEARD_OF = "moved_at IS NOT NULL OR voided_at IS NOT NULL OR problem IS NOT NULL OR state <> 'announced'"


class Track(Base):
    """Where one label's parcel is, and when its carrier is asked again; `due_at` is empty when it is not."""

    __tablename__ = "track"

    label_id: Mapped[int] = mapped_column(ForeignKey("label.id"), primary_key=True, autoincrement=False)
    carrier: Mapped[str] = mapped_column(String(16))
    file_number: Mapped[str] = mapped_column(String(40), default="")
    """What the carrier calls it where that is not the label's number: an Expeditors file."""
    state: Mapped[str | None] = mapped_column(String(20))
    since: Mapped[datetime | None] = mapped_column(Moment)
    moved_at: Mapped[datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    voided_at: Mapped[datetime | None] = mapped_column(Moment)
    resting: Mapped[str | None] = mapped_column(String(16))
    """The label's own state before its carrier said anything."""
    to_country: Mapped[str] = mapped_column(String(2), default="")
    """Where it goes: whose working days count."""
    news_at: Mapped[datetime] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(String(500))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    """Nothing more can come of it: the device is settled and the parcel at its end."""

    __table_args__ = (
        Index(
            "ix_track_due",
            "carrier",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_track_open",
            "label_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_track_heard_of",
            "ended_at",
            "label_id",
            sqlite_where=text(_HEARD_OF),
            postgresql_where=text(_HEARD_OF),
        ),
    )


HEARD_OF = or_(
    Track.moved_at.is_not(None),
    Track.voided_at.is_not(None),
    Track.problem.is_not(None),
    Track.state != literal_column("'announced'"),
)
"""A parcel of which somebody has heard: of most nobody has, their label lies in a box. Written as the index is."""

EVENT = cast(Table, TrackingEvent.__table__)
TRACK = cast(Table, Track.__table__)


class ToFollow(NamedTuple):
    """A label with what following it needs to know."""

    label_id: int
    carrier: str
    number: str
    state: str
    unit_id: int
    order_id: int
    rma_id: int
    rma: str


def labels_to_follow(session: Session, label_ids: Collection[int]) -> dict[int, ToFollow]:
    """The labels with these ids, by id, held until the step ends."""
    held = _FOLLOWED.where(among(Label.id, "ids")).with_for_update(of=Label)
    rows = session.execute(held, {"ids": label_ids})
    return {row.label_id: ToFollow(*row) for row in rows}


def labels_numbered(session: Session, carrier: str, numbers: Collection[str]) -> dict[str, int]:
    """The ids of a carrier's labels, by the number of the label, of its piece, or of the carrier's file."""
    by_label = select(Label.number, Label.id).where(Label.carrier == carrier, among(Label.number, "numbers"))
    by_piece = select(Label.piece, Label.id).where(
        Label.carrier == carrier, Label.piece != "", among(Label.piece, "numbers")
    )
    by_file = select(Track.file_number, Track.label_id).where(
        Track.carrier == carrier, Track.ended_at.is_(None), among(Track.file_number, "numbers")
    )
    found = session.execute(by_label.union(by_piece, by_file), {"numbers": numbers})
    return {row[0]: row[1] for row in found}


def follow(session: Session, labels: Iterable[ToFollow], *, now: datetime) -> None:
    """Give each label that has none a row of its own; it is asked about at once."""
    rows = [{"label_id": label.label_id, "carrier": label.carrier, "news_at": now, "due_at": now} for label in labels]
    if rows:
        session.connection().execute(
            insert_into(session, TRACK).on_conflict_do_nothing(), [_track_row(r) for r in rows]
        )


def hold_tracks(session: Session, label_ids: Collection[int]) -> dict[int, Track]:
    """The rows of these labels, held until the step ends, so that nobody computes one from half of its events."""
    held = select(Track).where(among(Track.label_id, "ids")).order_by(Track.label_id).with_for_update()
    found = session.scalars(held.execution_options(populate_existing=True), {"ids": label_ids})
    return {track.label_id: track for track in found}


def add_events(session: Session, rows: Sequence[Mapping[str, object]]) -> set[int]:
    """Keep reports and return the labels that some are new for."""
    if not rows:
        return set()
    statement = insert_into(session, EVENT).on_conflict_do_nothing().returning(EVENT.c.label_id)
    return set(session.execute(statement, list(rows)).scalars())


def events_of(session: Session, label_ids: Collection[int]) -> dict[int, list[TrackingEvent]]:
    """All reports about these labels, by label, without those that a person took back."""
    withdrawal = select(EVENT.c.withdraws_id).where(
        EVENT.c.withdraws_id.is_not(None), among(TrackingEvent.label_id, "ids")
    )
    question = select(TrackingEvent).where(
        among(TrackingEvent.label_id, "ids"),
        TrackingEvent.withdraws_id.is_(None),
        TrackingEvent.id.not_in(withdrawal),
    )
    found: dict[int, list[TrackingEvent]] = {}
    for event in session.scalars(question.order_by(TrackingEvent.id), {"ids": label_ids}):
        found.setdefault(event.label_id, []).append(event)
    return found


def event_with_id(session: Session, event_id: int) -> TrackingEvent | None:
    """One report."""
    return session.get(TrackingEvent, event_id)


def is_withdrawn(session: Session, event_id: int) -> bool:
    """Whether a person took a report back."""
    return session.scalar(select(TrackingEvent.id).where(TrackingEvent.withdraws_id == event_id)) is not None


def write_tracks(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Write where parcels are: `label` and every column of what was computed."""
    if rows:
        session.connection().execute(_WRITE, list(rows))


def write_label_states(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Move labels: `label`, the state it `was` in and the state it `becomes`; one that moved meanwhile stays."""
    if rows:
        session.connection().execute(_MOVE, list(rows))


def set_in_process(session: Session, rma_ids: Collection[int]) -> dict[int, tuple[str, int, bool]]:
    """Say of returns since when a carrier has a parcel of theirs; give number, order and yes or no of what changed.

    A parcel that is back with its sender is no longer with the carrier.
    """
    first = (
        select(func.min(Track.moved_at))
        .join(Label, Label.id == Track.label_id)
        .where(
            Label.rma_id == Rma.id,
            or_(Track.state.is_(None), Track.state != Whereabouts.RETURNED),
        )
        .correlate(Rma)
        .scalar_subquery()
    )
    before = dict(
        session.execute(
            select(Rma.id, Rma.in_process_at).where(among(Rma.id, "ids")).order_by(Rma.id).with_for_update(),
            {"ids": rma_ids},
        ).all()
    )
    session.execute(
        update(Rma)
        .where(among(Rma.id, "ids"), Rma.in_process_at.is_distinct_from(first))
        .values(in_process_at=first, version=Rma.version + 1),
        {"ids": rma_ids},
        execution_options=_PAST_THE_SESSION,
    )
    after = session.execute(
        select(Rma.id, Rma.number, Rma.order_id, Rma.in_process_at).where(among(Rma.id, "ids")), {"ids": rma_ids}
    )
    return {
        row.id: (row.number, row.order_id, row.in_process_at is not None)
        for row in after
        if (row.in_process_at is None) != (before[row.id] is None)
    }


def nudge(session: Session, label_ids: Collection[int], *, now: datetime) -> None:
    """Have the carrier asked about these parcels next."""
    session.execute(
        update(Track).where(among(Track.label_id, "ids")).values(due_at=now, ended_at=None),
        {"ids": label_ids},
        execution_options=_PAST_THE_SESSION,
    )


def tracks_of(session: Session, label_ids: Collection[int]) -> dict[int, Track]:
    """Where these labels' parcels are, by label; those that nobody reported on are left out."""
    found = session.scalars(select(Track).where(among(Track.label_id, "ids")), {"ids": label_ids})
    return {track.label_id: track for track in found}


_FOLLOWED = (
    select(
        Label.id.label("label_id"),
        Label.carrier,
        Label.number,
        Label.state,
        Label.unit_id,
        Rma.order_id,
        Label.rma_id,
        Rma.number.label("rma"),
    )
    .join(Rma, Rma.id == Label.rma_id)
    .order_by(Label.id)
)

_COMPUTED = ("state", "since", "moved_at", "delivered_at", "voided_at", "resting", "news_at", "due_at")
_WRITE = (
    update(TRACK)
    .where(TRACK.c.label_id == bindparam("label"))
    .values({name: bindparam(f"new_{name}", type_=TRACK.c[name].type) for name in _COMPUTED} | {"ended_at": None})
)
_LABEL = cast(Table, Label.__table__)
_MOVE = (
    update(_LABEL)
    .where(_LABEL.c.id == bindparam("label"), _LABEL.c.state == bindparam("was"))
    .values(state=bindparam("becomes"), version=_LABEL.c.version + 1)
)


def _track_row(given: Mapping[str, object]) -> dict[str, object]:
    return {"file_number": "", "to_country": "", "failures": 0, **given}


def insert_into(session: Session, table: Table) -> Any:
    """An INSERT that knows `ON CONFLICT`."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
