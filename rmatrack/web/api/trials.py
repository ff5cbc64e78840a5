"""Trials: the lists with days left, one trial with all about it, and what a step would do to its devices."""

from datetime import date

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from rmatrack.db.trial_lists import TrialShow, TrialSort
from rmatrack.domain.consequences import Step
from rmatrack.domain.people import Permission
from rmatrack.domain.trial_details import NoDevices
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Deed, PartnerRole
from rmatrack.services.consequences import consequences_of
from rmatrack.services.trials import TrialFilter, TrialView, trial_page, trial_view
from rmatrack.web.access import allowed
from rmatrack.web.api.devices import DeviceRequest, device_request
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.api.trial_shapes import (
    ContactPerson,
    Trial,
    TrialInList,
    TrialUnit,
    trial_in_list,
    trial_in_short,
    trial_units,
)
from rmatrack.web.given import given
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-trials", __name__, url_prefix="/api/v1/trials", tag="Trials")


class TrialCounts(Found):
    """How many trials each list holds."""

    current: int
    pending: int
    running: int
    expiring: int
    grace: int
    interested: int
    ended: int


class TrialPage(Page[TrialInList]):
    """A page of a list of trials."""

    counts: TrialCounts


class TrialsQuery(Shape):
    """What the list is narrowed to, and how it is sorted."""

    show: TrialShow = Field(
        default=TrialShow.CURRENT,
        description="Which list. `current` is what needs somebody: pending, running, in grace, or with devices out.",
    )
    text: Text = Field(default="", max_length=200, description="A part of the customer's name.")
    service: Service | None = Field(default=None, description="On trial now.")
    partner: int | None = Field(default=None, ge=1, le=2**62)
    customer: int | None = Field(default=None, ge=1, le=2**62)
    mine: bool = Field(default=False, description="Only what you started yourself.")
    sort: TrialSort = TrialSort.EXPIRES
    descending: bool = False
    after: int = Field(default=1, ge=1, le=100_000, description="`next` of the page before.")


class TrialFile(Trial):
    """All about one trial."""

    duration_days: int | None = Field(examples=[30])
    licences: int | None = Field(examples=[100])
    registrations: int | None = Field(examples=[5])
    site_url: str | None = Field(examples=["hu-trial.webex.com"])
    site_zone: str | None = Field(examples=["Europe/Amsterdam"])
    no_devices_because: NoDevices | None
    numbers_released_on: date | None = Field(description="The first day on which the phone numbers are gone.")
    role: PartnerRole | None = Field(description="What the partner is in the customer's organisation.")
    deeds: list[Deed] = Field(description="What you can do with it today.", examples=[["extend", "cancel"]])
    consent_email: str | None = Field(description="The address that was asked for consent.")
    contacts: list[ContactPerson]
    units: list[TrialUnit] = Field(description="Its devices that are still out; extending moves none of their days.")
    devices: list[DeviceRequest] = Field(description="What was asked for, the oldest first.")


class ConsequencesQuery(Shape):
    """Which step."""

    step: Step = Field(examples=["cancel"])


class Consequences(Found):
    """What a step would do to the devices that are out: nothing, and that is said before it is taken."""

    step: Step
    sentences: list[str] = Field(examples=[["No device of this trial is out."]])
    units: list[TrialUnit]


@bp.get("")
@bp.input(TrialsQuery, location="query")
@bp.output(TrialPage)
@allowed(Permission.SEE_ORDERS)
def index(query_data: TrialsQuery) -> TrialPage:
    """List trials with their days left."""
    wanted = TrialFilter(
        show=query_data.show,
        text=query_data.text,
        service=query_data.service,
        partner_id=query_data.partner,
        customer_id=query_data.customer,
        mine=query_data.mine,
        sort=query_data.sort,
        descending=query_data.descending,
    )
    found = trial_page(read_session(), wanted, page=query_data.after, seen_by=g.actor, policy=given().policy, now=g.now)
    is_beyond = query_data.after > found.pages
    return TrialPage(
        items=[] if is_beyond else [trial_in_list(row) for row in found.rows],
        next=str(found.page + 1) if query_data.after < found.pages else None,
        counts=TrialCounts(**{show.value: count for show, count in found.counts.items()}),
    )


@bp.get("/<int:trial_id>")
@bp.output(TrialFile)
@allowed(Permission.SEE_ORDERS)
def show(trial_id: int) -> TrialFile:
    """Show one trial: both clocks, what fits today, its devices, and whom to call."""
    return _told(trial_view(read_session(), trial_id, seen_by=g.actor, policy=given().policy, now=g.now))


@bp.get("/<int:trial_id>/consequences")
@bp.input(ConsequencesQuery, location="query")
@bp.output(Consequences)
@allowed(Permission.SEE_ORDERS)
def consequences(trial_id: int, query_data: ConsequencesQuery) -> Consequences:
    """Say what a step would do to the devices that are still out, before it is taken."""
    found = consequences_of(
        read_session(), trial_id, query_data.step, seen_by=g.actor, policy=given().policy, now=g.now
    )
    return Consequences(
        step=found.step, sentences=[say(sentence) for sentence in found.sentences], units=trial_units(found.units)
    )


def _told(view: TrialView) -> TrialFile:
    trial, calendar = view.standing.trial, view.standing.calendar
    return TrialFile(
        **trial_in_short(view.standing, view.services).model_dump(),
        duration_days=trial.duration_days,
        licences=trial.licences,
        registrations=trial.registrations,
        site_url=trial.site_url,
        site_zone=trial.site_zone,
        no_devices_because=NoDevices(trial.no_devices_because) if trial.no_devices_because else None,
        numbers_released_on=calendar.numbers_released_on if calendar else None,
        role=view.role,
        deeds=[deed for deed in Deed if deed in view.deeds],
        consent_email=view.consent_email,
        contacts=[ContactPerson.model_validate(one) for one in view.contacts],
        units=trial_units(view.units),
        devices=[device_request(parcel) for parcel in view.parcels],
    )
