"""The columns of the list of devices to be shipped, for every file it is written to."""

from rmatrack.domain.errors import _
from rmatrack.services.parcels import Waiting
from rmatrack.services.tables import Column


def _devices(row: Waiting) -> str:
    return ", ".join(f"{count} × {model}" for model, count in row.ship_to.models.items())


COLUMNS: tuple[Column[Waiting], ...] = (
    Column(_("Asked"), lambda row: row.parcel.requested_at, width=20),
    Column(_("Customer"), lambda row: row.standing.customer.name, width=36),
    Column(_("Partner"), lambda row: row.standing.partner.name, width=26),
    Column(_("Devices"), _devices, width=36),
    Column(_("Recipient"), lambda row: row.ship_to.recipient, width=26),
    Column(_("City"), lambda row: row.ship_to.city, width=20),
    Column(_("Country"), lambda row: row.ship_to.country),
    Column(_("Trial"), lambda row: row.standing.phase, width=26),
)
