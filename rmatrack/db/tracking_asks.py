"""Which parcels a carrier is asked about next, and who asks: no two workers about one parcel at a time (SPEC C-11)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.base import Moment
from rmatrack.db.labels import Label
from rmatrack.db.orders import Unit
from rmatrack.db.returns import Rma
from rmatrack.db.tracking import TRACK, Track, insert_into
from rmatrack.domain.labels import NumberSource
from rmatrack.domain.tracking import Whereabouts

_PAST_THE_SESSION = {"synchronize_session": False}


class Claimed(NamedTuple):
    """A parcel that this worker alone asks about until its lease is over."""

    label_id: int
    number: str
    piece: str
    rma: str
    file_number: str
    asked_at: datetime | None
    failures: int


_SETTLED = ("due_at", "asked_at", "failures", "problem", "file_number")
_SETTLE = (
    update(TRACK)
    .where(TRACK.c.label_id == bindparam("label"), TRACK.c.lease_until == bindparam("lease", type_=Moment()))
    .values({name: bindparam(f"new_{name}", type_=TRACK.c[name].type) for name in _SETTLED} | {"lease_until": None})
)


def follow_released(session: Session, carrier: str, *, now: datetime, limit: int) -> int:
    """Begin to follow a carrier's labels that left the system; specimens are nobody's to carry."""
    known = exists().where(Track.label_id == Label.id)
    to_country = Label.content["shipment"]["ship_to"]["country"].as_string()
    new = (
        select(
            Label.id,
            Label.carrier,
            literal(""),
            func.coalesce(to_country, ""),
            literal(now, Moment()),
            literal(now, Moment()),
            literal(0),
        )
        .where(
            Label.carrier == carrier,
            Label.released_at.is_not(None),
            Label.source != NumberSource.SPECIMEN,
            ~known,
        )
        .order_by(Label.id)
        .limit(limit)
    )
    columns = ["label_id", "carrier", "file_number", "to_country", "news_at", "due_at", "failures"]
    statement = insert_into(session, TRACK).from_select(columns, new).on_conflict_do_nothing()
    return cast(Any, session.connection().execute(statement)).rowcount or 0


def claim_due(session: Session, carrier: str, *, now: datetime, lease_until: datetime, limit: int) -> list[Claimed]:
    """Take the parcels that are due longest and that nobody is asking about; no other worker gets them meanwhile."""
    due = (
        select(Track.label_id)
        .where(
            Track.carrier == carrier,
            Track.due_at <= now,
            or_(Track.lease_until.is_(None), Track.lease_until <= now),
        )
        .order_by(Track.due_at, Track.label_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(due))
    if not ids:
        return []
    session.execute(
        update(Track).where(among(Track.label_id, "ids")).values(lease_until=lease_until),
        {"ids": ids},
        execution_options=_PAST_THE_SESSION,
    )
    rows = session.execute(
        select(Label.id, Label.number, Label.piece, Rma.number, Track.file_number, Track.asked_at, Track.failures)
        .join(Track, Track.label_id == Label.id)
        .join(Rma, Rma.id == Label.rma_id)
        .where(among(Label.id, "ids"))
        .order_by(Track.due_at, Label.id),
        {"ids": ids},
    )
    return [Claimed(*row) for row in rows]


def settle_asked(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Write down when parcels are asked about again, and let go of them, if they are still held under this `lease`."""
    if rows:
        session.connection().execute(_SETTLE, list(rows))


def end_tracks(session: Session, *, now: datetime, quiet_since: datetime) -> int:
    """End what nothing more can come of: settled devices whose parcel has arrived, or has been quiet for long."""
    settled = exists().where(Label.id == Track.label_id, Unit.id == Label.unit_id, Unit.settled_at.is_not(None))
    arrived = Track.state.in_([Whereabouts.DELIVERED, Whereabouts.RETURNED, Whereabouts.LOST])
    ended = session.execute(
        update(Track)
        .where(Track.ended_at.is_(None), settled, or_(arrived, Track.news_at < quiet_since))
        .values(ended_at=now, due_at=None, lease_until=None),
        execution_options=_PAST_THE_SESSION,
    )
    return cast(Any, ended).rowcount or 0
