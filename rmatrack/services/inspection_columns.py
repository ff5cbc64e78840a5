"""The columns of the lists of inspections, for every file they are written to."""

from typing import Any

from sqlalchemy import Row

from rmatrack.domain.errors import _
from rmatrack.domain.inspection import Condition, Disposition
from rmatrack.services.tables import Column

COLUMNS_WAITING: tuple[Column[Row[Any]], ...] = (
    Column(_("Serial number"), lambda row: row.serial),
    Column(_("Model"), lambda row: row.model, width=18),
    Column(_("Order"), lambda row: row.order),
    Column(_("RMA"), lambda row: row.rma),
    Column(_("Customer"), lambda row: row.customer, width=30),
    Column(_("Received"), lambda row: row.received_at, width=20),
)

COLUMNS_DONE: tuple[Column[Row[Any]], ...] = (
    *COLUMNS_WAITING,
    Column(_("Condition"), lambda row: Condition(row.condition), width=18),
    Column(_("What becomes of it"), lambda row: Disposition(row.disposition), width=20),
    Column(_("Inspected"), lambda row: row.inspected_at, width=20),
    Column(_("By"), lambda row: row.inspected_by, width=26),
)
