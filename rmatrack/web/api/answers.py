"""Answers to reminders: given by the links in mails, listed and settled by those who may (SPEC R-8)."""

from datetime import date, datetime

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.answers import PAGE, AnswerSeen, AnswersWanted, answers_page
from rmatrack.domain import answers as rules
from rmatrack.domain.answers import LONGEST_NOTE, AnswerKind, AnswerState, Said
from rmatrack.domain.consent import LinkError, LinkExpiredError
from rmatrack.domain.errors import ConflictError, NotFoundError, WrongStatusError
from rmatrack.domain.mails import LinkPurpose
from rmatrack.domain.people import Permission
from rmatrack.services import answers
from rmatrack.services.answers import LONGEST_REASON
from rmatrack.services.link_limit import TooManyLinksError
from rmatrack.web.access import allowed, public
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.signed_links import read_link

bp = APIBlueprint("api-answers", __name__, url_prefix="/api/v1", tag="Answers to reminders")

_LINKS = "/<any('return-sent', 'return-label', 'return-lost', 'return-buy'):purpose>-links/<token>"
_LACKS = (
    rules.NoDevicesError,
    rules.SentOnMissingError,
    rules.SentOnError,
    rules.TrackingError,
    rules.NoteMissingError,
)


class UnitAsked(Found):
    """A device that is still out."""

    id: int = Field(examples=[4711])
    serial: str = Field(examples=["FOC21213GKV"])
    model: str = Field(examples=["CP-8845-K9"])
    eula_expires_on: date


class ReturnAsked(Found):
    """What a link asks: of which devices its one answer may be given."""

    kind: AnswerKind
    order: str = Field(examples=["D4100208"])
    customer: str = Field(examples=["Stichting Museumnacht"])
    due_on: date | None = Field(description="The first due day; nothing is out where there is none.")
    out: list[UnitAsked]


class ReturnAnswerIn(Shape):
    """Your answer. A link gives one kind of answer; a later one about the same device replaces it."""

    units: list[int] = Field(max_length=500, description="Their ids.", examples=[[4711]])
    sent_on: date | None = Field(default=None, description="For `sent`: when the carrier took the parcel.")
    tracking: Text = Field(default="", max_length=60, description="For `sent`, where known.", examples=[""])
    note: Text = Field(default="", max_length=LONGEST_NOTE, examples=["Stolen from the stand"])


class ReturnAnswer(Found):
    """What was answered about a device."""

    id: int = Field(examples=[12])
    kind: AnswerKind
    state: AnswerState
    serial: str = Field(examples=["FOC21213GKV"])
    unit_id: int = Field(examples=[4711])
    order: str = Field(examples=["D4100208"])
    customer: str = Field(examples=["Stichting Museumnacht"])
    partner: str = Field(examples=["Noordzee Networks"])
    sent_on: date | None
    tracking: str = Field(examples=["1Z999AA10123456784"])
    note: str
    given_at: datetime
    given_by: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


class AnswersQuery(Shape):
    """What the list is narrowed to."""

    kind: AnswerKind | None = Field(default=None, description="One kind only.")
    past: bool = Field(default=False, description="What is over, instead of what waits.")
    after: int | None = Field(default=None, ge=0, le=2**62, description="The `next` of the page before.")


class SettlementIn(Shape):
    """What is decided: a claim of loss is accepted or refused with a reason, anything else is done."""

    decision: AnswerState = Field(examples=["accepted"])
    reason: Text = Field(default="", max_length=LONGEST_REASON, examples=["Police report of 12 October"])


@bp.get(_LINKS)
@bp.output(ReturnAsked)
@refuses(LinkError, LinkExpiredError, TooManyLinksError)
@public
def show_link(purpose: str, token: str) -> ReturnAsked:
    """Show what a reminder's link asks; nothing changes."""
    return _asked(read_session(), purpose, token)


@bp.post(_LINKS)
@bp.input(ReturnAnswerIn)
@bp.output(ReturnAsked)
@refuses(LinkError, LinkExpiredError, TooManyLinksError, ConflictError, rules.AllBackError, *_LACKS)
@public
def answer_link(purpose: str, token: str, json_data: ReturnAnswerIn) -> ReturnAsked:
    """Give the answer; the same given twice is one."""
    link = read_link(LinkPurpose(purpose), token)
    said = Said(
        kind=rules.PURPOSES[link.purpose],
        unit_ids=tuple(json_data.units),
        sent_on=json_data.sent_on,
        note=json_data.note,
    )
    with write_session() as session:
        said = answers.recognised(said, json_data.tracking) if said.kind is AnswerKind.SENT else said
        answers.answer(session, link, said, policy=given().policy, now=g.now)
        return _asked(session, purpose, token)


@bp.get("/answers")
@bp.input(AnswersQuery, location="query")
@bp.output(Page[ReturnAnswer])
@allowed(Permission.SEE_ORDERS)
def index(query_data: AnswersQuery) -> Page[ReturnAnswer]:
    """List answers: what waits, the oldest first, or what is past, the newest first."""
    wanted = AnswersWanted(kind=query_data.kind, past=query_data.past)
    rows = answers_page(read_session(), wanted, after=query_data.after, limit=PAGE + 1, seen_by=g.actor)
    following = str(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return Page(items=[_told(row) for row in rows[:PAGE]], next=following)


@bp.get("/answers/<int:answer_id>")
@bp.output(ReturnAnswer)
@allowed(Permission.SEE_ORDERS)
def show(answer_id: int) -> ReturnAnswer:
    """Show one answer."""
    return _told(answers.answer_seen(read_session(), answer_id, seen_by=g.actor))


@bp.post("/answers/<int:answer_id>/settlement")
@bp.input(SettlementIn)
@bp.output(ReturnAnswer)
@writes
@refuses(NotFoundError, WrongStatusError, ConflictError, rules.DecisionReasonError)
@allowed(Permission.SETTLE)
def settle(answer_id: int, json_data: SettlementIn) -> Response:
    """Settle a claim of loss, or note that an answer is dealt with."""

    def deed(session: Session) -> ReturnAnswer:
        answers.settle_answer(session, answer_id, json_data.decision, reason=json_data.reason, by=g.actor, now=g.now)
        return _told(answers.answer_seen(session, answer_id, seen_by=g.actor))

    return once(deed)


def _asked(session: Session, purpose: str, token: str) -> ReturnAsked:
    link = read_link(LinkPurpose(purpose), token)
    page = answers.asked(session, link, policy=given().policy, now=g.now)
    return ReturnAsked(
        kind=page.kind,
        order=page.order.number,
        customer=page.order.customer.name,
        due_on=page.due_on,
        out=[UnitAsked.model_validate(unit) for unit in page.out],
    )


def _told(row: AnswerSeen) -> ReturnAnswer:
    return ReturnAnswer.model_validate(row)
