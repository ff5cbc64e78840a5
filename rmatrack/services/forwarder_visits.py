"""A booking with a forwarder's desk, as the visit that it is: listed with other pickups, told to the customer (C-11).

The booking leads. Whatever is done to it, on whichever page, is done to its visit in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rmatrack.db.bookings import Booking
from rmatrack.db.labels import newest_labels
from rmatrack.db.order_pages import order_numbered
from rmatrack.db.pickups import PickupBox, PickupVisit, boxes_held, usable_number, visits_of_bookings
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Actor
from rmatrack.domain.pickups import LONGEST_INSTRUCTIONS, BoxTakenError, PickupState
from rmatrack.domain.policy import Carrier, Policy, zone_for
from rmatrack.services.pickup_mails import tell_booked, tell_called_off
from rmatrack.services.pickups import end_cancelled, tell, window_in_words, window_of


@dataclass(frozen=True, slots=True)
class Reader:
    """Who at the customer is told when the forwarder comes."""

    mail_to: str
    name: str
    language: str


def show_visit(
    session: Session, booking: Booking, order: str, reader: Reader | None, *, policy: Policy, by: Actor, now: datetime
) -> PickupVisit:
    """Let the visit of a booking say what was asked of the desk; raises `BoxTakenError`."""
    visit = visits_of_bookings(session, [booking.id]).get(booking.id)
    if visit is None:
        visit = _new(session, booking, order, reader, policy, by, now)
    begins, ends = (moment.astimezone(ZoneInfo(visit.zone)) for moment in (booking.ready_at, booking.closes_at))
    visit.day, visit.ready_at, visit.closes_at = begins.date(), _clock(begins), _clock(ends)
    visit.instructions = booking.instructions[:LONGEST_INSTRUCTIONS]
    visit.state, visit.number = PickupState.MAILED.value, ""
    _fetch(session, visit, booking)
    tell(session, visit, "pickup wanted", by=by, now=now, new=window_in_words(window_of(visit)))
    return visit


def confirm_visits(session: Session, bookings: Sequence[Booking], *, by: Actor, now: datetime) -> None:
    """Book the visits of *bookings* under the forwarder's file numbers, and tell the customers."""
    visits = visits_of_bookings(session, [booking.id for booking in bookings])
    new = {booking.id for booking in bookings if booking.id in visits and _is_news(visits[booking.id], booking)}
    for booking in bookings:
        if booking.id in visits and booking.file_number:
            visits[booking.id].state, visits[booking.id].number = PickupState.BOOKED.value, booking.file_number
    session.flush()
    for visit in (visits[booking_id] for booking_id in sorted(new)):
        tell(session, visit, "pickup booked", by=by, now=now, new=visit.number)
        tell_booked(session, visit, moved=False, now=now)


def call_off_visit(session: Session, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Call the visit off with its booking, and tell the customer where it was told that somebody comes."""
    visit = visits_of_bookings(session, [booking.id]).get(booking.id)
    if visit is None:
        return
    was_booked = visit.state == PickupState.BOOKED
    tell(session, visit, "pickup to be called off", by=by, now=now)
    end_cancelled(session, visit)
    if was_booked:
        tell_called_off(session, visit, now=now)


def _is_news(visit: PickupVisit, booking: Booking) -> bool:
    return booking.file_number is not None and visit.state != PickupState.BOOKED


def _new(
    session: Session, booking: Booking, number: str, reader: Reader | None, policy: Policy, by: Actor, now: datetime
) -> PickupVisit:
    order = order_numbered(session, number, seen_by=by)
    if order is None:
        raise NotFoundError
    zone = zone_for(policy, order.country, order.state) or order.customer.zone
    begins = booking.ready_at.astimezone(ZoneInfo(zone))
    visit = PickupVisit(
        order_id=order.id,
        carrier=Carrier.EXPEDITORS.value,
        booking_id=booking.id,
        state=PickupState.MAILED.value,
        day=begins.date(),
        ready_at=_clock(begins),
        closes_at=_clock(booking.closes_at.astimezone(ZoneInfo(zone))),
        zone=zone,
        mail_to=reader.mail_to if reader else "",
        mail_name=reader.name if reader else "",
        language=reader.language if reader else order.customer.language or "en",
        asked_by=by.name,
        created_at=now,
        boxes=[],
    )
    session.add(visit)
    session.flush()
    return visit


def _fetch(session: Session, visit: PickupVisit, booking: Booking) -> None:
    """Let the visit hold the boxes of its booking, and only these."""
    known = {box.unit_id: box for box in visit.boxes}
    for unit_id, box in known.items():
        box.held = unit_id in booking.unit_ids
    new = [unit_id for unit_id in booking.unit_ids if unit_id not in known]
    if boxes_held(session, new):
        raise BoxTakenError
    labels = newest_labels(session, new)
    visit.boxes += [PickupBox(unit_id=unit_id, label_number=usable_number(labels.get(unit_id))) for unit_id in new]
    try:
        session.flush()
    except IntegrityError:
        raise BoxTakenError from None


def _clock(moment: datetime) -> time:
    return moment.time().replace(tzinfo=None)
