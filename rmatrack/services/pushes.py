"""What a carrier tells of itself, taken in: events that it places in time are kept, the rest has the carrier asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from carriers.dhl_api import tracking as dhl
from carriers.parcel_states import ParcelEvent
from carriers.shipment import Carrier
from carriers.ups_api import tracking as ups
from rmatrack.services.tracking import ask_soon, take_pushed

MOST_EVENTS = 500
"""What is beyond this in one message is asked for, not taken."""

OLDEST, FURTHEST = timedelta(days=120), timedelta(days=1)
"""An event from another time is not believed; the carrier is asked."""

LISTENED_TO = (Carrier.UPS, Carrier.DHL)
"""Expeditors tells nothing of itself."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How many parcels have news, how many reports were about unknown numbers, how many parcels are asked about."""

    changed: int = 0
    aside: int = 0
    asked: int = 0


def hear(session: Session, carrier: Carrier, message: Any, *, now: datetime) -> Heard:
    """Take in one *message*, whatever its shape; what cannot be read changes nothing."""
    events, numbers = _read(carrier, message)
    usable = [event for event in events[:MOST_EVENTS] if event.number and now - OLDEST <= event.at <= now + FURTHEST]
    left = {number for number in numbers[:MOST_EVENTS] if number} - {event.number for event in usable}
    taken = take_pushed(session, carrier, usable, now=now)
    return Heard(taken.changed, taken.aside, ask_soon(session, carrier, left, now=now) if left else 0)


def _read(carrier: Carrier, message: Any) -> tuple[list[ParcelEvent], list[str]]:
    messages = message if isinstance(message, list) else [message]
    match carrier:
        case Carrier.UPS:
            return [event for one in messages for event in ups.read_push(one)], list(
                map(ups.read_pushed_number, messages)
            )
        case Carrier.DHL:
            events = [event for one in messages for event in dhl.read_push(one)]
            return events, [number for one in messages for number in dhl.read_pushed_numbers(one)]
        case _:
            return [], []
