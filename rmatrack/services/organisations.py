"""Finding the organisation that a partner means, before anything is started for it (SPEC T-11, T-12, X-1)."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.organisations import customer_administered_by, customer_with_org_id, relationship_of
from rmatrack.domain.errors import RuleBrokenError, _
from rmatrack.domain.orgids import org_id_from
from rmatrack.domain.people import Actor
from rmatrack.domain.starting import UnknownOrganisationError, email_from, must_be_sales_administrator


class OtherOrganisationError(RuleBrokenError):
    """Address and id do not belong together."""

    code = "email-of-another-organisation"
    message = _("That e-mail address administers another organisation than the one with this id. Check both.")

    def __init__(self) -> None:
        super().__init__(field="email")


@dataclass(frozen=True, slots=True)
class Organisation:
    """What a partner is shown to confirm that it is the right one; `customer_id` where it has the customer already."""

    name: str
    country: str
    customer_id: int | None


def find_organisation(session: Session, email: str, org_id: str = "", *, by: Actor) -> Organisation:
    """Return the organisation that *email* administers, or that has *org_id*; raises `UnknownOrganisationError`."""
    partner_id = must_be_sales_administrator(by)
    customer = organisation_to_ask(session, email_from(email), org_id)
    has_it = relationship_of(session, partner_id, customer.id) is not None
    return Organisation(customer.name, customer.country, customer.id if has_it else None)


def organisation_to_ask(session: Session, email: str, org_id: str) -> Customer:
    """Return the organisation that is meant; raises where nobody is known, or the two do not belong together."""
    administered = customer_administered_by(session, email)
    named = customer_with_org_id(session, org_id_from(org_id)) if org_id.strip() else None
    if org_id.strip() and named is None:
        raise UnknownOrganisationError
    if administered and named and administered.id != named.id:
        raise OtherOrganisationError
    customer = named or administered
    if customer is None:
        raise UnknownOrganisationError
    return customer
