"""The columns of a list of trials, for every file it is written to."""

from rmatrack.domain.errors import _
from rmatrack.domain.mails import Recipient
from rmatrack.domain.sentences import Sentence, Several
from rmatrack.services.tables import Column
from rmatrack.services.trials import TrialRow


def _services(row: TrialRow) -> Sentence | None:
    return Sentence("%(services)s", {"services": Several(row.services)}) if row.services else None


def _first(row: TrialRow) -> Recipient | None:
    return row.contacts[0] if row.contacts else None


COLUMNS: tuple[Column[TrialRow], ...] = (
    Column(_("Customer"), lambda row: row.standing.customer.name, width=36),
    Column(_("Partner"), lambda row: row.standing.partner.name, width=26),
    Column(_("Country"), lambda row: row.standing.customer.country),
    Column(_("Services"), _services, width=36),
    Column(_("Status"), lambda row: row.standing.phase, width=26),
    Column(_("Started"), lambda row: row.standing.trial.starts_on),
    Column(_("Trial expires"), lambda row: row.standing.trial.expires_on),
    Column(_("Days left"), lambda row: row.standing.days_left),
    Column(_("Grace through"), lambda row: row.standing.calendar.grace_ends_on if row.standing.calendar else None),
    Column(_("Devices out"), lambda row: row.units_out),
    Column(_("Whom to call"), lambda row: first.name if (first := _first(row)) else None, width=26),
    Column(_("E-mail"), lambda row: first.email if (first := _first(row)) else None, width=30),
    Column(_("Interested since"), lambda row: row.standing.trial.interest_at, width=20),
)
