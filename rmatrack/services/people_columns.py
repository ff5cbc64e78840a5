"""The columns of the list of people, for every file it is written to."""

from rmatrack.db.people import Person
from rmatrack.domain.errors import _
from rmatrack.domain.people import Role
from rmatrack.domain.sentences import Sentence
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[Person], ...] = (
    Column(_("Name"), lambda row: row.name, width=30),
    Column(_("E-mail"), lambda row: row.email, width=36),
    Column(_("Role"), lambda row: Role(row.role), width=24),
    Column(_("Partner"), lambda row: row.partner.name if row.partner else None, width=30),
    Column(_("Account"), lambda row: Sentence(_("open") if row.active else _("closed")), width=12),
)
