"""Batches of labels: printed into one file, and the customs invoices that go along."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Literal

from apiflask import APIBlueprint, FileSchema
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.blobs import blob_content
from rmatrack.db.label_batches import LabelBatch, batch_with_id, labels_in_batch, troubled_items
from rmatrack.db.label_lists import units_to_print
from rmatrack.domain.errors import NotFoundError, WrongStatusError
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.people import Permission
from rmatrack.paper.errors import TextTooLongError, UnprintableTextError
from rmatrack.paper.papers import Paper
from rmatrack.services import label_batches, labels
from rmatrack.services.customs import batch_papers
from rmatrack.services.documents import MisreadPaperError, invoices_pdf
from rmatrack.services.kept_sentences import told
from rmatrack.services.thermal import NotThermalError
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.languages import language
from rmatrack.web.sentences import say
from rmatrack.web.sessions import close_read_session, read_session

bp = APIBlueprint("api-label-batches", __name__, url_prefix="/api/v1/label-batches", tag="Labels")

MOST_ORDERS = 10_000
PDF = FileSchema(type="string", format="binary")


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


@bp.post("")
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


@bp.get("/<int:batch_id>")
@bp.output(Batch)
@allowed(Permission.PRINT_LABELS)
def show(batch_id: int) -> Batch:
    """Show how far a batch is."""
    return _told(read_session(), _batch(batch_id))


@bp.get("/<int:batch_id>/file")
@bp.output(PDF, content_type="application/pdf")
@allowed(Permission.PRINT_LABELS)
def file(batch_id: int) -> Response:
    """Fetch a batch's file; there is none until the batch is ready."""
    batch = _batch(batch_id)
    pdf = blob_content(read_session(), batch.blob_digest) if batch.blob_digest else None
    if pdf is None:
        raise NotFoundError
    return Response(pdf, mimetype="application/zpl" if batch.dpi else "application/pdf")


@bp.get("/<int:batch_id>/customs-invoices")
@bp.output(PDF, content_type="application/pdf")
@refuses(UnprintableTextError, TextTooLongError, MisreadPaperError)
@allowed(Permission.PRINT_LABELS)
def customs(batch_id: int) -> Response:
    """Fetch the customs invoices of a batch's returns in one file; there is none where none crosses a border."""
    batch = _batch(batch_id)
    papers = batch_papers(read_session(), batch.id, policy=given().policy, seen_by=g.actor, now=g.now)
    close_read_session()
    if not papers.invoices:
        raise NotFoundError
    return Response(invoices_pdf(papers.invoices), mimetype="application/pdf")


@bp.post("/<int:batch_id>/stop")
@bp.output(Batch)
@writes
@refuses(WrongStatusError)
@allowed(Permission.PRINT_LABELS)
def stop(batch_id: int) -> Response:
    """Stop drawing; labels that have their numbers keep them."""
    return _changed(batch_id, label_batches.stop_batch)


@bp.post("/<int:batch_id>/again")
@bp.output(Batch)
@writes
@refuses(WrongStatusError)
@allowed(Permission.PRINT_LABELS)
def again(batch_id: int) -> Response:
    """Draw a batch again that was stopped or failed."""
    return _changed(batch_id, label_batches.take_up_batch)


@bp.post("/<int:batch_id>/without-waiting")
@bp.output(Batch)
@writes
@refuses(WrongStatusError)
@allowed(Permission.PRINT_LABELS)
def without_waiting(batch_id: int) -> Response:
    """Draw a batch that waits for a carrier without the labels that are not there yet."""
    return _changed(batch_id, label_batches.print_what_is_there)


def _changed(batch_id: int, change: Callable[..., None]) -> Response:
    """Do one deed to a batch, and answer how it stands then."""

    def deed(session: Session) -> Batch:
        change(session, batch_id, by=g.actor, now=g.now)
        return _told(session, _batch_in(session, batch_id))

    return once(deed)


def _units(session: Session, wanted: BatchIn) -> list[int]:
    if wanted.orders is None:
        return units_to_print(session, orders=None, country=wanted.country or None, seen_by=g.actor)
    return labels.units_of_orders(session, [number.upper() for number in wanted.orders], by=g.actor)


def _batch(batch_id: int) -> LabelBatch:
    return _batch_in(read_session(), batch_id)


def _batch_in(session: Session, batch_id: int) -> LabelBatch:
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
                message=said(item.problem) or "",
            )
            for item in (troubled_items(session, batch.id) if is_ready else ())
        ],
        problem=said(batch.problem),
        waits_since=batch.waits_since,
        created_at=batch.created_at,
        finished_at=batch.finished_at,
    )


def said(kept: str | None) -> str | None:
    """Return a kept sentence in the reader's language."""
    return say(told(kept)) if kept else None
