"""Papers that go along with a return, and bookings with a forwarder that is asked by mail."""

from datetime import datetime
from http import HTTPStatus

from apiflask import APIBlueprint, FileSchema
from flask import Response, g
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from rmatrack.db.bookings import Booking as BookingRow
from rmatrack.db.bookings import bookings_of
from rmatrack.db.label_requests import order_to_ask_for
from rmatrack.domain import bookings, customs
from rmatrack.domain.bookings import BookingState
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Permission
from rmatrack.domain.policy_gaps import NoCarrierError, NoDepotError
from rmatrack.paper.errors import TextTooLongError, UnprintableTextError
from rmatrack.services import expeditors_booking
from rmatrack.services.customs import order_invoice
from rmatrack.services.documents import MisreadPaperError, invoices_pdf, waybill_of
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Filled, Found, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import close_read_session, read_session

bp = APIBlueprint("api-documents", __name__, url_prefix="/api/v1/orders", tag="Papers")

PDF = FileSchema(type="string", format="binary")
PAPER_REFUSALS = (UnprintableTextError, TextTooLongError, MisreadPaperError)
BOOKING_REFUSALS = (
    bookings.BadPickupTimeError,
    bookings.NoForwarderError,
    bookings.NoDeskError,
    bookings.LabelsFirstError,
    bookings.AlreadyBookedError,
    customs.NothingToDeclareError,
    customs.CustomsFactsMissingError,
)


class BookingIn(Shape):
    """When the cartons can be fetched; the moments carry their zone."""

    ready_at: AwareDatetime = Field(examples=["2026-11-26T09:00:00+11:00"])
    closes_at: AwareDatetime = Field(examples=["2026-11-26T17:00:00+11:00"])
    instructions: Text = Field(default="", max_length=500, examples=["Loading dock at the back."])


class FileNumberIn(Shape):
    """What the forwarder answered."""

    file_number: Filled = Field(max_length=40, examples=["6410012345"])


class Booking(Found):
    """A booking with Expeditors, as it was last written to its desk."""

    state: BookingState
    version: int = Field(description="Counts the mails about this return.", examples=[1])
    ready_at: datetime
    closes_at: datetime
    instructions: str
    desk: str = Field(examples=["au-returns@expeditors.example"])
    cartons: list[str] = Field(examples=[["995200000000000175"]])
    file_number: str | None = Field(examples=["6410012345"])
    requested_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


@bp.get("/<number>/customs-invoice")
@bp.output(PDF, content_type="application/pdf")
@refuses(
    customs.NoBorderError,
    customs.NothingToDeclareError,
    customs.CustomsFactsMissingError,
    customs.CurrenciesDifferError,
    customs.NoCustomsTermsError,
    NoCarrierError,
    NoDepotError,
    *PAPER_REFUSALS,
)
@allowed(Permission.SEE_ORDERS)
def invoice(number: str) -> Response:
    """Fetch the customs invoice for what an order still has to send."""
    told = order_invoice(read_session(), number.upper(), policy=given().policy, seen_by=g.actor, now=g.now)
    close_read_session()
    return Response(invoices_pdf([told]), mimetype="application/pdf")


@bp.get("/<number>/bookings")
@bp.output(Everything[Booking])
@allowed(Permission.SEE_ORDERS)
def index(number: str) -> Everything[Booking]:
    """List an order's bookings, the latest first."""
    if order_to_ask_for(read_session(), number.upper(), seen_by=g.actor) is None:
        raise NotFoundError
    found = bookings_of(read_session(), number.upper(), seen_by=g.actor)
    return Everything(items=[Booking.model_validate(each) for each in found])


@bp.post("/<number>/bookings")
@bp.input(BookingIn)
@bp.output(Booking, HTTPStatus.CREATED)
@writes
@refuses(*BOOKING_REFUSALS, NoCarrierError, NoDepotError, *PAPER_REFUSALS)
@allowed(Permission.FOLLOW_PARCELS)
def book(number: str, json_data: BookingIn) -> Response:
    """Ask Expeditors' desk by mail to fetch a return, or to change the booking that is open."""
    wish = expeditors_booking.Wish(**json_data.model_dump())
    drafted = expeditors_booking.draft(
        read_session(), number.upper(), wish, policy=given().policy, by=g.actor, now=g.now
    )
    close_read_session()
    pdf = waybill_of(drafted.asked)

    def deed(session: Session) -> Booking:
        made = expeditors_booking.request(session, drafted, pdf, policy=given().policy, by=g.actor, now=g.now)
        return Booking.model_validate(made)

    return once(deed, status=HTTPStatus.CREATED)


@bp.post("/<number>/bookings/file-number")
@bp.input(FileNumberIn)
@bp.output(Booking)
@writes
@refuses(bookings.BadFileNumberError, bookings.NotBookedError)
@allowed(Permission.FOLLOW_PARCELS)
def confirm(number: str, json_data: FileNumberIn) -> Response:
    """Note the file number that Expeditors answered with."""

    def deed(session: Session) -> Booking:
        expeditors_booking.confirm(session, number.upper(), json_data.file_number, by=g.actor, now=g.now)
        return _latest(session, number)

    return once(deed)


@bp.post("/<number>/bookings/cancel")
@bp.output(Booking)
@writes
@refuses(bookings.NotBookedError)
@allowed(Permission.FOLLOW_PARCELS)
def cancel(number: str) -> Response:
    """Call the open booking off."""

    def deed(session: Session) -> Booking:
        expeditors_booking.cancel(session, number.upper(), policy=given().policy, by=g.actor, now=g.now)
        return _latest(session, number)

    return once(deed)


def _latest(session: Session, number: str) -> Booking:
    found: BookingRow | None = next(iter(bookings_of(session, number.upper(), seen_by=g.actor)), None)
    if found is None:
        raise NotFoundError
    return Booking.model_validate(found)
