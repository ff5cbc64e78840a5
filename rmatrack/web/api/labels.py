"""Labels: a batch printed into one file, one label and where it stands, and a new one for a lost one."""

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from apiflask import APIBlueprint, FileSchema
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.blobs import blob_content
from rmatrack.db.intents import WaitingLabel as WaitingRow
from rmatrack.db.intents import refused_labels, waiting_labels
from rmatrack.db.label_batches import LabelBatch, batch_with_id, labels_in_batch, troubled_items
from rmatrack.db.label_lists import label_numbered, units_to_print
from rmatrack.db.labels import labels_by_id
from rmatrack.db.order_pages import unit_with_id
from rmatrack.domain import label_requests as rules
from rmatrack.domain.errors import NotFoundError, WrongStatusError
from rmatrack.domain.intents import OPEN, IntentState
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.labels import LabelState, NumberSource
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import Carrier
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.paper.papers import Paper
from rmatrack.services import label_batches, label_requests, labels
from rmatrack.services.kept_sentences import told
from rmatrack.services.thermal import NotThermalError
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Filled, Found, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.languages import language
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-labels", __name__, url_prefix="/api/v1", tag="Labels")

MOST_ORDERS = 10_000
MOST_WAITING = 1_000


class BatchIn(Shape):
    """Labels to be printed into one file: one for each unit still out."""

    orders: list[Filled] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_ORDERS,
        description="Of these orders; a unit that has a label gets the same again. Null: all that lack one.",
        examples=[["D4100201", "D4100202"]],
    )
    country: Text | None = Field(default=None, description="Where `orders` is null: only those shipped there.")
    paper: Paper = Field(examples=["4x6"])
    dpi: Literal[203, 300] | None = Field(
        default=None, description="For a thermal printer of so many dots an inch: the file is ZPL."
    )


class NotInFile(Found):
    """A unit whose label is not in the file, and why; it is held back where it has a number."""

    order_number: str = Field(examples=["D4100203"])
    serial: str = Field(examples=["FOC21213GKX"])
    label_number: str | None
    message: str = Field(examples=["No carrier is appointed for returns from AQ."])


class Batch(Found):
    """A batch: how far it is, and what is not in its file. Look again until it is ready, stopped or failed."""

    id: int = Field(examples=[8])
    state: BatchState
    paper: Paper
    dpi: int | None = Field(description="The dots of a thermal printer, where the file is ZPL.", examples=[None])
    total: int = Field(examples=[2])
    done: int = Field(examples=[2])
    labels: int = Field(description="How many are in its file.", examples=[2])
    not_in_file: list[NotInFile]
    problem: str | None
    waits_since: datetime | None = Field(description="Since when a carrier is asked for some of its labels.")
    created_at: datetime
    finished_at: datetime | None


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


@bp.post("/label-batches")
@bp.input(BatchIn)
@bp.output(Batch, HTTPStatus.CREATED)
@writes
@refuses(labels.UnknownOrdersError, label_batches.NothingToPrintError, NotThermalError)
@allowed(Permission.PRINT_LABELS)
def ask(json_data: BatchIn) -> Response:
    """Ask for one file of labels; it is drawn in the background, and each label is read back before it leaves."""

    def deed(session: Session) -> Batch:
        units = _units(session, json_data)
        batch = label_batches.ask_for_batch(
            session, units, paper=json_data.paper, dpi=json_data.dpi, language=language(), by=g.actor, now=g.now
        )
        return _told(session, batch)

    return once(deed, status=HTTPStatus.CREATED)


@bp.get("/label-batches/<int:batch_id>")
@bp.output(Batch)
@allowed(Permission.PRINT_LABELS)
def show_batch(batch_id: int) -> Batch:
    """Show how far a batch is."""
    return _told(read_session(), _batch(read_session(), batch_id))


@bp.get("/label-batches/<int:batch_id>/file")
@bp.output(FileSchema(type="string", format="binary"), content_type="application/pdf")
@allowed(Permission.PRINT_LABELS)
def file(batch_id: int) -> Response:
    """Fetch a batch's file; there is none until the batch is ready."""
    batch = _batch(read_session(), batch_id)
    pdf = blob_content(read_session(), batch.blob_digest) if batch.blob_digest else None
    if pdf is None:
        raise NotFoundError
    return Response(pdf, mimetype="application/zpl" if batch.dpi else "application/pdf")


@bp.post("/label-batches/<int:batch_id>/stop")
@bp.output(Batch)
@writes
@refuses(WrongStatusError)
@allowed(Permission.PRINT_LABELS)
def stop(batch_id: int) -> Response:
    """Stop drawing; labels that have their numbers keep them."""

    def deed(session: Session) -> Batch:
        label_batches.stop_batch(session, batch_id, by=g.actor, now=g.now)
        return _told(session, _batch(session, batch_id))

    return once(deed)


@bp.post("/label-batches/<int:batch_id>/again")
@bp.output(Batch)
@writes
@refuses(WrongStatusError)
@allowed(Permission.PRINT_LABELS)
def again(batch_id: int) -> Response:
    """Draw a batch again that was stopped or failed."""

    def deed(session: Session) -> Batch:
        label_batches.take_up_batch(session, batch_id, by=g.actor, now=g.now)
        return _told(session, _batch(session, batch_id))

    return once(deed)


@bp.post("/label-batches/<int:batch_id>/without-waiting")
@bp.output(Batch)
@writes
@refuses(WrongStatusError)
@allowed(Permission.PRINT_LABELS)
def without_waiting(batch_id: int) -> Response:
    """Draw a batch that waits for a carrier without the labels that are not there yet."""

    def deed(session: Session) -> Batch:
        label_batches.print_what_is_there(session, batch_id, by=g.actor, now=g.now)
        return _told(session, _batch(session, batch_id))

    return once(deed)


@bp.get("/labels/<number>")
@bp.output(Label)
@allowed(Permission.SEE_ORDERS)
def show(number: str) -> Label:
    """Show one label by its tracking number, replaced ones too."""
    return _label(read_session(), number)


@bp.post("/units/<int:unit_id>/replacement-label")
@bp.input(ReplacementIn)
@bp.output(Label, HTTPStatus.CREATED)
@writes
@refuses(
    labels.NoReplacementError,
    labels.NothingToReplaceError,
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
@bp.output(Everything[WaitingLabel])
@allowed(Permission.SEE_ORDERS)
def waiting() -> Everything[WaitingLabel]:
    """List the labels that carriers are being asked for, the longest wait first, and those they refused."""
    session = read_session()
    found = waiting_labels(session, seen_by=g.actor, limit=MOST_WAITING)
    found += refused_labels(session, seen_by=g.actor, limit=MOST_WAITING)
    return Everything(items=[told_waiting(each) for each in found])


def _units(session: Session, wanted: BatchIn) -> list[int]:
    if wanted.orders is None:
        return units_to_print(session, orders=None, country=wanted.country or None, seen_by=g.actor)
    return labels.units_of_orders(session, [number.upper() for number in wanted.orders], by=g.actor)


def _batch(session: Session, batch_id: int) -> LabelBatch:
    batch = batch_with_id(session, batch_id, seen_by=g.actor)
    if batch is None:
        raise NotFoundError
    return batch


def _told(session: Session, batch: LabelBatch) -> Batch:
    is_ready = batch.state == BatchState.READY
    return Batch(
        id=batch.id,
        state=BatchState(batch.state),
        paper=Paper(batch.paper),
        dpi=batch.dpi,
        total=batch.total,
        done=batch.done,
        labels=labels_in_batch(session, batch.id) if is_ready else 0,
        not_in_file=[
            NotInFile(
                order_number=item.order_number,
                serial=item.serial,
                label_number=item.label_number,
                message=_said(item.problem) or "",
            )
            for item in (troubled_items(session, batch.id) if is_ready else ())
        ],
        problem=_said(batch.problem),
        waits_since=batch.waits_since,
        created_at=batch.created_at,
        finished_at=batch.finished_at,
    )


def _label(session: Session, number: str) -> Label:
    found = label_numbered(session, number, seen_by=g.actor)
    if found is None:
        raise NotFoundError
    return Label(**{**found._asdict(), "problem": _said(found.problem)})


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
        message=_said(waiting.why),
    )


def _said(kept: str | None) -> str | None:
    return say(told(kept)) if kept else None
