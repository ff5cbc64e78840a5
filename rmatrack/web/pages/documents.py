"""Papers that go along with a return: its customs invoice, and the booking with a forwarder and what goes with that."""

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from rmatrack.db.blobs import blob_content
from rmatrack.db.bookings import bookings_of
from rmatrack.domain.bookings import OPEN, BookingState
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES, Carrier
from rmatrack.services import expeditors_booking
from rmatrack.services.customs import order_invoice
from rmatrack.services.documents import invoices_pdf, waybill_of
from rmatrack.services.return_help import WayBack, way_back
from rmatrack.web.access import allowed
from rmatrack.web.booking_form import BookingForm, FileNumberForm
from rmatrack.web.errors import status_of
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.papers import pdf_answer
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = Blueprint("documents", __name__, url_prefix="/orders")


@bp.get("/<number>/customs-invoice.pdf")
@allowed(Permission.SEE_ORDERS)
def invoice(number: str) -> Response:
    """Give the customs invoice for what the order still has to send."""
    exact = _exact(number)
    told = order_invoice(read_session(), exact, policy=given().policy, seen_by=g.actor, now=g.now)
    close_read_session()
    return pdf_answer(invoices_pdf([told]), f"customs-invoice-{told.number}.pdf")


@bp.get("/<number>/waybill.pdf")
@allowed(Permission.SEE_ORDERS)
def waybill(number: str) -> Response:
    """Give the document of the order's latest booking, as it went to the forwarder."""
    found = bookings_of(read_session(), _exact(number), seen_by=g.actor)
    pdf = blob_content(read_session(), found[0].blob_digest) if found else None
    if pdf is None:
        raise NotFoundError
    return pdf_answer(pdf, f"waybill-{number}.pdf")


@bp.get("/<number>/booking")
@allowed(Permission.FOLLOW_PARCELS)
def booking(number: str) -> str:
    """Show what is booked, and ask for a booking."""
    return _page(_way_back(number))


@bp.post("/<number>/booking")
@allowed(Permission.FOLLOW_PARCELS)
def book(number: str) -> ResponseReturnValue:
    """Ask for a booking, or for the change of the one that is open."""
    way, form = _way_back(number), BookingForm()
    if not form.validate():
        return _page(way, form), 422
    try:
        drafted = expeditors_booking.draft(
            read_session(),
            way.order.number,
            form.wish(way.order.customer.zone),
            policy=given().policy,
            by=g.actor,
            now=g.now,
        )
        close_read_session()
        pdf = waybill_of(drafted.asked)
        with write_session() as session:
            expeditors_booking.request(session, drafted, pdf, policy=given().policy, by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(_way_back(number), form), status_of(error)
    flash(_("The request goes to %(desk)s. Enter the file number when they answer.", desk=drafted.desk))
    return redirect(url_for(".booking", number=drafted.order))


@bp.post("/<number>/booking/file-number")
@allowed(Permission.FOLLOW_PARCELS)
def confirm(number: str) -> ResponseReturnValue:
    """Note the forwarder's file number."""
    form = FileNumberForm()
    if not form.validate():
        return _page(_way_back(number), confirming=form), 422
    try:
        with write_session() as session:
            expeditors_booking.confirm(session, _exact(number), form.file_number.data, by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(_way_back(number), confirming=form), status_of(error)
    flash(_("The booking is confirmed."))
    return redirect(url_for(".booking", number=_exact(number)))


@bp.post("/<number>/booking/cancel")
@allowed(Permission.FOLLOW_PARCELS)
def cancel(number: str) -> ResponseReturnValue:
    """Call the booking off."""
    with write_session() as session:
        expeditors_booking.cancel(session, _exact(number), policy=given().policy, by=g.actor, now=g.now)
    flash(_("The booking is cancelled. The desk is told by mail."))
    return redirect(url_for(".booking", number=_exact(number)))


def _page(way: WayBack, form: BookingForm | None = None, confirming: FileNumberForm | None = None) -> str:
    found = bookings_of(read_session(), way.order.number, seen_by=g.actor)
    return render_template(
        "documents/booking.html",
        way=way,
        form=form or BookingForm(formdata=None),
        confirming=confirming or FileNumberForm(formdata=None),
        open=next((each for each in found if each.state in OPEN), None),
        ended=[each for each in found if each.state not in OPEN],
        states=BookingState,
        by_mail=way.carrier is Carrier.EXPEDITORS,
        carriers=CARRIER_NAMES,
    )


def _way_back(number: str) -> WayBack:
    return way_back(read_session(), _exact(number), policy=given().policy, seen_by=g.actor, now=g.now)


def _exact(number: str) -> str:
    try:
        return order_number_from(number)
    except OrderNumberError:
        raise NotFoundError from None
