"""Scans of serials that belonged to nothing we shipped when they were made (SPEC R-4)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.base import Moment
from rmatrack.db.orders import DemoOrder
from rmatrack.db.receiving import Scan
from rmatrack.db.returns import Rma
from rmatrack.db.scans import DISCREPANCY, SCAN, Box
from rmatrack.domain.discrepancies import ClosingReason

_PARKED: Any = (
    select(Scan.id, Scan.scanned_at, Scan.station, Scan.raw, Scan.serial_key, Scan.expected_rma_id)
    .where(among(Scan.serial_key, "keys"), Scan.unit_id.is_(None), Scan.undone_at.is_(None))
    .order_by(Scan.scanned_at, Scan.id)
)


def parked_scans(session: Session, keys: Collection[str]) -> Sequence[Any]:
    """Scans of the serials *keys* that belong to no unit, the earliest first."""
    rows: Sequence[Any] = session.connection().execute(_PARKED, {"keys": keys}).all()
    return rows


_BOXES = (
    select(Rma.number, Rma.id, Rma.number, DemoOrder.id, DemoOrder.number, DemoOrder.partner_id)
    .join(DemoOrder, DemoOrder.id == Rma.order_id)
    .where(among(Rma.id, "ids"))
)


def boxes_with_ids(session: Session, rma_ids: Collection[int]) -> dict[int, Box]:
    """The boxes of RMAs, by the RMA's id."""
    if not rma_ids:
        return {}
    return {box.rma_id: box for box in map(Box._make, session.connection().execute(_BOXES, {"ids": rma_ids}))}


_BELONGS = update(SCAN).where(SCAN.c.id == bindparam("scan_id")).values(unit_id=bindparam("belongs_to"))


def scans_belong_to(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Say of scans (`scan_id`) which unit they turned out to be of (`belongs_to`)."""
    session.connection().execute(_BELONGS, rows)


_MATCHED = (
    update(DISCREPANCY)
    .where(DISCREPANCY.c.id == bindparam("discrepancy_id"), DISCREPANCY.c.closed_at.is_(None))
    .values(
        unit_id=bindparam("belongs_to"),
        closed_at=bindparam("now", type_=Moment()),
        closing_reason=ClosingReason.MATCHED_LATER.value,
        closed_by=bindparam("by_name"),
        version=DISCREPANCY.c.version + 1,
    )
)


def close_matched(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Close discrepancies that explained themselves: `discrepancy_id`, `belongs_to`, `now`, `by_name`."""
    if rows:
        session.connection().execute(_MATCHED, rows)
