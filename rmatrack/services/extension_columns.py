"""The columns of the list of extension requests, for every file it is written to."""

from rmatrack.domain.errors import _
from rmatrack.services.extensions import ExtensionRow
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[ExtensionRow], ...] = (
    Column(_("Asked"), lambda row: row.request.requested_at, width=20),
    Column(_("Demo order"), lambda row: row.order.number),
    Column(_("Customer"), lambda row: row.customer.name, width=36),
    Column(_("Partner"), lambda row: row.partner.name, width=26),
    Column(_("Devices"), lambda row: len(row.units)),
    Column(_("Asked through"), lambda row: row.request.to_on),
    Column(_("Reason"), lambda row: row.request.reason, width=40),
    Column(_("State"), lambda row: row.state, width=20),
    Column(_("Decided"), lambda row: row.request.decided_at, width=20),
    Column(_("By"), lambda row: row.request.decided_by, width=26),
    Column(_("Why not"), lambda row: row.request.refused_because, width=40),
)
