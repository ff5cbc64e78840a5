"""The columns of the list of incoming mail, for every file it is written to."""

from typing import Any

from rmatrack.domain.errors import _
from rmatrack.domain.inbound import Closing, InboundState, WhyNot
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[Any], ...] = (
    Column(_("Came in"), lambda row: row.received_at, width=20),
    Column(_("From"), lambda row: row.sender_email, width=36),
    Column(_("Name"), lambda row: row.sender_name, width=26),
    Column(_("Subject"), lambda row: row.subject, width=60),
    Column(_("Orders in it"), lambda row: ", ".join(row.numbers), width=30),
    Column(_("State"), lambda row: InboundState(row.state), width=20),
    Column(_("Why it waits"), lambda row: WhyNot(row.why_not) if row.why_not else None, width=36),
    Column(_("Owner"), lambda row: row.owner, width=26),
    Column(_("Answered"), lambda row: row.answered_to, width=36),
    Column(_("Closed"), lambda row: row.closed_at, width=20),
    Column(_("By"), lambda row: row.closed_by, width=26),
    Column(_("Why is it settled?"), lambda row: Closing(row.closing) if row.closing else None, width=26),
    Column(_("Note"), lambda row: row.note, width=40),
)
