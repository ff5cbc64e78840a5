"""The columns of a list of requests for new labels, for every file it is written to."""

from rmatrack.db.label_requests import RequestSeen
from rmatrack.domain.errors import _
from rmatrack.domain.intents import IntentState
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.labels import LabelState
from rmatrack.services.tables import Column


def _state(row: RequestSeen) -> LabelState | IntentState | None:
    """Return where the label stands; where there is none yet, how far buying it is."""
    if row.state:
        return LabelState(row.state)
    return IntentState(row.waits) if row.waits else None


COLUMNS: tuple[Column[RequestSeen], ...] = (
    Column(_("Asked"), lambda row: row.asked_at, width=20),
    Column(_("Why"), lambda row: Trouble(row.reason), width=30),
    Column(_("By"), lambda row: row.by_name, width=26),
    Column(_("Partner"), lambda row: row.partner, width=26),
    Column(_("Customer"), lambda row: row.customer, width=36),
    Column(_("Country"), lambda row: row.country),
    Column(_("Demo order"), lambda row: row.order_number),
    Column(_("Serial number"), lambda row: row.serial),
    Column(_("Model"), lambda row: row.model, width=18),
    Column(_("New number"), lambda row: row.number, width=22),
    Column(_("State"), _state),
    Column(_("Replaced"), lambda row: row.old_number, width=22),
)
