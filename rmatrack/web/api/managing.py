"""Managing a trial: provisioning, setting up, extending, its services, cancelling."""

from datetime import date, datetime
from typing import Literal

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field, field_validator

from rmatrack.domain import setting_up as rules
from rmatrack.domain.consequences import Consequences, Step
from rmatrack.domain.due import UnknownZoneError
from rmatrack.domain.people import Permission
from rmatrack.domain.setting_up import NewUser, Settings
from rmatrack.domain.starting import EmailShapeError
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import ShorteningError
from rmatrack.services import managing, setting_up
from rmatrack.services.consequences import consequences_of
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Found, Shape, Text
from rmatrack.web.api.trial_choices import (
    DETAIL_REFUSALS,
    MOST_NAMED,
    QUANTITY_REFUSALS,
    SERVICE_REFUSALS,
    DetailsIn,
    QuantitiesIn,
)
from rmatrack.web.api.trial_shapes import MANAGING, NO_FIT, Trial, do
from rmatrack.web.given import given
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-managing", __name__, url_prefix="/api/v1/trials/<int:trial_id>", tag="Managing a trial")

MOST_USERS = 1_000


class UserIn(Shape):
    """A user of the services on trial."""

    name: Text = Field(max_length=200, examples=["Piet de Vries"])
    email: Text = Field(max_length=254, examples=["piet@hu.example"])
    licences: list[Service] = Field(max_length=MOST_NAMED, examples=[["calling"]])
    number: Text = Field(
        default="", max_length=40, description="For Calling, in its international form.", examples=["+31201234567"]
    )


class SetUpIn(Shape):
    """The customer's users as they are to be from now on, and its settings; what is empty stays as it is."""

    users: list[UserIn] = Field(default=[], max_length=MOST_USERS)
    language: Literal["", "en", "nl"] = Field(default="", examples=["nl"])
    zone: Text = Field(default="", max_length=64, examples=["Europe/Amsterdam"])


class TrialUser(Found):
    """A user of the services on trial."""

    name: str = Field(examples=["Piet de Vries"])
    email: str = Field(examples=["piet@hu.example"])
    licences: list[Service] = Field(examples=[["calling"]])
    moved_at: datetime | None = Field(description="When it moved to the free consumer organisation, for good.")

    @field_validator("licences", mode="before")
    @classmethod
    def _apart(cls, kept: str | list[str]) -> list[str]:
        return kept.split() if isinstance(kept, str) else kept


class ExtendIn(Shape):
    """Whether the trial may become shorter."""

    confirm_shorter: bool = Field(default=False, description="Needed where the extension takes days away.")


class ExtensionOfTrial(Found):
    """What extending would do today."""

    from_on: date
    to_on: date
    shortens: bool = Field(description="It takes days away, and needs `confirm_shorter`.")
    sentences: list[str] = Field(
        description="What it does to devices that are out.", examples=[["No device of this trial is out."]]
    )


class CancelIn(Shape):
    """That it is meant."""

    confirmed: bool = Field(default=False, examples=[True])


@bp.post("/provision")
@bp.input(DetailsIn)
@bp.output(Trial)
@writes
@refuses(*MANAGING, *DETAIL_REFUSALS, managing.OtherServicesError)
@allowed(Permission.MANAGE_TRIALS)
def provision(trial_id: int, json_data: DetailsIn) -> Response:
    """Give the provisioning details after consent: the trial is active, and its clock starts."""
    return do(managing.provision, trial_id, json_data.details())


@bp.post("/set-up")
@bp.input(SetUpIn)
@bp.output(Trial)
@writes
@refuses(
    *MANAGING,
    rules.ProvisioningOnlyError,
    rules.UserNameError,
    rules.UserTwiceError,
    rules.LicenceNotOnTrialError,
    rules.TooFewLicencesError,
    rules.PhoneNumberError,
    EmailShapeError,
    UnknownZoneError,
)
@allowed(Permission.MANAGE_TRIALS)
def set_up(trial_id: int, json_data: SetUpIn) -> Response:
    """Set the customer up: its settings and users. The first time, its administrators are welcomed by mail."""
    users = [
        NewUser(name=user.name, email=user.email, licences=frozenset(user.licences), number=user.number)
        for user in json_data.users
    ]
    return do(setting_up.set_up, trial_id, users, Settings(language=json_data.language, zone=json_data.zone))


@bp.get("/users")
@bp.output(Everything[TrialUser])
@refuses(rules.ProvisioningOnlyError)
@allowed(Permission.SEE_ORDERS)
def users(trial_id: int) -> Everything[TrialUser]:
    """List the users that were set up, for a partner that is full administrator."""
    found = setting_up.users_of(read_session(), trial_id, policy=given().policy, by=g.actor, now=g.now)
    return Everything(items=[TrialUser.model_validate(user) for user in found])


@bp.get("/extension")
@bp.output(ExtensionOfTrial)
@refuses(*NO_FIT)
@allowed(Permission.SEE_ORDERS)
def preview_extension(trial_id: int) -> ExtensionOfTrial:
    """Say what extending would do today, before it is done."""
    session, policy = read_session(), given().policy
    found = managing.extension_preview(session, trial_id, policy=policy, by=g.actor, now=g.now)
    effect = consequences_of(session, trial_id, Step.EXTEND, seen_by=g.actor, policy=policy, now=g.now)
    return ExtensionOfTrial(
        from_on=found.from_on, to_on=found.to_on, shortens=found.shortens, sentences=sentences_of(effect)
    )


@bp.post("/extend")
@bp.input(ExtendIn)
@bp.output(Trial)
@writes
@refuses(*MANAGING, ShorteningError)
@allowed(Permission.MANAGE_TRIALS)
def extend(trial_id: int, json_data: ExtendIn) -> Response:
    """Set the expiry to so many days from today, whatever was left; no device's date moves."""
    return do(managing.extend_trial, trial_id, confirm_shorter=json_data.confirm_shorter)


@bp.put("/services")
@bp.input(QuantitiesIn)
@bp.output(Trial)
@writes
@refuses(*MANAGING, *QUANTITY_REFUSALS, *SERVICE_REFUSALS)
@allowed(Permission.MANAGE_TRIALS)
def change_services(trial_id: int, json_data: QuantitiesIn) -> Response:
    """Make these services the ones on trial, adding and ending what differs; what is null stays as it is."""
    return do(managing.change_services, trial_id, frozenset(json_data.services), json_data.quantities())


@bp.post("/cancel")
@bp.input(CancelIn)
@bp.output(Trial)
@writes
@refuses(*MANAGING, managing.CancelNotConfirmedError)
@allowed(Permission.MANAGE_TRIALS)
def cancel(trial_id: int, json_data: CancelIn) -> Response:
    """End a trial at once, without grace; devices that are out stay due."""
    return do(managing.cancel, trial_id, confirmed=json_data.confirmed)


def sentences_of(effect: Consequences) -> list[str]:
    """Say what a step does to devices that are out."""
    return [say(sentence) for sentence in effect.sentences]
