"""Sending an order back: a new label at once in the United States; elsewhere whom to call and what to say (C-4)."""

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from rmatrack.db.label_requests import RequestSeen, is_to_mail, requests_of_form
from rmatrack.db.labels import labels_by_id
from rmatrack.domain.errors import ConflictError, NotFoundError, RmatrackError
from rmatrack.domain.intents import OPEN, IntentState
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.labels import PRINTABLE, LabelState
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.paper.notes import draw_note
from rmatrack.paper.papers import Paper
from rmatrack.services.kept_sentences import told
from rmatrack.services.label_release import hold, release
from rmatrack.services.label_requests import Asked, ask_for_labels
from rmatrack.services.label_sheets import LabelToDraw, draw_labels, labels_to_draw
from rmatrack.services.return_help import WayBack, way_back
from rmatrack.services.return_mails import AddressNotKeptError, administrators, mail_labels
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.given import given
from rmatrack.web.papers import paper_in, pdf_answer, remember
from rmatrack.web.return_form import ReturnForm
from rmatrack.web.return_note import booking_of, fetched_by, note_of
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = Blueprint("returning", __name__, url_prefix="/orders")

TRIES = 2
"""A form that is sent twice at once loses the race to itself, and is answered when it tries again."""


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


@bp.get("/<number>/return/label")
@allowed(Permission.ASK_REPLACEMENT_LABEL)
def ready(number: str) -> str:
    """Show the labels that came of a form, with their file and what to do now."""
    way, given_labels = _way_back(number), _given(number)
    given_labels = _let_go(number, given_labels)
    return render_template(
        "returning/ready.html",
        way=way,
        labels=given_labels,
        form=request.args["form"],
        trouble=Trouble(given_labels[0].reason),
        packaging_lost=Trouble.PACKAGING_LOST,
        states=LabelState,
        is_waiting=any(label.waits in OPEN for label in given_labels if not label.number),
        printable=[label for label in given_labels if label.state in PRINTABLE],
        mailed=request.args.get("mailed"),
        waits=IntentState,
        is_to_mail=is_to_mail(read_session(), way.order.number, request.args["form"]),
        booking=booking_of(way),
        carriers=CARRIER_NAMES,
        told=told,
    )


@bp.get("/<number>/return/label.pdf")
@allowed(Permission.ASK_REPLACEMENT_LABEL)
def file(number: str) -> Response:
    """Give the labels of a form as a file: read back once more, and only while they may be used (SPEC C-8)."""
    labels = [label for label in _given(number) if label.state in PRINTABLE]
    if not labels:
        raise NotFoundError
    to_draw = labels_to_draw(read_session(), [label.label_id for label in labels if label.label_id is not None])
    close_read_session()
    drawn = draw_labels(lambda: to_draw, Paper(labels[0].paper))
    if drawn.pdf is None:
        raise NotFoundError
    name = f"return-label-{labels[0].order_number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(drawn.pdf, mimetype="application/pdf", headers=headers)


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


def _let_go(number: str, labels: list[RequestSeen]) -> list[RequestSeen]:
    """Release labels that the carrier made since they were asked for; return how the form's labels stand then."""
    made = [label.label_id for label in labels if label.waits and label.state == LabelState.INTENT and label.label_id]
    if not made:
        return labels
    to_draw, paper = labels_to_draw(read_session(), made), Paper(labels[0].paper)
    close_read_session()
    drawn = draw_labels(lambda: to_draw, paper)
    with write_session() as step:
        release(step, drawn.label_ids, paper=paper, by=g.actor, now=g.now)
        hold(step, drawn.held, by=g.actor, now=g.now)
    return _given(number)


def _give(way: WayBack, asked: Asked) -> None:
    """Number the labels, draw and read them back, let them go; a label that left before leaves again by mail only.

    Where the carrier still makes one of them, a worker mails them all when it is there.
    """
    mail_to = asked.mail_to
    if mail_to and mail_to not in {one.email for one in administrators(read_session(), way.order.customer_id)}:
        raise AddressNotKeptError(mail_to)
    to_draw = _numbered(way.order.number, asked, again=mail_to is not None)
    if not to_draw:
        return
    drawn = draw_labels(lambda: to_draw, asked.paper)
    serials = {box.unit_id: f"{box.model} {box.serial}" for box in way.boxes}
    with write_session() as step:
        release(step, drawn.label_ids, paper=asked.paper, by=g.actor, now=g.now)
        hold(step, drawn.held, by=g.actor, now=g.now)
        if mail_to and drawn.pdf and not is_to_mail(step, way.order.number, asked.form):
            labels = labels_by_id(step, drawn.label_ids)
            devices = [serials[labels[id_].unit_id] for id_ in drawn.label_ids]
            mail_labels(step, way, devices, drawn.pdf, to=mail_to, form=asked.form, now=g.now)


def _numbered(number: str, asked: Asked, *, again: bool) -> list[LabelToDraw]:
    """Return the labels to draw: those that never left, and with *again* also those that did."""
    for left in range(TRIES - 1, -1, -1):
        try:
            with write_session() as step:
                ids = ask_for_labels(step, number, asked, policy=given().policy, by=g.actor, now=g.now)
                labels = labels_by_id(step, ids)
                return labels_to_draw(step, [id_ for id_ in ids if again or labels[id_].released_at is None])
        except ConflictError:
            if not left:
                raise
    raise AssertionError("A request is tried at least once.")


def _way_back(number: str) -> WayBack:
    return way_back(
        read_session(),
        _exact(number),
        policy=given().policy,
        seen_by=g.actor,
        now=g.now,
        unit_id=request.args.get("unit", type=int),
    )


def _given(number: str) -> list[RequestSeen]:
    """Return the labels that came of the form in the address; raises `NotFoundError`."""
    found = requests_of_form(read_session(), _exact(number), request.args.get("form", ""), seen_by=g.actor)
    if not found:
        raise NotFoundError
    return found


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
        fetched_by=fetched_by(way),
        carriers=CARRIER_NAMES,
    )
