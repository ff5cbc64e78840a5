"""What the links in mails let their readers do, without an account: consent, status, interest, set-up.

A link says who its reader is and does one thing, once; so these take no token and no idempotency key.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from apiflask import APIBlueprint
from flask import g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.domain import conversion as rules
from rmatrack.domain.consent import (
    Answer,
    AnsweredError,
    LinkError,
    LinkExpiredError,
    NotFullAdministratorError,
)
from rmatrack.domain.conversion import Contact
from rmatrack.domain.errors import ConflictError
from rmatrack.domain.mails import LinkPurpose
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Phase
from rmatrack.services import consent, converting, managing, status_page
from rmatrack.services.link_limit import TooManyLinksError
from rmatrack.web.access import public
from rmatrack.web.api.routes import refuses
from rmatrack.web.api.shapes import Found, Shape, Text
from rmatrack.web.api.trial_shapes import NO_FIT, TrialUnit, trial_units
from rmatrack.web.given import given
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.signed_links import read_link

bp = APIBlueprint("api-links", __name__, url_prefix="/api/v1", tag="Links in mails")

_BAD = (LinkError, LinkExpiredError, TooManyLinksError)
_Told = TypeVar("_Told")


class ConsentAsked(Found):
    """Who asks for what, until when."""

    partner: str = Field(examples=["Noordzee Networks"])
    customer: str = Field(examples=["Universiteit Twente"])
    services: list[Service] = Field(examples=[["calling"]])
    duration_days: int | None = Field(examples=[90])
    licences: int | None = Field(examples=[100])
    last_on: date
    phase: Phase
    answer: Answer | None = Field(examples=[None])
    administrator: str | None = Field(description="Whose link it is.", examples=["admin@utwente.example"])
    may_answer: bool = Field(description="Only a full administrator's link answers, while the request is open.")


class ConsentAnswerIn(Shape):
    """Your answer."""

    answer: Answer = Field(examples=["accepted"])
    full_administrator: bool = Field(
        default=False, description="Accepting: let the partner manage the organisation, not only provision the trial."
    )


class TrialStatusForCustomer(Found):
    """A trial as its customer sees it."""

    partner: str = Field(examples=["Noordzee Networks"])
    customer: str = Field(examples=["Universiteit Twente"])
    phase: Phase = Field(examples=["running"])
    services: list[Service] = Field(examples=[["calling"]])
    expires_on: date | None
    days_left: int | None = Field(examples=[7])
    licences_expired: bool
    warning: str | None = Field(description="What is final, before it happens and afterwards.")
    units: list[TrialUnit]


class InterestNoted(Found):
    """That the partner is told."""

    partner: str = Field(examples=["Noordzee Networks"])


class SetUpAsked(Found):
    """Whose paid order is to be set up, and the data to check."""

    order_number: str = Field(examples=["W10045678"])
    services: list[Service] = Field(examples=[["meetings", "calling"]])
    customer: str = Field(examples=["Universiteit Twente"])
    country: str = Field(examples=["NL"])
    org_id: str = Field(examples=["7b982ff1-3ad8-432f-8e23-67c3a5464623"])
    partner: str = Field(examples=["Noordzee Networks"])
    contact: Contact
    is_done: bool


class SetUpOrderIn(Shape):
    """Who you are, whose the trial was, and that the data is right."""

    as_contact: Contact = Field(examples=["partner"])
    administrator_email: Text = Field(
        max_length=254, description="With whom the trial was started: exactly that one.", examples=["admin@ut.example"]
    )
    data_checked: bool = Field(default=False, examples=[True])


@bp.get("/consent-links/<token>")
@bp.output(ConsentAsked)
@refuses(*_BAD)
@public
def show_consent(token: str) -> ConsentAsked:
    """Show what a request for consent asks."""
    link = read_link(LinkPurpose.CONSENT, token)
    return ConsentAsked.model_validate(consent.open_request(read_session(), link, policy=given().policy, now=g.now))


@bp.post("/consent-links/<token>")
@bp.input(ConsentAnswerIn)
@bp.output(ConsentAsked)
@refuses(*_BAD, NotFullAdministratorError, AnsweredError, ConflictError, *NO_FIT)
@public
def answer_consent(token: str, json_data: ConsentAnswerIn) -> ConsentAsked:
    """Accept or decline a trial, as a full administrator."""
    link = read_link(LinkPurpose.CONSENT, token)

    def deed(session: Session) -> ConsentAsked:
        if json_data.answer is Answer.ACCEPTED:
            full = json_data.full_administrator
            consent.accept(session, link, full_administrator=full, policy=given().policy, now=g.now)
        else:
            consent.decline(session, link, policy=given().policy, now=g.now)
        return ConsentAsked.model_validate(consent.open_request(session, link, policy=given().policy, now=g.now))

    return _step(deed)


@bp.get("/status-links/<token>")
@bp.output(TrialStatusForCustomer)
@refuses(*_BAD)
@public
def show_status(token: str) -> TrialStatusForCustomer:
    """Show a trial to its customer."""
    link = read_link(LinkPurpose.STATUS, token)
    page = status_page.status_page(read_session(), link, policy=given().policy, now=g.now)
    standing = page.standing
    return TrialStatusForCustomer(
        partner=standing.partner.name,
        customer=standing.customer.name,
        phase=standing.phase,
        services=list(page.services),
        expires_on=standing.trial.expires_on,
        days_left=standing.days_left,
        licences_expired=page.licences_expired,
        warning=say(page.warning) if page.warning else None,
        units=trial_units(page.units),
    )


@bp.post("/interest-links/<token>")
@bp.output(InterestNoted)
@refuses(*_BAD, ConflictError, *NO_FIT)
@public
def show_interest(token: str) -> InterestNoted:
    """Say that the customer is interested in buying; the partner is told once."""
    link = read_link(LinkPurpose.INTEREST, token)

    def deed(session: Session) -> InterestNoted:
        standing = managing.show_interest(session, link, policy=given().policy, now=g.now)
        return InterestNoted(partner=standing.partner.name)

    return _step(deed)


@bp.get("/set-up-links/<token>")
@bp.output(SetUpAsked)
@refuses(*_BAD)
@public
def show_set_up(token: str) -> SetUpAsked:
    """Show whose order is to be set up."""
    link = read_link(LinkPurpose.SET_UP, token)
    return SetUpAsked.model_validate(converting.open_set_up(read_session(), link, policy=given().policy, now=g.now))


@bp.post("/set-up-links/<token>")
@bp.input(SetUpOrderIn)
@bp.output(SetUpAsked)
@refuses(*_BAD, ConflictError, rules.SetUpBeforeError, rules.WrongAdministratorError, rules.DataNotCheckedError)
@public
def set_up(token: str, json_data: SetUpOrderIn) -> SetUpAsked:
    """Set the services of a paid order up in the trial customer's organisation."""
    link = read_link(LinkPurpose.SET_UP, token)

    def deed(session: Session) -> SetUpAsked:
        said = json_data.model_dump()
        converting.set_up_order(session, link, **said, policy=given().policy, now=g.now)
        return SetUpAsked.model_validate(converting.open_set_up(session, link, policy=given().policy, now=g.now))

    return _step(deed)


def _step(deed: Callable[[Session], _Told]) -> _Told:
    with write_session() as session:
        return deed(session)
