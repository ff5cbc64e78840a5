"""The columns of a list of units, for every file it is written to."""

from rmatrack.domain.errors import _
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.services.due_rows import DueRow
from rmatrack.services.tables import Column


def _carrier(row: DueRow) -> str | None:
    return CARRIER_NAMES[row.carrier] if row.carrier else None


COLUMNS: tuple[Column[DueRow], ...] = (
    Column(_("Demo order"), lambda row: row.order),
    Column(_("RMA"), lambda row: row.rma),
    Column(_("Serial number"), lambda row: row.serial),
    Column(_("Model"), lambda row: row.model, width=18),
    Column(_("Customer"), lambda row: row.customer, width=36),
    Column(_("Partner"), lambda row: row.partner, width=26),
    Column(_("Country"), lambda row: row.country),
    Column(_("Carrier"), _carrier),
    Column(_("Ship date"), lambda row: row.shipped_on),
    Column(_("EULA expires"), lambda row: row.eula_expires_on),
    Column(_("Trial expires"), lambda row: row.trial_expires_on),
    Column(_("Return due"), lambda row: row.due_on),
    Column(_("Days left"), lambda row: row.days_left),
    Column(_("Last pickup day"), lambda row: row.pickup_on or row.due_on),
    Column(_("State"), lambda row: row.state or row.status),
    Column(_("Received"), lambda row: row.received_at, width=20),
    Column(_("Why"), lambda row: row.reason.sentence, width=60),
)
