"""Partner organisations: adding and finding them."""

from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.people import Partner, partners_by_key
from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.history import record


class PartnerExistsError(RuleBrokenError):
    """Two partners cannot share a name."""

    code = "partner-exists"
    message = _("There is a partner called %(name)s already.")

    def __init__(self, name: str) -> None:
        super().__init__(field="name", name=name)


class UnknownPartnerError(BadInputError):
    """No partner has that name."""

    code = "unknown-partner"
    message = _("There is no partner called %(name)s. Add it first, or check the spelling.")

    def __init__(self, name: str) -> None:
        super().__init__(field="partner", name=name)


def add_partner(
    session: Session, name: str, *, certified: bool = False, tier: int = 2, by: Actor, now: datetime
) -> Partner:
    """Add a partner organisation of *tier* 1 (buys from the vendor) or 2 (buys from a distributor)."""
    by.must(Permission.CERTIFY_PARTNERS)
    key = name_key(name)
    if partners_by_key(session, [key]):
        raise PartnerExistsError(name)
    partner = Partner(name=" ".join(name.split()), name_key=key, certified=certified, tier=tier, created_at=now)
    session.add(partner)
    session.flush()
    record(session, [Change("partner", str(partner.id), "added", field="name", new=partner.name)], by=by, now=now)
    return partner


def partner_named(session: Session, name: str) -> Partner:
    """Return the partner called *name*, however it is written; raises `UnknownPartnerError`."""
    partner = partners_by_key(session, [name_key(name)]).get(name_key(name))
    if partner is None:
        raise UnknownPartnerError(name)
    return partner
