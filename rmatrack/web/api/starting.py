"""Starting a trial by one of three doors, the second of which first asks the customer's consent."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.domain import starting as rules
from rmatrack.domain.due import UnknownZoneError
from rmatrack.domain.orgids import OrgIdError, OtherThingsIdError
from rmatrack.domain.parcels import Parcel
from rmatrack.domain.people import Permission
from rmatrack.domain.starting import Company
from rmatrack.services import starting
from rmatrack.services.organisations import OtherOrganisationError
from rmatrack.services.trial_standing import Standing
from rmatrack.web.access import allowed
from rmatrack.web.api.field_names import fields_named
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Text
from rmatrack.web.api.trial_choices import (
    DETAIL_REFUSALS,
    DEVICE_REFUSALS,
    SERVICE_REFUSALS,
    DetailsIn,
    DevicesIn,
)
from rmatrack.web.api.trial_shapes import Trial, do

bp = APIBlueprint("api-starting", __name__, url_prefix="/api/v1/trials", tag="Starting a trial")

ORGANISATION_REFUSALS = (
    rules.EmailShapeError,
    rules.UnknownOrganisationError,
    OrgIdError,
    OtherThingsIdError,
    OtherOrganisationError,
)
_EVERY_DOOR = (
    rules.NotSalesAdministratorError,
    rules.NotCertifiedError,
    rules.OwnOrganisationError,
    *DETAIL_REFUSALS,
    *DEVICE_REFUSALS,
)


class StartIn(DetailsIn):
    """A trial to be started."""

    devices: DevicesIn | None = Field(default=None, description="What to ship with it.")

    def parcel(self) -> Parcel | None:
        """Return the devices as the services take them."""
        return self.devices.parcel() if self.devices else None


class NewCustomerIn(StartIn):
    """A customer that is new, and its trial."""

    company: Filled = Field(max_length=200, examples=["Hogeschool Utrecht"])
    email: Filled = Field(max_length=254, description="Of its administrator.", examples=["beheer@hu.example"])
    administrator: Text = Field(default="", max_length=200, description="Its name.", examples=["Bea Heerder"])
    vertical: Filled = Field(max_length=32, description="A code of the offer.", examples=["education"])
    country: Filled = Field(max_length=2, description="ISO 3166: of the site with most users.", examples=["NL"])
    state: Text = Field(default="", max_length=50)
    zone: Text = Field(default="", max_length=64, description="Where empty, the one proposed for the place.")
    language: Literal["en", "nl"] | None = Field(default=None, description="In which it is written to.")
    location_confirmed: bool = Field(
        default=False, description="That the customer is in a supported location.", examples=[True]
    )

    def customer(self) -> Company:
        """Return the customer as the services take it."""
        return Company(
            name=self.company,
            email=self.email,
            administrator=self.administrator,
            vertical=self.vertical,
            country=self.country.upper(),
            state=self.state.upper(),
            zone=self.zone,
            language=self.language,
            location_confirmed=self.location_confirmed,
        )


class ExistingCustomerIn(StartIn):
    """An organisation that is asked for its consent to a trial: the one that the address administers, or the id's."""

    email: Filled = Field(max_length=254, description="To whom the request goes.", examples=["admin@utwente.example"])
    org_id: Text = Field(default="", max_length=200, description="A UUID, or its base64 form.")
    organisation_confirmed: bool = Field(
        default=False, description="That it is the right organisation.", examples=[True]
    )


class PayingCustomerIn(StartIn):
    """A trial for a customer that you have."""

    customer_id: int = Field(ge=1, le=2**62, examples=[31])


@bp.post("/new-customer")
@bp.input(NewCustomerIn)
@bp.output(Trial, HTTPStatus.CREATED)
@writes
@refuses(
    *_EVERY_DOOR,
    rules.CompanyNameError,
    rules.EmailShapeError,
    rules.EmailTakenError,
    rules.VerticalError,
    rules.CountryError,
    rules.NoRegionError,
    rules.LocationNotConfirmedError,
    UnknownZoneError,
)
@allowed(Permission.MANAGE_TRIALS)
def new_customer(json_data: NewCustomerIn) -> Response:
    """Add a customer and start its trial at once; setting it up comes next, now or later."""
    return _start(starting.start_for_new_customer, json_data, json_data.customer())


@bp.post("/existing-customer")
@bp.input(ExistingCustomerIn)
@bp.output(Trial, HTTPStatus.CREATED)
@writes
@refuses(
    *_EVERY_DOOR,
    *ORGANISATION_REFUSALS,
    *SERVICE_REFUSALS,
    rules.OrganisationNotConfirmedError,
    rules.RelationshipExistsError,
    rules.RequestPendingError,
    rules.NobodyCanConsentError,
)
@allowed(Permission.MANAGE_TRIALS)
def existing_customer(json_data: ExistingCustomerIn) -> Response:
    """Ask an organisation that you do not have for its consent; nothing ships before the trial is active."""
    return _start(
        partial(
            starting.request_for_existing_customer,
            org_id=json_data.org_id,
            organisation_confirmed=json_data.organisation_confirmed,
        ),
        json_data,
        json_data.email,
    )


@bp.post("/paying-customer")
@bp.input(PayingCustomerIn)
@bp.output(Trial, HTTPStatus.CREATED)
@writes
@refuses(*_EVERY_DOOR, *SERVICE_REFUSALS, rules.NoRelationshipError, starting.ColleaguesCustomerError)
@allowed(Permission.MANAGE_TRIALS)
def paying_customer(json_data: PayingCustomerIn) -> Response:
    """Add a trial to a customer that you have, of services that it has not bought; its administrators are told."""
    return _start(starting.start_for_paying_customer, json_data, json_data.customer_id)


def _start(deed: Callable[..., Standing], asked: StartIn, customer: object) -> Response:
    """Start the trial that was asked for; what is wrong with the devices names their fields."""

    def named(session: Session, **when: Any) -> Standing:
        with fields_named("devices.{}".format, *DEVICE_REFUSALS):
            return deed(session, customer, asked.details(), parcel=asked.parcel(), **when)

    return do(named, status=HTTPStatus.CREATED)
