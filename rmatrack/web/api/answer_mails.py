"""Prepared answers to what callers ask about an order: to be shown, or sent to an address that is kept."""

from typing import Literal

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.domain.answer_mails import About, NothingOutError, StrangerError
from rmatrack.domain.mails import Mail
from rmatrack.domain.people import Permission
from rmatrack.domain.policy_gaps import NoCarrierError, NoDepotError
from rmatrack.letters import Notice, render
from rmatrack.services import inbound
from rmatrack.services.answer_mails import prepare_answer, send_answer
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Shape
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-answer-mails", __name__, url_prefix="/api/v1/orders/<number>/answer", tag="Prepared answers")

_REFUSALS = (StrangerError, NothingOutError, NoCarrierError, NoDepotError)


class PreparedAnswerIn(Shape):
    """What is asked, by whom, and in which language to answer; without one, in the reader's."""

    about: About
    to: Filled = Field(
        max_length=254,
        description="An administrator of the customer, or somebody of the partner.",
        examples=["admin@utexas.example"],
    )
    language: Literal["en", "nl"] | None = None


class AnswerIn(PreparedAnswerIn):
    """An answer to be sent."""

    mail: int | None = Field(
        default=None,
        ge=1,
        le=2**62,
        description="The incoming mail that it answers: it leaves the queue, and the answer joins its thread.",
        examples=[12],
    )


class PreparedAnswer(Found):
    """The answer as its reader gets it."""

    to: str = Field(examples=["admin@utexas.example"])
    language: str = Field(examples=["en"])
    subject: str = Field(examples=["Your demo order number: D4100201"])
    text: str


@bp.get("")
@bp.input(PreparedAnswerIn, location="query")
@bp.output(PreparedAnswer)
@refuses(*_REFUSALS)
@allowed(Permission.ANSWER_MAIL)
def show(number: str, query_data: PreparedAnswerIn) -> PreparedAnswer:
    """Show an answer as it would be sent; nothing is changed."""
    return _told(_prepared(read_session(), number, query_data))


@bp.post("")
@bp.input(AnswerIn)
@bp.output(PreparedAnswer)
@writes
@refuses(*_REFUSALS)
@allowed(Permission.ANSWER_MAIL)
def send(number: str, json_data: AnswerIn) -> Response:
    """Send an answer; the same one on the same day goes once, or once for each incoming mail that it answers."""

    def deed(session: Session) -> PreparedAnswer:
        mail = _prepared(session, number, json_data)
        if json_data.mail is None:
            send_answer(session, mail, by=g.actor, now=g.now)
        else:
            inbound.answer(session, json_data.mail, mail, by=g.actor, now=g.now)
        return _told(mail)

    return once(deed)


def _prepared(session: Session, number: str, asked: PreparedAnswerIn) -> Mail:
    return prepare_answer(
        session,
        number.upper(),
        asked.about,
        to=asked.to,
        language=asked.language,
        by=g.actor,
        now=g.now,
        policy=given().policy,
    )


def _told(mail: Mail) -> PreparedAnswer:
    links = {"order": f"{given().settings.base_url}/orders/{mail.params['order']}"}
    letter = render(Notice(mail.kind, mail.params, links), mail.to.language)
    return PreparedAnswer(to=mail.to.email, language=mail.to.language, subject=letter.subject, text=letter.text)
