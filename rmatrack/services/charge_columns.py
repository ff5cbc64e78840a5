"""The columns of a list of charge proposals, for every file it is written to."""

from rmatrack.db.charge_lists import ChargeSeen
from rmatrack.domain.charges import ChargeCause, ChargeState
from rmatrack.domain.errors import _
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[ChargeSeen], ...] = (
    Column(_("Number"), lambda row: row.charge.id),
    Column(_("State"), lambda row: ChargeState(row.charge.state), width=18),
    Column(_("Why"), lambda row: ChargeCause(row.charge.cause), width=22),
    Column(_("Value"), lambda row: None if row.charge.value is None else f"{row.charge.value:.2f}"),
    Column(_("Currency"), lambda row: row.charge.currency),
    Column(_("Serial number"), lambda row: row.serial),
    Column(_("Model"), lambda row: row.model, width=18),
    Column(_("Demo order"), lambda row: row.order),
    Column(_("Customer"), lambda row: row.customer, width=36),
    Column(_("Partner"), lambda row: row.partner, width=26),
    Column(_("Return due"), lambda row: row.charge.due_on),
    Column(_("Proposed"), lambda row: row.charge.proposed_at, width=20),
    Column(_("Disputed"), lambda row: row.charge.dispute, width=40),
    Column(_("Decided by"), lambda row: row.charge.decided_by, width=24),
    Column(_("Reason"), lambda row: row.charge.reason, width=40),
)
