"""The columns of the list of mails, for every file it is written to."""

from rmatrack.db.mailbox import MailRow
from rmatrack.domain.errors import _
from rmatrack.domain.mails import MailKind
from rmatrack.domain.outbox import BUNDLE, MailState
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[MailRow], ...] = (
    Column(_("To"), lambda row: row.to_email, width=36),
    Column(_("Name"), lambda row: row.to_name, width=26),
    Column(_("Mail"), lambda row: None if row.kind == BUNDLE else MailKind(row.kind), width=30),
    Column(_("Subject"), lambda row: row.subject, width=60),
    Column(_("State"), lambda row: MailState(row.state), width=20),
    Column(_("Attempts"), lambda row: row.attempts),
    Column(_("Queued"), lambda row: row.created_at, width=20),
    Column(_("Sent"), lambda row: row.sent_at, width=20),
)
