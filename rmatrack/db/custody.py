"""What a chain of custody is made of: the whole log of units with its seals, their scans, and small photos."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.blobs import Blob
from rmatrack.db.history import Event, Seal
from rmatrack.db.inspections import UnitPhoto
from rmatrack.db.receiving import Scan


class Sealed(NamedTuple):
    """An entry of the log, and its place in the chain, if it has one yet."""

    event: Event
    position: int | None
    digest: str | None


def log_of_unit(session: Session, unit_id: int, order_id: int) -> list[Sealed]:
    """Every entry about a unit, and about its order as a whole, the earliest first."""
    about_order = and_(Event.order_id == order_id, Event.unit_id.is_(None))
    return _log(session, or_(Event.unit_id == unit_id, about_order))


def log_of_order(session: Session, order_id: int) -> list[Sealed]:
    """Every entry about an order and all that left under it, the earliest first."""
    return _log(session, Event.order_id == order_id)


def scans_of(session: Session, unit_ids: Collection[int]) -> Sequence[Scan]:
    """Every scan of units, undone ones included, the earliest first."""
    question = select(Scan).where(among(Scan.unit_id, "ids")).order_by(Scan.scanned_at, Scan.id)
    return session.scalars(question, {"ids": unit_ids}).all()


def small_photos(session: Session, unit_ids: Collection[int]) -> dict[str, Any]:
    """The photos of units with the bytes of their small form (`content`), by the digest of the large one."""
    question = (
        select(UnitPhoto.digest, UnitPhoto.width, UnitPhoto.height, Blob.content)
        .join(Blob, Blob.digest == UnitPhoto.small_digest)
        .where(among(UnitPhoto.unit_id, "ids"))
    )
    return {row.digest: row for row in session.execute(question, {"ids": unit_ids})}


def _log(session: Session, about: ColumnElement[bool]) -> list[Sealed]:
    question = select(Event, Seal.position, Seal.digest).outerjoin(Seal, Seal.event_id == Event.id).where(about)
    return [Sealed._make(row) for row in session.execute(question.order_by(Event.id))]
