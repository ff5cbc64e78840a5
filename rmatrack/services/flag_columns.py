"""The columns of the list of parcels to look at, as a file."""

from typing import Any

from rmatrack.domain.errors import _
from rmatrack.domain.policy import CARRIER_NAMES, Carrier
from rmatrack.domain.tracking import FlagKind, Whereabouts
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[Any], ...] = (
    Column(_("Label"), lambda row: row.number, 20),
    Column(_("Carrier"), lambda row: CARRIER_NAMES[Carrier(row.carrier)], 12),
    Column(_("Why"), lambda row: FlagKind(row.kind), 28),
    Column(_("Since (UTC)"), lambda row: row.flag_since, 18),
    Column(_("Where it is"), lambda row: Whereabouts(row.state) if row.state else None, 22),
    Column(_("Serial number"), lambda row: row.serial, 16),
    Column(_("Model"), lambda row: row.model, 16),
    Column(_("Order"), lambda row: row.order_number, 12),
    Column(_("RMA"), lambda row: row.rma, 12),
    Column(_("Customer"), lambda row: row.customer, 28),
    Column(_("Country"), lambda row: row.country, 8),
    Column(_("Replaced by"), lambda row: row.newer, 20),
)
