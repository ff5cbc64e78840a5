"""Having a forwarder fetch a return as any carrier fetches boxes: one deed, which is a booking by mail (SPEC C-11).

`draft_pickup` says what will be asked, the letter of instruction is drawn with no transaction open
(`documents.waybill_of`), and `request_pickup` keeps booking and visit and queues the mail to the desk in one.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from rmatrack.db.pickups import PickupVisit, visit_with_id, visits_of_bookings
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.pickups import WholeReturnError, Window
from rmatrack.domain.policy import CARRIER_NAMES, Policy
from rmatrack.services import expeditors_booking, pickups
from rmatrack.services.expeditors_booking import Draft, Wish
from rmatrack.services.forwarder_visits import Reader
from rmatrack.services.pickups import Asked, must_be_offered, offer


def draft_pickup(session: Session, number: str, asked: Asked, *, policy: Policy, by: Actor, now: datetime) -> Draft:
    """Return what is to be asked of the desk.

    Raises `WholeReturnError`, and what `pickups.must_be_offered` and `expeditors_booking.draft` raise.
    """
    by.must(Permission.FOLLOW_PARCELS)
    found = offer(session, number, policy=policy, by=by, now=now)
    must_be_offered(found, asked, now=now)
    drafted = expeditors_booking.draft(session, number, _wish(asked, found.zone), policy=policy, by=by, now=now)
    if set(drafted.unit_ids) != set(asked.unit_ids):
        raise WholeReturnError(CARRIER_NAMES[found.carrier], number)
    return drafted


def request_pickup(
    session: Session, drafted: Draft, pdf: bytes, asked: Asked, *, policy: Policy, by: Actor, now: datetime
) -> PickupVisit:
    """Keep booking and visit, and queue the mail to the desk; raises what `expeditors_booking.request` raises."""
    reader = Reader(asked.mail_to.strip(), asked.mail_name.strip(), asked.language)
    booking = expeditors_booking.request(session, drafted, pdf, policy=policy, by=by, now=now, reader=reader)
    return visits_of_bookings(session, [booking.id])[booking.id]


def call_off(session: Session, pickup_id: int, *, why: str, policy: Policy, by: Actor, now: datetime) -> PickupVisit:
    """Call any visit off: with its booking, where a forwarder's desk was asked by mail.

    Raises what `pickups.cancel` and `expeditors_booking.cancel` raise.
    """
    by.must(Permission.FOLLOW_PARCELS)
    visit = visit_with_id(session, pickup_id, seen_by=by)
    if visit is None:
        raise NotFoundError
    if visit.booking_id is None:
        return pickups.cancel(session, pickup_id, why=why, by=by, now=now)
    expeditors_booking.cancel(session, visit.order.number, policy=policy, by=by, now=now)
    return visit


def _wish(asked: Asked, zone: str) -> Wish:
    return Wish(
        ready_at=_moment(asked.window, zone, ends=False),
        closes_at=_moment(asked.window, zone, ends=True),
        instructions=asked.instructions,
    )


def _moment(window: Window, zone: str, *, ends: bool) -> datetime:
    return datetime.combine(window.day, window.closes_at if ends else window.ready_at, ZoneInfo(zone))
