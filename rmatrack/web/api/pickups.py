"""Pickups: which there are, the days on offer, booking, moving, calling off, and what was said on the phone."""

from datetime import date, datetime, time
from typing import Annotated

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field, WithJsonSchema
from sqlalchemy.orm import Session

from rmatrack.db.pickups import PickupVisit, visit_with_id, visits_listed
from rmatrack.domain.bookings import NotBookedError
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.pickups import (
    LONGEST_INSTRUCTIONS,
    BookedByMailError,
    BoxTakenError,
    NothingToFetchError,
    OutsideHoursError,
    PastDayError,
    PickupBusyError,
    PickupStandsError,
    PickupState,
    WholeReturnError,
    Window,
    WindowTooShortError,
    Wish,
)
from rmatrack.domain.policy import Carrier
from rmatrack.domain.policy_gaps import NoCarrierError, NoDepotError, NotServedError
from rmatrack.services.documents import waybill_of
from rmatrack.services.expeditors_booking import Draft
from rmatrack.services.forwarder_pickups import call_off as call_off_visit
from rmatrack.services.forwarder_pickups import draft_pickup, request_pickup
from rmatrack.services.kept_sentences import told
from rmatrack.services.pickups import Asked, book, move, offer, settle
from rmatrack.web.access import allowed
from rmatrack.web.api.documents import BOOKING_REFUSALS, PAPER_REFUSALS
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.pickup_words import in_words, to_say
from rmatrack.web.sentences import say
from rmatrack.web.sessions import close_read_session, read_session

bp = APIBlueprint("api-pickups", __name__, url_prefix="/api/v1/pickups", tag="Pickups")

PAGE = 50


ByTheClock = Annotated[
    time,
    WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$", "examples": ["10:00:00"]}),
]
"""Hours and minutes without a zone: those of the place."""


class WindowShape(Found):
    """A day, and the hours by the clock there."""

    day: date
    ready_at: ByTheClock
    closes_at: ByTheClock


class PickupOut(Found):
    """A visit of a carrier to fetch boxes."""

    id: int
    carrier: Carrier
    state: PickupState
    wish: Wish | None = Field(description="What the carrier is still to be told.")
    words: str = Field(description="What the customer is told.")
    order: str = Field(examples=["D4100201"])
    day: date
    ready_at: time
    closes_at: time
    zone: str = Field(examples=["Europe/Berlin"])
    number: str = Field(description="The carrier's own; empty until it gave one.", examples=["PRG260123456789"])
    serials: list[str] = Field(examples=[["FOC21213GKV"]])
    instructions: str
    why: str | None = Field(description="What the carrier said last, where it did not agree.")
    to_say: list[str] = Field(description="What to say on the phone.")
    created_at: datetime


class OfferOut(Found):
    """What can be booked for an order."""

    carrier: Carrier
    zone: str
    desk: str = Field(description="The forwarder's desk that is asked by mail; empty where the carrier is called.")
    by_line: bool = Field(description="Whether the carrier is called by program; else somebody phones.")
    windows: list[WindowShape]
    boxes: list["BoxOut"]


class BoxOut(Found):
    """A box at the order's address."""

    unit_id: int
    serial: str
    order_number: str = Field(examples=["D4100201"])
    pickup_id: int | None = Field(description="The visit that fetches it already.")


class PickupsQuery(Shape):
    """What the list is narrowed to."""

    state: PickupState | None = None
    carrier: Carrier | None = None
    day: date | None = None
    after: int = Field(default=1, ge=1, le=100_000, description="`next` of the page before.")


class OfferQuery(Shape):
    """For which order."""

    order: Text = Field(max_length=20, examples=["D4100201"])


class WindowIn(Shape):
    """When the carrier may come."""

    day: date = Field(examples=["2026-12-01"])
    ready_at: ByTheClock = Field(examples=["10:00:00"])
    closes_at: ByTheClock = Field(examples=["16:00:00"])


class BookIn(WindowIn):
    """What is fetched, and who is told."""

    order: Text = Field(max_length=20, examples=["D4100201"])
    unit_ids: list[int] = Field(max_length=100, examples=[[17]])
    instructions: Text = Field(default="", max_length=LONGEST_INSTRUCTIONS)
    mail_to: Text = Field(default="", max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$")
    mail_name: Text = Field(default="", max_length=200)
    language: Text = Field(default="en", pattern="^(en|nl)$")


class CallOffIn(Shape):
    """Why it does not take place."""

    why: Text = Field(default="", max_length=200)


class SettleIn(Shape):
    """What the carrier said on the phone."""

    booked: bool
    number: Text = Field(default="", max_length=40)


@bp.get("")
@bp.input(PickupsQuery, location="query")
@bp.output(Page[PickupOut])
@allowed(Permission.SEE_ORDERS)
def index(query_data: PickupsQuery) -> Page[PickupOut]:
    """List pickups: those that wait for a person, then by day."""
    visits = visits_listed(
        read_session(),
        states={query_data.state} if query_data.state else None,
        carrier=query_data.carrier,
        day=query_data.day,
        seen_by=g.actor,
        limit=PAGE + 1,
        offset=PAGE * (query_data.after - 1),
    )
    following = str(query_data.after + 1) if len(visits) > PAGE else None
    return Page(items=[_told(visit) for visit in visits[:PAGE]], next=following)


@bp.get("/offer")
@bp.input(OfferQuery, location="query")
@bp.output(OfferOut)
@refuses(NotFoundError, NoCarrierError, NotServedError)
@allowed(Permission.FOLLOW_PARCELS)
def offered(query_data: OfferQuery) -> OfferOut:
    """Show boxes and days for an order's address."""
    found = offer(read_session(), query_data.order, policy=given().policy, by=g.actor, now=g.now)
    return OfferOut(
        carrier=found.carrier,
        zone=found.zone,
        desk=found.desk,
        by_line=found.by_line,
        windows=[WindowShape.model_validate(window) for window in found.windows],
        boxes=[BoxOut.model_validate(box) for box in found.boxes],
    )


@bp.get("/<int:pickup_id>")
@bp.output(PickupOut)
@allowed(Permission.SEE_ORDERS)
def show(pickup_id: int) -> PickupOut:
    """Show one."""
    return _told(_found(read_session(), pickup_id))


@bp.post("")
@bp.input(BookIn)
@bp.output(PickupOut, status_code=201)
@writes
@refuses(
    NotFoundError,
    NoCarrierError,
    NotServedError,
    NothingToFetchError,
    BoxTakenError,
    PastDayError,
    OutsideHoursError,
    WindowTooShortError,
    WholeReturnError,
    *BOOKING_REFUSALS,
    *PAPER_REFUSALS,
    NoDepotError,
)
@allowed(Permission.FOLLOW_PARCELS)
def ask(json_data: BookIn) -> Response:
    """Want boxes of one address fetched.

    Where a forwarder's desk is asked by mail, the answer's state is `mailed`: the request is an order's booking too.
    """
    asked = Asked(
        unit_ids=json_data.unit_ids,
        window=_window(json_data),
        instructions=json_data.instructions,
        mail_to=json_data.mail_to,
        mail_name=json_data.mail_name,
        language=json_data.language,
    )
    drawn = _drawn(json_data.order, asked)

    def deed(session: Session) -> PickupOut:
        if isinstance(drawn, RmatrackError):
            raise drawn
        if drawn is None:
            visit = book(session, json_data.order, asked, policy=given().policy, by=g.actor, now=g.now)
        else:
            drafted, pdf = drawn
            visit = request_pickup(session, drafted, pdf, asked, policy=given().policy, by=g.actor, now=g.now)
        return _told(_found(session, visit.id))

    return once(deed, status=201)


@bp.post("/<int:pickup_id>/move")
@bp.input(WindowIn)
@bp.output(PickupOut)
@writes
@refuses(PickupStandsError, PickupBusyError, BookedByMailError, PastDayError, OutsideHoursError, WindowTooShortError)
@allowed(Permission.FOLLOW_PARCELS)
def move_it(pickup_id: int, json_data: WindowIn) -> Response:
    """Want it at another time."""

    def deed(session: Session) -> PickupOut:
        move(session, pickup_id, _window(json_data), policy=given().policy, by=g.actor, now=g.now)
        return _told(_found(session, pickup_id))

    return once(deed)


@bp.post("/<int:pickup_id>/cancel")
@bp.input(CallOffIn)
@bp.output(PickupOut)
@writes
@refuses(PickupStandsError, PickupBusyError, NotBookedError)
@allowed(Permission.FOLLOW_PARCELS)
def call_off(pickup_id: int, json_data: CallOffIn) -> Response:
    """Call it off."""

    def deed(session: Session) -> PickupOut:
        call_off_visit(session, pickup_id, why=json_data.why, policy=given().policy, by=g.actor, now=g.now)
        return _told(_found(session, pickup_id))

    return once(deed)


@bp.post("/<int:pickup_id>/settle")
@bp.input(SettleIn)
@bp.output(PickupOut)
@writes
@refuses(PickupStandsError, PickupBusyError)
@allowed(Permission.FOLLOW_PARCELS)
def phoned(pickup_id: int, json_data: SettleIn) -> Response:
    """Say what the carrier said on the phone."""

    def deed(session: Session) -> PickupOut:
        settle(session, pickup_id, booked=json_data.booked, number=json_data.number, by=g.actor, now=g.now)
        return _told(_found(session, pickup_id))

    return once(deed)


def _drawn(number: str, asked: Asked) -> tuple[Draft, bytes] | RmatrackError | None:
    """Return what a forwarder's desk is asked, with its letter of instruction; None where the carrier is called.

    What refuses it is returned, so that a request which was answered before is answered as then.
    """
    session, policy = read_session(), given().policy
    try:
        if not offer(session, number, policy=policy, by=g.actor, now=g.now).desk:
            return None
        drafted = draft_pickup(session, number, asked, policy=policy, by=g.actor, now=g.now)
        close_read_session()
        return drafted, waybill_of(drafted.asked)
    except RmatrackError as refusal:
        return refusal
    finally:
        close_read_session()


def _window(asked: WindowIn) -> Window:
    return Window(asked.day, asked.ready_at.replace(tzinfo=None), asked.closes_at.replace(tzinfo=None))


def _found(session: Session, pickup_id: int) -> PickupVisit:
    visit = visit_with_id(session, pickup_id, seen_by=g.actor)
    if visit is None:
        raise NotFoundError
    return visit


def _told(visit: PickupVisit) -> PickupOut:
    inside = g.actor.may(Permission.SEE_EVERYTHING)
    return PickupOut(
        id=visit.id,
        carrier=Carrier(visit.carrier),
        state=PickupState(visit.state),
        wish=Wish(visit.wish) if visit.wish else None,
        words=in_words(visit),
        order=visit.order.number,
        day=visit.day,
        ready_at=visit.ready_at,
        closes_at=visit.closes_at,
        zone=visit.zone,
        number=visit.number,
        serials=[box.unit.serial for box in visit.boxes],
        instructions=visit.instructions,
        why=say(told(visit.why)) if visit.why and inside else None,
        to_say=list(to_say(visit)),
        created_at=visit.created_at,
    )
