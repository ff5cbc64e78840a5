"""Sending an order back: a new label at once in the United States; elsewhere whom to call and what to say (C-4)."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.paper.notes import draw_note
from rmatrack.paper.papers import Paper
from rmatrack.services.label_requests import Asked, ask_for_labels
from rmatrack.services.label_wishes import labels_wanted, want_labels
from rmatrack.services.return_help import WayBack, way_back
from rmatrack.services.return_mails import AddressNotKeptError, administrators
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.given import given
from rmatrack.web.given_labels import given_labels
from rmatrack.web.label_giving import give_labels, label_file, labels_of_form
from rmatrack.web.languages import _
from rmatrack.web.papers import paper_in, pdf_answer, remember
from rmatrack.web.return_form import ReturnForm
from rmatrack.web.return_note import booking_of, fetched_by, note_of
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = Blueprint("returning", __name__, url_prefix="/orders")


@bp.get("/<number>/return")
@allowed(Permission.SEE_ORDERS)
def show(number: str) -> str:
    """Show how the order comes back from where it is."""
    return _page(_way_back(number), None)


@bp.post("/<number>/return")
@allowed(Permission.ASK_REPLACEMENT_LABEL)
def ask(number: str) -> ResponseReturnValue:
    """Give new labels, and lead to where they are."""
    way = _way_back(number)
    form = _form(way)
    if not form.validate():
        return _page(way, form), 422
    asked = form.asked
    try:
        _give(way, asked)
    except RmatrackError as error:
        form.refuse(error)
        return _page(_way_back(number), form), status_of(error)
    remember(asked.paper)
    mailed = asked.mail_to if asked.trouble is not Trouble.PACKAGING_LOST else None
    return redirect(url_for(".ready", number=way.order.number, form=asked.form, mailed=mailed))


@bp.post("/<number>/return/wish")
@allowed(Permission.ASK_REPLACEMENT_LABEL)
def wish(number: str) -> ResponseReturnValue:
    """Ask logistics for the labels that the boxes lack."""
    exact = _exact(number)
    with write_session() as step:
        want_labels(step, exact, policy=given().policy, by=g.actor, now=g.now)
    flash(_("Logistics is asked for the labels."))
    return redirect(url_for(".show", number=exact))


@bp.get("/<number>/return/label")
@allowed(Permission.ASK_REPLACEMENT_LABEL)
def ready(number: str) -> str:
    """Show the labels that came of a form, with their file and what to do now."""
    way = _way_back(number)
    form = request.args.get("form", "")
    labels = labels_of_form(way.order.number, form, seen_by=g.actor)
    shown = given_labels(way, labels, form, mailed=request.args.get("mailed"))
    return render_template("returning/ready.html", **shown)


@bp.get("/<number>/return/label.pdf")
@allowed(Permission.ASK_REPLACEMENT_LABEL)
def file(number: str) -> Response:
    """Give the labels of a form as a file: read back once more, and only while they may be used (SPEC C-8)."""
    return label_file(_exact(number), request.args.get("form", ""), seen_by=g.actor)


@bp.get("/<number>/return/note.pdf")
@allowed(Permission.SEE_ORDERS)
def note(number: str) -> Response:
    """Give the note of how the order comes back as a sheet to print; where a label of ours goes there is none."""
    way = _way_back(number)
    if way.carrier is None or way.with_label or not way.to_send:
        raise NotFoundError
    sheet = note_of(way)
    close_read_session()
    return pdf_answer(draw_note(sheet), f"return-{way.order.number}.pdf")


def _give(way: WayBack, asked: Asked) -> None:
    """Give the labels, to be downloaded or mailed; raises `AddressNotKeptError` and what `ask_for_labels` raises."""
    number, mail_to = way.order.number, asked.mail_to
    if mail_to and mail_to not in {one.email for one in administrators(read_session(), way.order.customer_id)}:
        raise AddressNotKeptError(mail_to)

    def ask(step: Session) -> list[int]:
        return ask_for_labels(step, number, asked, policy=given().policy, by=g.actor, now=g.now)

    give_labels(way, asked, ask, by=g.actor)


def _way_back(number: str) -> WayBack:
    return way_back(
        read_session(),
        _exact(number),
        policy=given().policy,
        seen_by=g.actor,
        now=g.now,
        unit_id=request.args.get("unit", type=int),
    )


def _exact(number: str) -> str:
    try:
        return order_number_from(number)
    except OrderNumberError:
        raise NotFoundError from None


def _form(way: WayBack) -> ReturnForm:
    """Ask on the paper chosen last; to begin with on one that has the customer's instructions."""
    emails = [one.email for one in administrators(read_session(), way.order.customer_id)]
    return ReturnForm.of(way.to_send, paper_in({"paper": session.get("paper") or Paper.LETTER}), emails)


def _page(way: WayBack, form: ReturnForm | None) -> str:
    return render_template(
        "returning/show.html",
        way=way,
        form=form or (_form(way) if way.with_label else None),
        booking=booking_of(way),
        wanted=labels_wanted(read_session(), way),
        fetched_by=fetched_by(way),
        carriers=CARRIER_NAMES,
    )
