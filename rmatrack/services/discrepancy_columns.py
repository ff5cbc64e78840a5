"""The columns of a list of discrepancies, for every file it is written to."""

from typing import Any

from sqlalchemy import Row

from rmatrack.domain.discrepancies import ClosingReason, DiscrepancyType
from rmatrack.domain.errors import _
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[Row[Any]], ...] = (
    Column(_("Scanned"), lambda row: row.serial),
    Column(_("What is wrong"), lambda row: DiscrepancyType(row.type), width=30),
    Column(_("Order"), lambda row: row.unit_order or row.rma_order),
    Column(_("RMA"), lambda row: row.rma),
    Column(_("Model"), lambda row: row.model, width=18),
    Column(_("Station"), lambda row: row.station),
    Column(_("Since"), lambda row: row.opened_at, width=20),
    Column(_("Owner"), lambda row: row.owner, width=26),
    Column(_("Closed"), lambda row: row.closed_at, width=20),
    Column(_("By"), lambda row: row.closed_by, width=26),
    Column(_("Reason"), lambda row: ClosingReason(row.closing_reason) if row.closing_reason else None, width=30),
)
