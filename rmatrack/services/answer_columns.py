"""The columns of a list of answers, for every file it is written to."""

from rmatrack.db.answers import AnswerSeen
from rmatrack.domain.answers import AnswerKind, AnswerState
from rmatrack.domain.errors import _
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[AnswerSeen], ...] = (
    Column(_("Answered"), lambda row: row.given_at, width=20),
    Column(_("Answer"), lambda row: AnswerKind(row.kind), width=20),
    Column(_("State"), lambda row: AnswerState(row.state), width=24),
    Column(_("By"), lambda row: row.given_by, width=30),
    Column(_("Customer"), lambda row: row.customer, width=36),
    Column(_("Partner"), lambda row: row.partner, width=26),
    Column(_("Demo order"), lambda row: row.order),
    Column(_("Serial number"), lambda row: row.serial),
    Column(_("Model"), lambda row: row.model, width=18),
    Column(_("Sent on"), lambda row: row.sent_on),
    Column(_("Tracking number"), lambda row: row.tracking, width=22),
    Column(_("Note"), lambda row: row.note, width=40),
)
