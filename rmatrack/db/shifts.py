"""How far a return and a station's shift have come, and what the station scanned last."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.orm import Session

from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.receiving import Discrepancy, Scan
from rmatrack.db.returns import Rma
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.receiving import Outcome


class ReturnCounts(NamedTuple):
    """A return in figures: its units, how many came back, how many are out, and what did not match."""

    rma: str
    order: str
    units: int
    received: int
    out: int
    discrepancies: int


def return_counts(session: Session, rma: str) -> ReturnCounts | None:
    """The figures of the return *rma*."""
    of_order = Unit.order_id == Rma.order_id

    def count(*where: Any) -> Any:
        return select(func.count()).select_from(Unit).where(of_order, *where).scalar_subquery()

    open_ones = select(func.count()).where(Discrepancy.rma_id == Rma.id, Discrepancy.closed_at.is_(None))
    question = (
        select(
            Rma.number,
            DemoOrder.number,
            count(),
            count(Unit.status == UnitStatus.RECEIVED.value),
            count(Unit.settled_at.is_(None)),
            open_ones.scalar_subquery(),
        )
        .join(DemoOrder, DemoOrder.id == Rma.order_id)
        .where(Rma.number == rma)
    )
    row = session.execute(question).one_or_none()
    return ReturnCounts._make(row) if row else None


def shift_counts(session: Session, station: str, since: datetime) -> Mapping[Outcome, int]:
    """How many scans *station* made since then, by outcome; what was undone does not count."""
    counted = (
        select(Scan.outcome, func.count())
        .where(Scan.station == station, Scan.scanned_at >= since, Scan.undone_at.is_(None))
        .group_by(Scan.outcome)
    )
    return {Outcome(row[0]): row[1] for row in session.execute(counted)}


def latest_scans(
    session: Session, station: str, since: datetime, *, after: str | None = None, limit: int
) -> Sequence[Row[Any]]:
    """The scans that *station* made since then, the newest first, with the open discrepancy each found.

    *after* is the id of the last scan before them.
    """
    found = (
        select(func.min(Discrepancy.id))
        .where(Discrepancy.scan_id == Scan.id, Discrepancy.closed_at.is_(None))
        .scalar_subquery()
    )
    columns = (Scan.id, Scan.scanned_at, Scan.raw, Scan.outcome, Scan.answer, Scan.undone_at, found.label("found"))
    question = (
        select(*columns)
        .where(Scan.station == station, Scan.scanned_at >= since)
        .order_by(Scan.scanned_at.desc(), Scan.id.desc())
        .limit(limit)
    )
    if after is not None and (last := session.get(Scan, after)):
        question = question.where(tuple_(Scan.scanned_at, Scan.id) < (last.scanned_at, last.id))
    return session.execute(question).all()
