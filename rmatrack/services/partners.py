"""Partner organisations: adding and finding them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.people import Partner, partners_by_key, partners_page
from rmatrack.domain.errors import BadInputError, ConflictError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.history import record

TIERS = (1, 2)
PAGE = 50


class PartnerExistsError(RuleBrokenError):
    """Two partners cannot share a name."""

    code = "partner-exists"
    message = _("There is a partner called %(name)s already.")

    def __init__(self, name: str) -> None:
        super().__init__(field="name", name=name)


class NoSuchTierError(BadInputError):
    """A partner buys from the vendor, or from a distributor."""

    code = "no-such-tier"
    message = _("The tier is 1 (buys from the vendor) or 2 (buys from a distributor).")

    def __init__(self) -> None:
        super().__init__(field="tier")


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
    _must_be_a_tier(tier)
    key = name_key(name)
    if partners_by_key(session, [key]):
        raise PartnerExistsError(name)
    partner = Partner(name=" ".join(name.split()), name_key=key, certified=certified, tier=tier, created_at=now)
    session.add(partner)
    session.flush()
    record(session, [Change("partner", str(partner.id), "added", field="name", new=partner.name)], by=by, now=now)
    return partner


def change_partner(
    session: Session,
    partner_id: int,
    *,
    certified: bool,
    tier: int,
    version: int | None,
    by: Actor,
    now: datetime,
) -> Partner:
    """Certify a partner or no longer (SPEC T-1), and say which tier it is (SPEC T-18).

    It was at *version* when it was shown (None: whatever it is now). Raises `NotFoundError`, `NoSuchTierError`, and
    `ConflictError` where somebody was quicker.
    """
    by.must(Permission.CERTIFY_PARTNERS)
    partner = session.get(Partner, partner_id)
    if partner is None:
        raise NotFoundError
    if version is not None and partner.version != version:
        raise ConflictError
    _must_be_a_tier(tier)
    before = {"certified": partner.certified, "tier": partner.tier}
    partner.certified, partner.tier = certified, tier
    after = {"certified": certified, "tier": tier}
    session.flush()
    record(
        session,
        [
            Change("partner", str(partner.id), "changed", field=field, old=_said(old), new=_said(after[field]))
            for field, old in before.items()
            if old != after[field]
        ],
        by=by,
        now=now,
    )
    return partner


def all_partners(session: Session, *, by: Actor) -> Sequence[Partner]:
    """All partners, in the order of their names."""
    by.must(Permission.SEE_EVERYTHING)
    return partners_page(session)


def partners_by_name(
    session: Session, text: str = "", *, after: int | None = None, limit: int | None = PAGE, by: Actor
) -> Sequence[Partner]:
    """Return a part of the list by name, of those whose name contains *text*; *after* is the id of the last before."""
    by.must(Permission.SEE_EVERYTHING)
    last = session.get(Partner, after) if after is not None else None
    return partners_page(session, part=name_key(text), after=(last.name_key, last.id) if last else None, limit=limit)


def _must_be_a_tier(tier: int) -> None:
    if tier not in TIERS:
        raise NoSuchTierError


def _said(value: bool | int) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def partner_named(session: Session, name: str) -> Partner:
    """Return the partner called *name*, however it is written; raises `UnknownPartnerError`."""
    partner = partners_by_key(session, [name_key(name)]).get(name_key(name))
    if partner is None:
        raise UnknownPartnerError(name)
    return partner
