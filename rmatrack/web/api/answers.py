"""Answers to reminders: given by the links in mails, listed and settled by those who may (SPEC R-8)."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.answers import PAGE, AnswerSeen, AnswersWanted, answers_page
from rmatrack.db.label_requests import RequestSeen
from rmatrack.domain import answers as rules
from rmatrack.domain.answers import LONGEST_NOTE, AnswerKind, AnswerState, Said
from rmatrack.domain.consent import LinkError, LinkExpiredError
from rmatrack.domain.errors import ConflictError, NotFoundError, WrongStatusError
from rmatrack.domain.intents import IntentState
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.labels import LabelState
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.people import Permission
from rmatrack.services import answers, label_replacing, labels
from rmatrack.services.answered_labels import gives_labels
from rmatrack.services.answers import LONGEST_REASON, Asked
from rmatrack.services.link_limit import TooManyLinksError
from rmatrack.web.access import allowed, public
from rmatrack.web.answer_deed import give_answer, way_of
from rmatrack.web.api.documents import PDF
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.label_giving import label_file, labels_of_form
from rmatrack.web.sessions import close_read_session, read_session
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
_NO_LABEL = (
    label_replacing.NoReplacementError,
    label_replacing.NothingToReplaceError,
    labels.AlreadyBackError,
    labels.OnItsWayError,
    WrongStatusError,
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
    gives_labels: bool = Field(description="For `label`: the answer brings labels at once, in the United States.")


class LabelGiven(Found):
    """A device's new label; where the carrier still makes it, there is no number yet."""

    serial: str = Field(examples=["FOC21213GKV"])
    number: str | None = Field(examples=["1ZXXXXXX9000000010"])
    state: LabelState | None
    waits: IntentState | None = Field(description="How far the carrier is, where it makes the label.")
    replaces: str | None = Field(description="The number that is no longer good.", examples=["1ZXXXXXX9000000001"])


class ReturnAnswered(ReturnAsked):
    """The same after the answer, with the labels that it brought."""

    labels: list[LabelGiven]
    file: str | None = Field(description="Where their PDF is.", examples=["/api/v1/return-label-links/…/labels/….pdf"])


class ReturnAnswerIn(Shape):
    """Your answer. A link gives one kind of answer; a later one about the same device replaces it."""

    units: list[int] = Field(max_length=500, description="Their ids.", examples=[[4711]])
    sent_on: date | None = Field(default=None, description="For `sent`: when the carrier took the parcel.")
    tracking: Text = Field(default="", max_length=60, description="For `sent`, where known.", examples=[""])
    note: Text = Field(default="", max_length=LONGEST_NOTE, examples=["Stolen from the stand"])
    trouble: Trouble = Field(default=Trouble.LOST, description="For `label`: what became of the one in the box.")


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
    _link, page = _opened(purpose, token)
    return ReturnAsked(**_asked(page))


@bp.post(_LINKS)
@bp.input(ReturnAnswerIn)
@bp.output(ReturnAnswered)
@refuses(LinkError, LinkExpiredError, TooManyLinksError, ConflictError, rules.AllBackError, *_LACKS, *_NO_LABEL)
@public
def answer_link(purpose: str, token: str, json_data: ReturnAnswerIn) -> ReturnAnswered:
    """Give the answer; the same given twice is one.

    In the United States `label` brings new labels at once, within the limits of a day; else logistics is told.
    """
    link, page = _opened(purpose, token)
    said = Said(kind=page.kind, unit_ids=tuple(json_data.units), sent_on=json_data.sent_on, note=json_data.note)
    said = answers.recognised(said, json_data.tracking) if said.kind is AnswerKind.SENT else said
    form = uuid4().hex
    has_labels = give_answer(link, page, said, trouble=json_data.trouble, form=form)
    close_read_session()
    link, page = _opened(purpose, token)
    found = labels_of_form(page.order.number, form, seen_by=page.reader) if has_labels else []
    file = f"/api/v1/return-label-links/{token}/labels/{form}.pdf" if any(one.number for one in found) else None
    return ReturnAnswered(**_asked(page), labels=[_label(one) for one in found], file=file)


@bp.get("/return-label-links/<token>/labels/<form>.pdf")
@bp.output(PDF, content_type="application/pdf")
@refuses(LinkError, LinkExpiredError, TooManyLinksError)
@public
def labels_file(token: str, form: str) -> Response:
    """Give the labels that an answer brought as a file to print, while they may be used."""
    _link, page = _opened(LinkPurpose.RETURN_LABEL, token)
    return label_file(page.order.number, form, seen_by=page.reader)


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


def _opened(purpose: str, token: str) -> tuple[Link, Asked]:
    link = read_link(LinkPurpose(purpose), token)
    return link, answers.asked(read_session(), link, policy=given().policy, now=g.now)


def _asked(page: Asked) -> dict[str, Any]:
    way = way_of(page)
    return {
        "kind": page.kind,
        "order": page.order.number,
        "customer": page.order.customer.name,
        "due_on": page.due_on,
        "out": [UnitAsked.model_validate(unit) for unit in page.out],
        "gives_labels": way is not None and gives_labels(way),
    }


def _label(request: RequestSeen) -> LabelGiven:
    return LabelGiven(
        serial=request.serial,
        number=request.number,
        state=LabelState(request.state) if request.state else None,
        waits=IntentState(request.waits) if request.waits else None,
        replaces=request.old_number,
    )


def _told(row: AnswerSeen) -> ReturnAnswer:
    return ReturnAnswer.model_validate(row)
