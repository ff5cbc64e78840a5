"""Who may start a trial, for whom, and what is refused with what to do instead (SPEC T-1 – T-6, T-12, T-15)."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from rmatrack.domain.countries import COUNTRIES
from rmatrack.domain.errors import BadInputError, NotAllowedError, RuleBrokenError, _
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy, Region, region_for

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_LONGEST_EMAIL = 254
_LONGEST_NAME = 200


class NotSalesAdministratorError(NotAllowedError):
    """Trials are started by sales administrators (SPEC T-2)."""

    code = "not-sales-administrator"
    message = _("Only a sales administrator of a partner can start and manage trials. Ask yours to do it.")


class NotCertifiedError(RuleBrokenError):
    """Trials are started by certified partners (SPEC T-1)."""

    code = "partner-not-certified"
    message = _("%(partner)s is not a certified partner, so it cannot start trials. Ask the trials team to certify it.")

    def __init__(self, partner: str) -> None:
        super().__init__(partner=partner)


class OwnOrganisationError(RuleBrokenError):
    """A partner tries the services itself in another way (SPEC T-3)."""

    code = "own-organisation"
    message = _(
        "This is your own organisation, and a trial is for customers. Place a CUWP order in Cisco Commerce Workspace "
        "instead."
    )

    def __init__(self) -> None:
        super().__init__(field="company")


class CompanyNameError(BadInputError):
    """A customer has a name."""

    code = "company-name"
    message = _("Give the company's name, in at most 200 characters.")

    def __init__(self) -> None:
        super().__init__(field="company")


class EmailShapeError(BadInputError):
    """No e-mail address."""

    code = "bad-email"
    message = _("%(email)s is not an e-mail address. Write it as name@company.example.")

    def __init__(self, email: str) -> None:
        super().__init__(field="email", email=email)


class EmailTakenError(RuleBrokenError):
    """An administrator's address belongs to one organisation only (SPEC T-4)."""

    code = "administrator-email-taken"
    message = _(
        "%(email)s administers an organisation already. Start the trial as one for an existing customer, or use "
        "another address."
    )

    def __init__(self, email: str) -> None:
        super().__init__(field="email", email=email)


class VerticalError(BadInputError):
    """A line of business that is not on the list."""

    code = "unknown-vertical"
    message = _("Choose the customer's line of business from the list; the next best is fine.")

    def __init__(self) -> None:
        super().__init__(field="vertical")


class CountryError(BadInputError):
    """No country."""

    code = "unknown-country"
    message = _("Choose the customer's country: that of the site with most users.")

    def __init__(self) -> None:
        super().__init__(field="country")


class NoRegionError(RuleBrokenError):
    """The policy does not say where data from there is kept (SPEC T-5)."""

    code = "no-region"
    message = _("It is not decided where data of customers in %(country)s is kept. Ask the trials team first.")

    def __init__(self, country: str) -> None:
        super().__init__(field="country", country=country)


class LocationNotConfirmedError(RuleBrokenError):
    """The partner answers for the customer's location (SPEC T-6)."""

    code = "location-not-confirmed"
    message = _("Confirm that the customer is in a supported location. Otherwise no trial can be started.")

    def __init__(self) -> None:
        super().__init__(field="location_confirmed")


class OrganisationNotConfirmedError(RuleBrokenError):
    """The partner says that it is the right organisation (SPEC T-12)."""

    code = "organisation-not-confirmed"
    message = _("Confirm that %(customer)s is the right organisation before its consent is asked.")

    def __init__(self, customer: str) -> None:
        super().__init__(field="organisation_confirmed", customer=customer)


class UnknownOrganisationError(BadInputError):
    """Nobody is known by that address or id."""

    code = "unknown-organisation"
    message = _(
        "No organisation is known by that e-mail address or organisation id. Check it, or start the trial as one for a "
        "new customer."
    )

    def __init__(self) -> None:
        super().__init__(field="email")


class RelationshipExistsError(RuleBrokenError):
    """No consent is needed where the partner has the customer."""

    code = "relationship-exists"
    message = _("You have this customer already, so no consent is needed. Add the trial on the customer's page.")


class NoRelationshipError(RuleBrokenError):
    """Without a relationship the customer is asked first (SPEC T-15)."""

    code = "no-relationship"
    message = _("You do not have this customer. Ask for its consent first, as for an existing customer.")


class NobodyCanConsentError(RuleBrokenError):
    """Consent is a full administrator's to give (SPEC T-13)."""

    code = "nobody-can-consent"
    message = _("No full administrator of this organisation is known, so nobody can accept. Ask the trials team.")


class RequestPendingError(RuleBrokenError):
    """One request of a partner to an organisation at a time."""

    code = "request-pending"
    message = _("You have asked this organisation for its consent already. Send that mail again, or cancel it first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A new customer, as the partner describes it; `country` is that of the site with most users.

    Without a `zone`, the one that the policy proposes for the place counts.
    """

    name: str
    email: str
    administrator: str = ""
    vertical: str
    country: str
    state: str = ""
    zone: str = ""
    language: str | None = None
    location_confirmed: bool = False


def must_be_sales_administrator(actor: Actor) -> int:
    """Return the id of the partner for whom *actor* starts and manages trials; raises where that is nobody."""
    if actor.partner_id is None or not actor.may(Permission.MANAGE_TRIALS):
        raise NotSalesAdministratorError
    return actor.partner_id


def must_be_certified(*, certified: bool, partner: str) -> None:
    """Raise `NotCertifiedError` unless *certified*."""
    if not certified:
        raise NotCertifiedError(partner)


def must_not_be_own(company: str, email: str, *, partner: str, emails: Collection[str]) -> None:
    """Raise `OwnOrganisationError` where a company has the partner's name, or one of its people administers it."""
    if name_key(company) == name_key(partner) or email in emails:
        raise OwnOrganisationError


def email_from(text: str) -> str:
    """Return an e-mail address in lower case; raises `EmailShapeError`."""
    email = text.strip().lower()
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise EmailShapeError(text.strip())
    return email


def checked(company: Company, policy: Policy, on: date) -> tuple[Company, Region]:
    """Return *company* as it is kept and where its data will be; raises what is wrong with it, in the form's order."""
    name = " ".join(company.name.split())
    if not name_key(name) or len(name) > _LONGEST_NAME:
        raise CompanyNameError
    email = email_from(company.email)
    if company.vertical not in {vertical.code for vertical in policy.verticals}:
        raise VerticalError
    region = region_of(company.country, policy, on)
    if not company.location_confirmed:
        raise LocationNotConfirmedError
    return replace(company, name=name, email=email, administrator=" ".join(company.administrator.split())), region


def region_of(country: str, policy: Policy, on: date) -> Region:
    """Return where data of customers in a country is kept, to be shown while it is chosen (SPEC T-5)."""
    if country not in COUNTRIES:
        raise CountryError
    region = region_for(policy, country, on)
    if region is None:
        raise NoRegionError(country)
    return region
