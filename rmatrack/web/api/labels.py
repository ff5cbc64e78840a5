"""One label and where it stands, whether it is still good, a new one for a lost one, and those that are waited for."""

from datetime import datetime
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from carriers.documents import Document
from rmatrack.db.intents import WaitingLabel as WaitingRow
from rmatrack.db.intents import labels_not_there, waiting_labels
from rmatrack.db.label_lists import label_numbered
from rmatrack.db.labels import labels_by_id
from rmatrack.db.order_pages import unit_with_id
from rmatrack.domain import label_requests as rules
from rmatrack.domain.errors import NotFoundError, RmatrackError, WrongStatusError
from rmatrack.domain.intents import OPEN, IntentState
from rmatrack.domain.labels import LabelState, NumberSource
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import Carrier
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.services import carrier_lines, label_life, label_recovery, label_replacing, label_requests, labels
from rmatrack.services.label_release import NotPrintableError
from rmatrack.services.looking_up import NobodyToAskError
from rmatrack.web.access import allowed
from rmatrack.web.api.label_batches import said
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Page, Shape
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = APIBlueprint("api-labels", __name__, url_prefix="/api/v1", tag="Labels")

MOST_ORDERS = 10_000
PAGE = 100


class Label(Found):
    """One carrier transport document for one parcel."""

    number: str = Field(examples=["1ZXXXXXX9000000010"])
    piece: str
    carrier: Carrier
    service: str = Field(examples=["ground"])
    source: NumberSource
    state: LabelState
    problem: str | None
    superseded_by: str | None
    order_number: str = Field(examples=["D4100201"])
    rma_number: str = Field(examples=["R000012F"])
    unit_id: int = Field(examples=[4711])
    serial: str = Field(examples=["FOC21213GKV"])
    model: str = Field(examples=["CP-8845-K9"])
    customer: str = Field(examples=["University of Texas at Austin"])
    created_at: datetime
    released_at: datetime | None = Field(description="When it first left the system, read back without a fault.")


class WaitingLabelsQuery(Shape):
    """Which part of the list."""

    after: int = Field(default=1, ge=1, le=100_000, description="`next` of the page before.")


class WaitingLabel(Found):
    """A label that the carrier is being asked for, or has refused to make."""

    unit_id: int = Field(examples=[4711])
    order_number: str = Field(examples=["D4100201"])
    serial: str = Field(examples=["FOC21213GKV"])
    carrier: Carrier
    state: IntentState
    since: datetime
    next_try_at: datetime | None
    message: str | None = Field(examples=["UPS cannot be reached at the moment."])


class ReplacementIn(Shape):
    """Why a label is replaced."""

    reason: Filled = Field(max_length=200, examples=["lost"])


@bp.get("/labels/<number>")
@bp.output(Label)
@allowed(Permission.SEE_ORDERS)
def show(number: str) -> Label:
    """Show one label by its tracking number, replaced ones too."""
    return _label(read_session(), number)


@bp.post("/labels/<number>/still-good")
@bp.output(Label)
@writes
@refuses(NotPrintableError)
@allowed(Permission.PRINT_LABELS)
def still_good(number: str) -> Response:
    """Note that the carrier still takes a label that had become old: its life begins anew."""

    def deed(session: Session) -> Label:
        label_life.note_checked(session, number, by=g.actor, now=g.now)
        return _label(session, number)

    return once(deed)


@bp.post("/labels/<number>/fetch-again")
@bp.output(Label)
@writes
@refuses(
    NotPrintableError,
    label_recovery.NotTheCarriersError,
    label_recovery.GivenOnceError,
    NobodyToAskError,
    label_recovery.NotGivenAgainError,
    label_recovery.MisreadAgainError,
    carrier_lines.NotConnectedError,
    carrier_lines.CredentialsLockedError,
    carrier_lines.LineClosedError,
)
@allowed(Permission.PRINT_LABELS)
def fetch_again(number: str) -> Response:
    """Have the carrier give a label once more: the same number, read back before it is kept, and nothing is paid."""
    wanted = label_recovery.to_ask_again(read_session(), number, by=g.actor)
    close_read_session()
    document = _given_again(wanted)

    def deed(session: Session) -> Label:
        if isinstance(document, RmatrackError):
            raise document
        label_recovery.keep_again(session, wanted, document, by=g.actor, now=g.now)
        return _label(session, number)

    return once(deed)


@bp.post("/labels/<number>/make-anew")
@bp.output(Label, HTTPStatus.CREATED)
@writes
@refuses(label_replacing.NotHeldError, labels.AlreadyBackError, labels.OnItsWayError, NoCarrierError)
@allowed(Permission.PRINT_LABELS)
def make_anew(number: str) -> Response:
    """Have a label made in place of one that is held back, in any country; the old number is taken back or listed.

    Where the carrier makes the label, the answer is 202 and what is waited for; the unit has its label a little later.
    """

    def deed(session: Session) -> Label | WaitingLabel:
        new = label_replacing.make_label_anew(session, number, policy=given().policy, by=g.actor, now=g.now)
        if new.label_id is not None:
            return _label(session, labels_by_id(session, [new.label_id])[new.label_id].number)
        found = waiting_labels(session, seen_by=g.actor, limit=1, unit_ids=[_label(session, number).unit_id])
        return told_waiting(found[0])

    return once(deed, status=lambda told: HTTPStatus.CREATED if isinstance(told, Label) else HTTPStatus.ACCEPTED)


@bp.post("/units/<int:unit_id>/replacement-label")
@bp.input(ReplacementIn)
@bp.output(Label, HTTPStatus.CREATED)
@writes
@refuses(
    label_replacing.NoReplacementError,
    label_replacing.NothingToReplaceError,
    labels.AlreadyBackError,
    labels.OnItsWayError,
    WrongStatusError,
    NoCarrierError,
    rules.TooManyLabelsError,
    rules.TooManyForDeviceError,
    rules.TooManyForPartnerError,
)
@allowed(Permission.ASK_REPLACEMENT_LABEL)
def replace(unit_id: int, json_data: ReplacementIn) -> Response:
    """Replace a lost label, for pickups in the United States: a new number, and the old one still resolves.

    Where the carrier makes the label, the answer is 202 and what is waited for; the unit has its label a little later.
    """

    def deed(session: Session) -> Label | WaitingLabel:
        unit = unit_with_id(session, unit_id, seen_by=g.actor)
        if unit is None:
            raise NotFoundError
        new = label_requests.ask_for_label(
            session, unit.number, unit_id, reason=json_data.reason, policy=given().policy, by=g.actor, now=g.now
        )
        if new.label_id is not None:
            return _label(session, labels_by_id(session, [new.label_id])[new.label_id].number)
        [waiting] = waiting_labels(session, seen_by=g.actor, limit=1, unit_ids=[unit_id])
        return told_waiting(waiting)

    return once(deed, status=lambda told: HTTPStatus.CREATED if isinstance(told, Label) else HTTPStatus.ACCEPTED)


@bp.get("/waiting-labels")
@bp.input(WaitingLabelsQuery, location="query")
@bp.output(Page[WaitingLabel])
@allowed(Permission.SEE_ORDERS)
def waiting(query_data: WaitingLabelsQuery) -> Page[WaitingLabel]:
    """List the labels that carriers are being asked for, the longest wait first, and those they refused."""
    page = query_data.after
    found = labels_not_there(read_session(), seen_by=g.actor, limit=PAGE + 1, offset=PAGE * (page - 1))
    return Page(items=[told_waiting(each) for each in found[:PAGE]], next=str(page + 1) if len(found) > PAGE else None)


def _given_again(wanted: label_recovery.ToAsk) -> Document | RmatrackError:
    """Return what the carrier gave, or what refuses it: a request that was answered before is answered as then."""
    try:
        return label_recovery.ask_again(write_session, given().lines, wanted, now=given().now)
    except RmatrackError as refusal:
        return refusal


def _label(session: Session, number: str) -> Label:
    found = label_numbered(session, number, seen_by=g.actor)
    if found is None:
        raise NotFoundError
    return Label(**{**found._asdict(), "problem": said(found.problem)})


def told_waiting(waiting: WaitingRow) -> WaitingLabel:
    """Return a label that is waited for as programs see it."""
    is_open = waiting.state in OPEN
    return WaitingLabel(
        unit_id=waiting.unit_id,
        order_number=waiting.order_number,
        serial=waiting.serial,
        carrier=Carrier(waiting.carrier),
        state=IntentState(waiting.state),
        since=waiting.since,
        next_try_at=waiting.due_at if is_open else None,
        message=said(waiting.why),
    )
