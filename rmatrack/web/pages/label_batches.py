"""Batches of labels: asked for, with progress, stopped, taken up again, fetched."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.db.blobs import blob_content
from rmatrack.db.label_batches import (
    LabelBatch,
    batch_with_id,
    labels_in_batch,
    troubled_items,
    waiting_in_batch,
)
from rmatrack.db.label_lists import units_to_print
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.intents import IntentState
from rmatrack.domain.label_batches import UNFINISHED, BatchState
from rmatrack.domain.people import Permission
from rmatrack.services.customs import CustomsPapers, batch_papers
from rmatrack.services.documents import invoices_pdf
from rmatrack.services.kept_sentences import told
from rmatrack.services.label_batches import ask_for_batch, print_what_is_there, stop_batch, take_up_batch
from rmatrack.web.access import allowed
from rmatrack.web.given import given
from rmatrack.web.languages import language
from rmatrack.web.papers import PAPERS, PRINTERS, paper_in, pdf_answer, printer_in, remember, upright, zpl_answer
from rmatrack.web.sessions import close_read_session, read_session, write_session
from rmatrack.web.troubled_labels import Troubled

bp = Blueprint("batches", __name__, url_prefix="/batches")


@bp.post("")
@allowed(Permission.PRINT_LABELS)
def ask() -> ResponseReturnValue:
    """Ask for the labels of the chosen orders, or of all that lack them."""
    dpi = printer_in(request.form)
    paper = upright(paper_in(request.form)) if dpi else paper_in(request.form)
    orders = None if request.form.get("all") else request.form.getlist("order")
    country = request.form.get("country") or None
    units = units_to_print(read_session(), orders=orders, country=country, seen_by=g.actor)
    with write_session() as session:
        batch = ask_for_batch(session, units, paper=paper, dpi=dpi, language=language(), by=g.actor, now=g.now)
    remember(paper)
    return redirect(url_for(".show", batch_id=batch.id))


@bp.get("/<int:batch_id>")
@allowed(Permission.PRINT_LABELS)
def show(batch_id: int) -> str:
    """Show how far a batch is, and what is not in its file."""
    return render_template("labels/batch.html", **_shown(_batch(batch_id)))


@bp.get("/<int:batch_id>/progress")
@allowed(Permission.PRINT_LABELS)
def progress(batch_id: int) -> str:
    """Show the part of the page that changes."""
    return render_template("labels/batch_state.html", **_shown(_batch(batch_id)))


@bp.get("/<int:batch_id>/file")
@allowed(Permission.PRINT_LABELS)
def file(batch_id: int) -> Response:
    """Give the batch's file."""
    batch = _batch(batch_id)
    pdf = blob_content(read_session(), batch.blob_digest) if batch.blob_digest else None
    if pdf is None:
        raise NotFoundError
    if batch.dpi:
        return zpl_answer(pdf, f"labels-{batch_id}-{batch.paper}-{batch.dpi}.zpl")
    return pdf_answer(pdf, f"labels-{batch_id}-{batch.paper}.pdf")


@bp.get("/<int:batch_id>/customs.pdf")
@allowed(Permission.PRINT_LABELS)
def customs(batch_id: int) -> Response:
    """Give the customs invoices of the batch's returns that cross a border, in one file."""
    papers = _customs(_batch(batch_id))
    close_read_session()
    if not papers.invoices:
        raise NotFoundError
    return pdf_answer(invoices_pdf(papers.invoices), f"customs-invoices-{batch_id}.pdf")


@bp.post("/<int:batch_id>/stop")
@allowed(Permission.PRINT_LABELS)
def stop(batch_id: int) -> ResponseReturnValue:
    """Stop drawing."""
    with write_session() as session:
        stop_batch(session, batch_id, by=g.actor, now=g.now)
    return redirect(url_for(".show", batch_id=batch_id))


@bp.post("/<int:batch_id>/again")
@allowed(Permission.PRINT_LABELS)
def again(batch_id: int) -> ResponseReturnValue:
    """Draw a batch again that was stopped or failed."""
    with write_session() as session:
        take_up_batch(session, batch_id, by=g.actor, now=g.now)
    return redirect(url_for(".show", batch_id=batch_id))


@bp.post("/<int:batch_id>/without-waiting")
@allowed(Permission.PRINT_LABELS)
def without_waiting(batch_id: int) -> ResponseReturnValue:
    """Draw a batch without the labels that its carrier has not made yet."""
    with write_session() as session:
        print_what_is_there(session, batch_id, by=g.actor, now=g.now)
    return redirect(url_for(".show", batch_id=batch_id))


def _batch(batch_id: int) -> LabelBatch:
    batch = batch_with_id(read_session(), batch_id, seen_by=g.actor)
    if batch is None:
        raise NotFoundError
    return batch


def _customs(batch: LabelBatch) -> CustomsPapers:
    return batch_papers(read_session(), batch.id, policy=given().policy, seen_by=g.actor, now=g.now)


def _shown(batch: LabelBatch) -> dict[str, object]:
    state = BatchState(batch.state)
    is_ready = state is BatchState.READY
    items = troubled_items(read_session(), batch.id) if is_ready else []
    troubled = [
        Troubled(item.label_number if item.label_id else None, item.serial, item.order_number, told(item.problem))
        for item in items
        if item.problem
    ]
    return {
        "batch": batch,
        "waiting": waiting_in_batch(read_session(), batch.id, seen_by=g.actor) if state in UNFINISHED else [],
        "intent_state": IntentState,
        "told": told,
        "customs": _customs(batch) if is_ready else None,
        "state": state,
        "is_unfinished": state in UNFINISHED,
        "is_waiting": state is BatchState.WAITING,
        "can_go_on": state in {BatchState.STOPPED, BatchState.FAILED},
        "problem": told(batch.problem) if batch.problem else None,
        "count": labels_in_batch(read_session(), batch.id) if is_ready else 0,
        "held": [row for row in troubled if row.label],
        "left_out": [row for row in troubled if not row.label],
        "printers": PRINTERS,
        "paper": {paper.value: name for paper, name in PAPERS.items()}[batch.paper],
    }
