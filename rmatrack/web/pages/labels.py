"""Labels: what is to be printed, each label as a picture, its print log, and printing it again."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from rmatrack.db.intents import refused_labels, waiting_labels
from rmatrack.db.label_batches import recent_batches
from rmatrack.db.label_lists import (
    LabelSeen,
    OrderToPrint,
    countries_to_print,
    label_numbered,
    labels_held,
    orders_to_print,
)
from rmatrack.db.labels import labels_by_id, prints_of
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.intents import IntentState
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.labels import LabelState, NumberSource
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES, Carrier, carrier_for
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.paper.papers import Paper
from rmatrack.paper.pictures import png
from rmatrack.services.kept_sentences import told
from rmatrack.services.label_life import is_old, note_checked, old_labels
from rmatrack.services.label_papers import papers_with
from rmatrack.services.label_recovery import ask_again, can_be_given_again, keep_again, to_ask_again
from rmatrack.services.label_release import hold, is_printable, release
from rmatrack.services.label_replacing import make_label_anew
from rmatrack.services.label_sheets import Drawn, LabelToDraw, draw_labels, labels_to_draw, sheet
from rmatrack.services.labels import LeftOut, plan_labels
from rmatrack.services.print_log import must_be_current, note_on_purpose
from rmatrack.services.thermal import ThermalFile
from rmatrack.web.access import allowed
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.navigation import here
from rmatrack.web.pages import label_batches, label_papers, label_requests
from rmatrack.web.papers import PAPERS, PRINTERS, paper_in, pdf_answer, printer_in, remember, upright, zpl_answer
from rmatrack.web.sentences import say
from rmatrack.web.sessions import close_read_session, read_session, write_session
from rmatrack.web.troubled_labels import Troubled

bp = Blueprint("labels", __name__, url_prefix="/labels")
bp.register_blueprint(label_batches.bp)
bp.register_blueprint(label_requests.bp)
bp.register_blueprint(label_papers.bp)

ORDERS_SHOWN = 100
BATCHES_SHOWN = 8
HELD_SHOWN = 50
PICTURE_DPI = 150


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order that lacks labels, and who will carry them; without a carrier, why."""

    order: OrderToPrint
    carrier: str | None
    why: NoCarrierError | None


@bp.get("")
@allowed(Permission.PRINT_LABELS)
def index() -> str:
    """Show what is to be printed, what is held back, and the newest batches."""
    session, country = read_session(), request.args.get("country") or None
    page = max(1, request.args.get("page", 1, type=int))
    orders = orders_to_print(
        session, country=country, seen_by=g.actor, limit=ORDERS_SHOWN + 1, offset=ORDERS_SHOWN * (page - 1)
    )
    waiting = [_waiting(order) for order in orders[:ORDERS_SHOWN]]
    countries = countries_to_print(session, seen_by=g.actor)
    return render_template(
        "labels/index.html",
        country=country,
        countries={code: count for code, count in countries.items() if not isinstance(_carrier(code), NoCarrierError)},
        printable=[each for each in waiting if each.carrier],
        without_carrier=[each for each in waiting if not each.carrier],
        held=[_troubled(label) for label in labels_held(session, seen_by=g.actor, limit=HELD_SHOWN)],
        batches=recent_batches(session, seen_by=g.actor, limit=BATCHES_SHOWN),
        newer=here(page=str(page - 1) if page > 2 else None) if page > 1 else None,
        older=here(page=str(page + 1)) if len(orders) > ORDERS_SHOWN else None,
        papers=PAPERS,
        paper=paper_in({}),
        printers=PRINTERS,
        old=old_labels(session, policy=given().policy, seen_by=g.actor, now=g.now, limit=HELD_SHOWN),
        life_days=given().policy.terms.label_life_days,
        at_carriers=[
            *waiting_labels(session, seen_by=g.actor, limit=HELD_SHOWN),
            *refused_labels(session, seen_by=g.actor, limit=HELD_SHOWN),
        ],
        intent_state=IntentState,
        batch_state=BatchState,
        told=told,
    )


@bp.get("/<number>")
@allowed(Permission.PRINT_LABELS)
def show(number: str) -> str:
    """Show a label, where it stands, and who printed it."""
    label = _label(number)
    return render_template(
        "labels/show.html",
        label=label,
        state=LabelState(label.state),
        carrier=CARRIER_NAMES[Carrier(label.carrier)],
        source=NumberSource(label.source),
        is_printable=is_printable(LabelState(label.state)),
        problem=told(label.problem) if label.problem else None,
        prints=prints_of(read_session(), label.id),
        go_along=papers_with(read_session(), label),
        paper_kinds=label_papers.KINDS,
        papers=PAPERS,
        paper=upright(paper_in(request.args)) if printer_in(request.args) else paper_in(request.args),
        printers=PRINTERS,
        printer=printer_in(request.args),
        is_old=is_old(label, policy=given().policy, now=g.now),
        life_days=given().policy.terms.label_life_days,
        paper_names={paper.value: name for paper, name in PAPERS.items()},
        is_held=label.state == LabelState.HELD,
        can_be_given_again=can_be_given_again(label),
        waiting=waiting_labels(read_session(), seen_by=g.actor, limit=1, unit_ids=[label.unit_id]),
        told=told,
    )


@bp.get("/<number>/picture.png")
@allowed(Permission.PRINT_LABELS)
def picture(number: str) -> Response:
    """Draw the label as it comes out of the printer; one that never left the system is not shown."""
    label = _label(number)
    if label.released_at is None:
        raise NotFoundError
    pdf = sheet(_to_draw(label), paper_in(request.args))
    return Response(png(pdf, dpi=PICTURE_DPI), mimetype="image/png")


@bp.post("/<number>/print")
@allowed(Permission.PRINT_LABELS)
def print_again(number: str) -> ResponseReturnValue:
    """Print the label once more: the same number, read back again, and a line in its log."""
    label, wish = _label(number), _wish(request.form)
    must_be_current(label, on_purpose="on_purpose" in request.form)
    left_out: list[tuple[LeftOut, str]] = []
    if label.superseded_by is None:
        with write_session() as session:
            plan = plan_labels(session, [label.unit_id], policy=given().policy, by=g.actor, now=g.now)
            to_draw = labels_to_draw(session, plan.label_ids)
        left_out = [(unit, "bad") for unit in plan.left_out] + [(unit, "warn") for unit in plan.waiting]
    else:
        to_draw = labels_to_draw(read_session(), [label.id])
        close_read_session()
    drawn = draw_labels(lambda: to_draw, wish.paper, thermal=wish.thermal)
    with write_session() as session:
        _log(session, label, drawn, wish)
    remember(wish.paper)
    for unit, tone in left_out:
        flash(say(unit.why), tone)
    if drawn.pdf is None:
        return redirect(url_for(".show", number=number))
    if wish.thermal:
        return zpl_answer(drawn.pdf, f"label-{number}-{wish.paper}-{wish.dpi}.zpl")
    return pdf_answer(drawn.pdf, f"label-{number}-{wish.paper}.pdf")


@bp.post("/<number>/fetch-again")
@allowed(Permission.PRINT_LABELS)
def fetch_again(number: str) -> ResponseReturnValue:
    """Have the carrier give the label once more, and keep what it gave."""
    label = _label(number)
    try:
        wanted = to_ask_again(read_session(), number, by=g.actor)
        close_read_session()
        document = ask_again(write_session, given().lines, wanted, now=given().now)
    except RmatrackError as error:
        flash(say(error), "bad")
        return redirect(url_for(".show", number=number))
    with write_session() as session:
        keep_again(session, wanted, document, by=g.actor, now=g.now)
    carrier = CARRIER_NAMES[Carrier(label.carrier)]
    flash(_("%(carrier)s gave %(number)s again, and it reads back. Print it below.", carrier=carrier, number=number))
    return redirect(url_for(".show", number=number))


@bp.post("/<number>/make-anew")
@allowed(Permission.PRINT_LABELS)
def make_anew(number: str) -> ResponseReturnValue:
    """Have a label made in place of this one, which is held back."""
    with write_session() as session:
        new = make_label_anew(session, number, policy=given().policy, by=g.actor, now=g.now)
        made = labels_by_id(session, [new.label_id])[new.label_id].number if new.label_id else None
    if made is None:
        flash(_("A new label is asked for. This one is taken out of use as soon as it is there."))
        return redirect(url_for(".show", number=number))
    flash(_("%(number)s takes its place. Print it below.", number=made))
    return redirect(url_for(".show", number=made))


@bp.post("/<number>/checked")
@allowed(Permission.PRINT_LABELS)
def checked(number: str) -> ResponseReturnValue:
    """Note that the carrier still takes the label."""
    with write_session() as session:
        note_checked(session, number, by=g.actor, now=g.now)
    flash(_("Noted: %(number)s is still good.", number=number))
    return redirect(url_for(".show", number=number))


@dataclass(frozen=True, slots=True)
class Wish:
    """On what a label is to be printed; without `thermal` as a PDF."""

    paper: Paper
    dpi: int | None
    copies: int
    thermal: ThermalFile | None


def _wish(sent: Mapping[str, str]) -> Wish:
    dpi, paper = printer_in(sent), paper_in(sent)
    if dpi is None:
        return Wish(paper, None, 1, None)
    copies = int(sent.get("copies") or 1) if (sent.get("copies") or "1").isdecimal() else 0
    return Wish(upright(paper), dpi, copies, ThermalFile(upright(paper), dpi, copies))


def _log(session: Session, label: LabelSeen, drawn: Drawn, wish: Wish) -> None:
    if label.superseded_by is not None:
        if drawn.pdf is not None:
            note_on_purpose(session, label, paper=wish.paper, dpi=wish.dpi, copies=wish.copies, by=g.actor, now=g.now)
        return
    release(session, drawn.label_ids, paper=wish.paper, dpi=wish.dpi, copies=wish.copies, by=g.actor, now=g.now)
    hold(session, drawn.held, by=g.actor, now=g.now)


def _label(number: str) -> LabelSeen:
    label = label_numbered(read_session(), number, seen_by=g.actor)
    if label is None:
        raise NotFoundError
    return label


def _to_draw(label: LabelSeen) -> LabelToDraw:
    return labels_to_draw(read_session(), [label.id])[0]


def _troubled(label: LabelSeen) -> Troubled:
    return Troubled(label.number, label.serial, label.order_number, told(label.problem) if label.problem else None)


def _waiting(order: OrderToPrint) -> Waiting:
    carrier = _carrier(order.country, order.state)
    return Waiting(order, None, carrier) if isinstance(carrier, NoCarrierError) else Waiting(order, carrier, None)


def _carrier(country: str, state: str = "") -> str | NoCarrierError:
    try:
        return CARRIER_NAMES[carrier_for(given().policy, country, state, g.now.date()).required()]
    except NoCarrierError as error:
        return error
