"""The shapes of a trial, short and whole, and the answer of every deed with one."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.trial_deeds import services_of
from rmatrack.domain.consequences import UnitOut
from rmatrack.domain.starting import NotSalesAdministratorError
from rmatrack.domain.trial_services import Service, in_order
from rmatrack.domain.trials import DeedDoesNotFitError, Door, FinalError, Phase
from rmatrack.services.trial_standing import ColleaguesTrialError, Standing
from rmatrack.services.trials import TrialRow
from rmatrack.web.api.shapes import Found
from rmatrack.web.given import given
from rmatrack.web.idempotency import once

NO_FIT = (DeedDoesNotFitError, FinalError)
"""What a deed is refused for that does not fit where the trial stands."""

MANAGING = (NotSalesAdministratorError, ColleaguesTrialError, *NO_FIT)
"""What every deed of a partner with its trial may be refused for."""


class Trial(Found):
    """A trial in short; dates are the customer's, and the portal clock's."""

    id: int = Field(examples=[12])
    customer_id: int = Field(examples=[31])
    customer: str = Field(examples=["Hogeschool Utrecht"])
    partner: str = Field(examples=["Noordzee Networks"])
    door: Door = Field(description="How it came to us.")
    phase: Phase = Field(description="Where it stands today; decide by it.", examples=["running"])
    services: list[Service] = Field(description="On trial now, or when it ended.", examples=[["meetings", "calling"]])
    consent_ends_on: date | None = Field(description="The last day to accept, where consent was asked for.")
    starts_on: date | None
    expires_on: date | None = Field(description="The last day; null until the trial is active.")
    days_left: int | None = Field(description="0 is “expires today”; below 0 it is in grace.", examples=[29])
    grace_ends_on: date | None = Field(description="The last day on which services run and converting is possible.")
    set_up_at: datetime | None = Field(description="Null while the customer is to be set up later.")
    interest_at: datetime | None = Field(description="When the customer said that it is interested in buying.")
    ended_at: datetime | None


class ContactPerson(Found):
    """An administrator of the customer, to be called or written to."""

    email: str = Field(examples=["beheer@hu.example"])
    name: str = Field(examples=["Bea Heerder"])
    language: str = Field(examples=["nl"])


class TrialInList(Trial):
    """A trial as lists show it."""

    units_out: int = Field(description="How many of its devices are out.", examples=[2])
    contacts: list[ContactPerson] = Field(description="Whom to call before it expires.")
    may_manage: bool = Field(description="Whether there is something that you can do with it.")


class TrialUnit(Found):
    """A device of a trial that is still out, with its own clock."""

    unit_id: int = Field(examples=[4711])
    order: str = Field(examples=["D4100201"])
    model: str = Field(examples=["CP-8845-K9"])
    serial: str = Field(examples=["FOC21213GKV"])
    eula_expires_on: date
    due_on: date
    is_overdue: bool


def trial_in_short(standing: Standing, services: Iterable[Service]) -> Trial:
    """Return a trial as programs see it."""
    return Trial(**_facts(standing, services))


def trial_in_list(row: TrialRow) -> TrialInList:
    """Return a trial of a list as programs see it."""
    return TrialInList(
        **_facts(row.standing, row.services),
        units_out=row.units_out,
        contacts=[ContactPerson.model_validate(one) for one in row.contacts],
        may_manage=row.may_manage,
    )


def trial_units(units: Iterable[UnitOut]) -> list[TrialUnit]:
    """Return the devices that are out."""
    return [TrialUnit.model_validate(unit) for unit in units]


def do(deed: Callable[..., Standing], *what: Any, status: int = 200, **more: Any) -> Response:
    """Do *deed* once, by and for whoever asks and under today's policy, and answer with the trial as it then is."""

    def step(session: Session) -> Trial:
        standing = deed(session, *what, **more, policy=given().policy, by=g.actor, now=g.now)
        return trial_now(session, standing)

    return once(step, status=status)


def trial_now(session: Session, standing: Standing) -> Trial:
    """Return a trial with its services."""
    names = services_of(session, [standing.trial.id])[standing.trial.id]
    return trial_in_short(standing, [Service(name) for name in names])


def _facts(standing: Standing, services: Iterable[Service]) -> dict[str, Any]:
    trial, calendar = standing.trial, standing.calendar
    return {
        "id": trial.id,
        "customer_id": standing.customer.id,
        "customer": standing.customer.name,
        "partner": standing.partner.name,
        "door": Door(trial.door),
        "phase": standing.phase,
        "services": in_order(list(services)),
        "consent_ends_on": standing.consent_ends_on,
        "starts_on": trial.starts_on,
        "expires_on": trial.expires_on,
        "days_left": standing.days_left,
        "grace_ends_on": calendar.grace_ends_on if calendar else None,
        "set_up_at": trial.set_up_at,
        "interest_at": trial.interest_at,
        "ended_at": trial.ended_at,
    }
