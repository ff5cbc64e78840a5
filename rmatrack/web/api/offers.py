"""What is on offer before a trial is started: terms, regions, ship-to countries, and whose organisation it is."""

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from rmatrack.domain.people import Permission
from rmatrack.domain.policy import zone_for
from rmatrack.domain.policy_gaps import UnknownModelError
from rmatrack.domain.starting import CountryError, NoRegionError, NotSalesAdministratorError, region_of
from rmatrack.services import organisations, parcels
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses
from rmatrack.web.api.shapes import Filled, Found, Shape, Text
from rmatrack.web.api.starting import ORGANISATION_REFUSALS
from rmatrack.web.given import given
from rmatrack.web.languages import language
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-offers", __name__, url_prefix="/api/v1", tag="Starting a trial")


class Vertical(Found):
    """A line of business."""

    code: str = Field(examples=["education"])
    name: str = Field(examples=["Education"])


class TrialTerms(Found):
    """The numbers of the programme; days are calendar days."""

    trial_durations_days: list[int] = Field(examples=[[30, 60, 90]])
    licences_least: int = Field(examples=[1])
    licences_most: int = Field(examples=[1000])
    licences_proposed: int = Field(examples=[100])
    registrations_least: int = Field(examples=[1])
    registrations_most: int = Field(examples=[20])
    registrations_proposed: int = Field(examples=[5])
    consent_window_days: int = Field(examples=[30])
    extension_days: int = Field(description="An extension sets the expiry so far from today.", examples=[30])
    grace_days: int = Field(examples=[30])
    device_trial_most_days: int = Field(description="How long a device may stay, from its shipment.", examples=[120])
    units_per_order: int = Field(examples=[5])
    device_trials_per_partner: int = Field(examples=[20])
    verticals: list[Vertical]


class StateQuery(Shape):
    """A state of the country, where it has several time zones."""

    state: Text = Field(default="", max_length=50, examples=["TX"])


class Region(Found):
    """Where data of customers in a country is kept, and the time zone that is proposed for it."""

    country: str = Field(examples=["NL"])
    code: str = Field(examples=["EU"])
    name: str = Field(examples=["European Union"])
    zone: str | None = Field(examples=["Europe/Amsterdam"])


class ModelsQuery(Shape):
    """Models that are to be shipped together."""

    models: Filled = Field(
        max_length=500, description="Their codes, with commas between them.", examples=["CP-8845-K9,CS-KIT-K9"]
    )


class ShipsTo(Found):
    """The countries to which all of them ship."""

    countries: list[str] = Field(examples=[["BE", "NL"]])


class OrganisationQuery(Shape):
    """An administrator's address, and the organisation id where it is known."""

    email: Filled = Field(max_length=254, examples=["admin@utwente.example"])
    org_id: Text = Field(default="", max_length=200, description="A UUID, or its base64 form.")


class Organisation(Found):
    """What there is to confirm that it is the right one."""

    name: str = Field(examples=["Universiteit Twente"])
    country: str = Field(examples=["NL"])
    customer_id: int | None = Field(description="Where you have this customer already.", examples=[None])


@bp.get("/trial-terms")
@bp.output(TrialTerms)
@allowed(Permission.SEE_ORDERS)
def terms() -> TrialTerms:
    """Say how long trials last, what may be chosen, and from which lists."""
    policy = given().policy
    verticals = [Vertical(code=one.code, name=one.names[language()]) for one in policy.verticals]
    numbers = {name: getattr(policy.terms, name) for name in TrialTerms.model_fields if name != "verticals"}
    return TrialTerms(**numbers, verticals=verticals)


@bp.get("/regions/<country>")
@bp.input(StateQuery, location="query")
@bp.output(Region)
@refuses(CountryError, NoRegionError)
@allowed(Permission.SEE_ORDERS)
def region(country: str, query_data: StateQuery) -> Region:
    """Say where data of customers in a country (ISO 3166 code) is kept."""
    policy, code = given().policy, country.upper()
    found = region_of(code, policy, g.now.date())
    zone = zone_for(policy, code, query_data.state)
    return Region(country=code, code=found.code, name=found.names[language()], zone=zone)


@bp.get("/ship-to-countries")
@bp.input(ModelsQuery, location="query")
@bp.output(ShipsTo)
@refuses(UnknownModelError)
@allowed(Permission.SEE_ORDERS)
def ships_to(query_data: ModelsQuery) -> ShipsTo:
    """Say where models ship together."""
    found = parcels.ships_to(given().policy, query_data.models.split(","), now=g.now)
    return ShipsTo(countries=sorted(found))


@bp.get("/organisations")
@bp.input(OrganisationQuery, location="query")
@bp.output(Organisation)
@refuses(NotSalesAdministratorError, *ORGANISATION_REFUSALS)
@allowed(Permission.MANAGE_TRIALS)
def organisation(query_data: OrganisationQuery) -> Organisation:
    """Find the organisation of an administrator, to be confirmed before its consent is asked."""
    return Organisation.model_validate(
        organisations.find_organisation(read_session(), query_data.email, query_data.org_id, by=g.actor)
    )
