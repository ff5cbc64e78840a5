"""Demo orders: the list, one order as it answers a phone call, and putting its EULA dates right."""

from collections.abc import Iterable

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from rmatrack.db.order_pages import OrdersWanted, ReturnsShown
from rmatrack.domain.discrepancies import DiscrepancyType
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.lookup import Why
from rmatrack.domain.names import name_key
from rmatrack.domain.orders import OrderNumberError, Stage, order_number_from
from rmatrack.domain.outbox import MailState
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.domain.serials import normalise
from rmatrack.services.eula import change_eula_expiry, preview_eula
from rmatrack.services.order_columns import COLUMNS
from rmatrack.services.orders import MOST_COUNTED, OrderFile, order_file, order_rows, orders_page
from rmatrack.services.orders_in_short import OrderInShort
from rmatrack.web import history_texts
from rmatrack.web.access import allowed
from rmatrack.web.eula_form import EulaForm
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.given import given
from rmatrack.web.languages import ngettext
from rmatrack.web.mail_titles import mail_title
from rmatrack.web.order_sections import sections_of
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.units_filter import choices

bp = Blueprint("orders", __name__, url_prefix="/orders")


@bp.get("")
@allowed(Permission.SEE_ORDERS)
def index() -> str:
    """List orders, the latest first."""
    page = orders_page(
        read_session(),
        _wanted(),
        seen_by=g.actor,
        now=g.now,
        policy=given().policy,
        before=request.args.get("before", type=int),
        after=request.args.get("after", type=int),
    )
    return render_template(
        "orders/index.html", page=page, shown=_wanted().shown, most=MOST_COUNTED, choices=choices(read_session())
    )


@bp.get("/export.csv")
@allowed(Permission.SEE_ORDERS)
def csv() -> Response:
    """Give the whole list as CSV."""
    return csv_file(_file_name(), COLUMNS, _rows)


@bp.get("/export.xlsx")
@allowed(Permission.SEE_ORDERS)
def xlsx() -> Response:
    """Give the whole list as a workbook."""
    return xlsx_file(_file_name(), COLUMNS, _rows)


@bp.get("/<number>")
@allowed(Permission.SEE_ORDERS)
def show(number: str) -> str:
    """Show all about one order."""
    found = _order(number)
    by = request.args.get("by", "")
    return render_template(
        "orders/show.html",
        file=found,
        order=found.order,
        stages=Stage,
        no_carrier=isinstance(found.carrier, NoCarrierError),
        carriers=CARRIER_NAMES,
        label_state=LabelState,
        dead=DEAD,
        discrepancy_type=DiscrepancyType,
        found_by=Why(by) if by in set(Why) else None,
        found_key=request.args.get("key", ""),
        texts=history_texts,
        mail_state=MailState,
        mail_kind=mail_title,
        sections=sections_of(read_session(), found),
    )


@bp.route("/<number>/eula", methods=["GET", "POST"])
@allowed(Permission.CORRECT_SHIPMENTS)
def eula(number: str) -> ResponseReturnValue:
    """Correct the EULA date of some units: asked, shown with its effect, done."""
    found = _order(number)
    form = EulaForm.of(found.out)
    effects = None
    if form.validate_on_submit():
        chosen, expires_on = form.chosen, form.day
        try:
            if form.confirmed.data:
                return _changed(found.order.number, chosen, form)
            effects = preview_eula(
                read_session(), found.order.number, chosen, expires_on, by=g.actor, now=g.now, policy=given().policy
            )
        except RmatrackError as error:
            form.refuse(error)
    return render_template("orders/eula.html", file=found, order=found.order, form=form, effects=effects)


def _changed(number: str, chosen: set[int], form: EulaForm) -> ResponseReturnValue:
    with write_session() as session:
        changed = change_eula_expiry(
            session, number, chosen, form.day, reason=form.reason.data or "", by=g.actor, now=g.now
        )
        count = len(changed)
    flash(
        ngettext("The EULA date of %(num)s device is changed.", "The EULA dates of %(num)s devices are changed.", count)
    )
    return redirect(url_for(".show", number=number))


def _order(number: str) -> OrderFile:
    try:
        exact = order_number_from(number)
    except OrderNumberError:
        raise NotFoundError from None
    return order_file(read_session(), exact, seen_by=g.actor, now=g.now, policy=given().policy)


def _rows(session: Session) -> Iterable[OrderInShort]:
    return order_rows(session, _wanted(), seen_by=g.actor, now=g.now, policy=given().policy)


def _file_name() -> str:
    return f"demo-orders-{_wanted().shown}-{g.now:%Y-%m-%d}"


def _wanted() -> OrdersWanted:
    arguments = request.args
    text = arguments.get("text", "").strip()
    shown = arguments.get("state", ReturnsShown.OPEN)
    return OrdersWanted(
        shown=ReturnsShown(shown) if shown in set(ReturnsShown) else ReturnsShown.OPEN,
        partner_id=arguments.get("partner", type=int),
        customer_id=arguments.get("customer", type=int),
        country=arguments.get("country") or None,
        start=normalise(text),
        name=name_key(text),
    )
