"""The columns of the list of partners, for every file it is written to."""

from rmatrack.db.people import Partner
from rmatrack.domain.errors import _
from rmatrack.domain.sentences import Sentence
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[Partner], ...] = (
    Column(_("Partner"), lambda row: row.name, width=36),
    Column(_("Certified"), lambda row: Sentence(_("certified") if row.certified else _("not certified")), width=16),
    Column(_("Tier"), lambda row: row.tier),
)
