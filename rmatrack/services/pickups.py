"""Having a carrier fetch boxes: wanted, moved, called off, and settled by a person where no line leads there (C-11).

What is wanted is stored before anybody is called; `rmatrack.work.pickups` calls with no transaction open, and
`services.pickup_calls` writes down what came of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from carriers.kinds import KINDS
from carriers.shipment import Carrier as KitCarrier
from rmatrack.db import jobs
from rmatrack.db.carrier_accounts import CarrierAccount, account_in_use
from rmatrack.db.order_pages import administrators_of, order_numbered
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.pickups import (
    PickupBox,
    PickupVisit,
    boxes_at_address,
    let_boxes_go,
    usable_number,
    visit_with_id,
)
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.pickups import (
    BY_PERSON,
    LONGEST_INSTRUCTIONS,
    BookedByMailError,
    BoxTakenError,
    NothingToFetchError,
    PickupBusyError,
    PickupStandsError,
    PickupState,
    Window,
    Wish,
    must_be_possible,
    proposed,
)
from rmatrack.domain.policy import Carrier, PickupRow, Policy, carrier_for, contact_for, pickup_hours, zone_for
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.services.history import record
from rmatrack.services.pickup_mails import tell_booked, tell_called_off
from rmatrack.services.working_days import working_days

_TRAVELS = frozenset({LabelState.IN_TRANSIT, LabelState.DELIVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxThere:
    """A box at an address that can be fetched, or the visit that fetches it already."""

    unit_id: int
    serial: str
    model: str
    order_number: str
    number: str
    pickup_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What can be booked for an order: boxes at its address, days, and who is told. `hours` is None with no rows."""

    order: DemoOrder
    carrier: Carrier
    hours: PickupRow
    zone: str
    by_line: bool
    boxes: Sequence[BoxThere]
    windows: Sequence[Window]
    mail_to: str
    language: str
    desk: str = ""
    """The mail address of the forwarder that is asked; empty for carriers that are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants fetched, when, and who is told."""

    unit_ids: Collection[int]
    window: Window
    instructions: str = ""
    mail_to: str = ""
    mail_name: str = ""
    language: str = "en"


def offer(session: Session, number: str, *, policy: Policy, by: Actor, now: datetime) -> Offer:
    """Return what can be booked; raises `NotFoundError`, and `NoCarrierError` where nobody fetches."""
    order = order_numbered(session, number, seen_by=by)
    if order is None:
        raise NotFoundError
    zone = zone_for(policy, order.country, order.state) or order.customer.zone
    there = now.astimezone(ZoneInfo(zone))
    carrier = carrier_for(policy, order.country, order.state, there.date()).required()
    hours = pickup_hours(policy, carrier, order.country, there.date())
    if hours is None:
        raise NoCarrierError(order.country)
    to, language = _reader(session, order)
    return Offer(
        order=order,
        carrier=carrier,
        hours=hours,
        zone=zone,
        by_line=_line(session, carrier) is not None,
        boxes=_boxes(session, order, by),
        windows=proposed(hours, there, working_days(order.country, order.state)),
        mail_to=to,
        language=language,
        desk=_desk(policy, carrier, order, there.date()),
    )


def must_be_offered(found: Offer, asked: Asked, *, now: datetime) -> Sequence[BoxThere]:
    """Return the boxes chosen; raises `NothingToFetchError`, `BoxTakenError`, and what `must_be_possible` raises."""
    chosen = _chosen(found, asked)
    _must_be_possible(asked.window, found.hours, found.zone, found.order, now)
    return chosen


def book(session: Session, number: str, asked: Asked, *, policy: Policy, by: Actor, now: datetime) -> PickupVisit:
    """Want boxes fetched. The carrier is called by the job; without a line to it a person phones.

    Raises what `offer` and `must_be_offered` raise, and `BookedByMailError` where a forwarder's desk is asked instead
    (`rmatrack.services.forwarder_pickups`).
    """
    by.must(Permission.FOLLOW_PARCELS)
    found = offer(session, number, policy=policy, by=by, now=now)
    if found.desk:
        raise BookedByMailError(order=number)
    chosen = must_be_offered(found, asked, now=now)
    account = _line(session, found.carrier)
    visit = PickupVisit(
        order_id=found.order.id,
        carrier=found.carrier.value,
        account_id=account.id if account else None,
        state=(PickupState.WANTED if account else PickupState.TO_PHONE).value,
        wish=Wish.BOOK.value if account else None,
        day=asked.window.day,
        ready_at=asked.window.ready_at,
        closes_at=asked.window.closes_at,
        zone=found.zone,
        instructions=asked.instructions.strip()[:LONGEST_INSTRUCTIONS],
        mail_to=asked.mail_to.strip(),
        mail_name=asked.mail_name.strip(),
        language=asked.language,
        asked_by=by.name,
        created_at=now,
        due_at=now if account else None,
        boxes=[PickupBox(unit_id=box.unit_id, label_number=box.number) for box in chosen],
    )
    session.add(visit)
    session.flush()
    tell(session, visit, "pickup wanted", by=by, now=now, new=window_in_words(asked.window))
    _call_soon(session, visit)
    return visit


def move(session: Session, pickup_id: int, window: Window, *, policy: Policy, by: Actor, now: datetime) -> PickupVisit:
    """Want a visit at another time; raises `PickupStandsError`, `PickupBusyError`,
    `BookedByMailError`, and what `must_be_possible` raises.
    """
    visit = _held(session, pickup_id, by, now)
    state = PickupState(visit.state)
    if visit.booking_id is not None:
        raise BookedByMailError(order=visit.order.number)
    if state not in {PickupState.WANTED, PickupState.TO_PHONE, PickupState.BOOKED}:
        raise PickupStandsError(state)
    hours = pickup_hours(policy, Carrier(visit.carrier), visit.order.country, visit.day)
    if hours is not None:
        _must_be_possible(window, hours, visit.zone, visit.order, now)
    tell(
        session,
        visit,
        "pickup to be moved",
        by=by,
        now=now,
        old=window_in_words(window_of(visit)),
        new=window_in_words(window),
    )
    if state is PickupState.BOOKED and visit.account_id and visit.number:
        visit.moves_to = {
            "day": window.day.isoformat(),
            "ready_at": f"{window.ready_at:%H:%M}",
            "closes_at": f"{window.closes_at:%H:%M}",
        }
        visit.wish, visit.due_at, visit.failures, visit.why = Wish.MOVE.value, now, 0, None
    else:
        visit.day, visit.ready_at, visit.closes_at = window.day, window.ready_at, window.closes_at
        if state is PickupState.BOOKED:
            visit.state = PickupState.TO_PHONE.value
    session.flush()
    _call_soon(session, visit)
    return visit


def cancel(session: Session, pickup_id: int, *, why: str, by: Actor, now: datetime) -> PickupVisit:
    """Want a visit called off; raises `PickupStandsError`, `PickupBusyError` and `BookedByMailError`."""
    visit = _held(session, pickup_id, by, now)
    state = PickupState(visit.state)
    if state is PickupState.CANCELLED:
        raise PickupStandsError(state)
    if visit.booking_id is not None:
        raise BookedByMailError(order=visit.order.number)
    tell(session, visit, "pickup to be called off", by=by, now=now, why=why.strip() or None)
    if state is PickupState.BOOKED and visit.account_id and visit.number:
        visit.wish, visit.due_at, visit.failures, visit.moves_to = Wish.CANCEL.value, now, 0, None
        session.flush()
        _call_soon(session, visit)
        return visit
    was_booked = state is PickupState.BOOKED
    end_cancelled(session, visit)
    if was_booked:
        tell_called_off(session, visit, now=now)
    return visit


def settle(session: Session, pickup_id: int, *, booked: bool, number: str, by: Actor, now: datetime) -> PickupVisit:
    """Say what the carrier said on the phone: it comes, under *number* where it gave one; or it knows of nothing.

    Raises `PickupStandsError` where nobody was to phone.
    """
    visit = _held(session, pickup_id, by, now)
    state = PickupState(visit.state)
    if state not in BY_PERSON:
        raise PickupStandsError(state)
    if booked:
        visit.state, visit.number, visit.wish, visit.why = PickupState.BOOKED.value, number.strip()[:40], None, None
        session.flush()
        tell(session, visit, "pickup booked", by=by, now=now, new=visit.number or None)
        tell_booked(session, visit, moved=False, now=now)
        return visit
    visit.state = (PickupState.WANTED if visit.account_id else PickupState.TO_PHONE).value
    visit.wish, visit.due_at, visit.failures = (Wish.BOOK.value, now, 0) if visit.account_id else (None, None, 0)
    session.flush()
    tell(session, visit, "pickup wanted", by=by, now=now, new=window_in_words(window_of(visit)))
    _call_soon(session, visit)
    return visit


def end_cancelled(session: Session, visit: PickupVisit) -> None:
    """End a visit that does not take place, and let its boxes go."""
    visit.state, visit.wish, visit.due_at, visit.moves_to = PickupState.CANCELLED.value, None, None, None
    visit.calling_until = None
    session.flush()
    let_boxes_go(session, visit.id)


def window_of(visit: PickupVisit) -> Window:
    """Return when the carrier comes."""
    return Window(visit.day, visit.ready_at, visit.closes_at)


def tell(
    session: Session,
    visit: PickupVisit,
    deed: str,
    *,
    by: Actor,
    now: datetime,
    old: str | None = None,
    new: str | None = None,
    why: str | None = None,
) -> None:
    """Write in the history what was done about a visit."""
    field = "window" if new and "–" in new else "number" if new else None
    change = Change("pickup", str(visit.id), deed, field, old, new, reason=why, order_id=visit.order_id)
    record(session, [change], by=by, now=now)


def _line(session: Session, carrier: Carrier) -> CarrierAccount | None:
    """Return the account over which a carrier's pickups are booked, where there is one."""
    account = account_in_use(session, carrier.value)
    if account is None or account.source != "live" or not account.credentials:
        return None
    return account if KINDS[KitCarrier(carrier.value)].makes_labels else None


def _desk(policy: Policy, carrier: Carrier, order: DemoOrder, today: date) -> str:
    """Return the mail address of the desk that is asked, where the carrier is one that is booked by mail."""
    if carrier is not Carrier.EXPEDITORS:
        return ""
    contact = contact_for(policy, carrier, order.country, today, state=order.state)
    return contact.email if contact and contact.email else ""


def _held(session: Session, pickup_id: int, by: Actor, now: datetime) -> PickupVisit:
    by.must(Permission.FOLLOW_PARCELS)
    visit = visit_with_id(session, pickup_id, seen_by=by)
    if visit is None:
        raise NotFoundError
    if visit.calling_until is not None and visit.calling_until > now:
        raise PickupBusyError
    return visit


def _chosen(found: Offer, asked: Asked) -> list[BoxThere]:
    there = {box.unit_id: box for box in found.boxes}
    if not asked.unit_ids:
        raise NothingToFetchError
    if any(unit_id not in there or there[unit_id].pickup_id for unit_id in asked.unit_ids):
        raise BoxTakenError
    return [there[unit_id] for unit_id in dict.fromkeys(asked.unit_ids)]


def _must_be_possible(window: Window, hours: PickupRow, zone: str, order: DemoOrder, now: datetime) -> None:
    there = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    must_be_possible(window, hours, there, working_days(order.country, order.state))


def _boxes(session: Session, order: DemoOrder, by: Actor) -> list[BoxThere]:
    found = []
    for unit, order_number, label, pickup_id in boxes_at_address(session, order, seen_by=by):
        if label is not None and LabelState(label.state) in _TRAVELS:
            continue
        found.append(_box(unit, order_number, usable_number(label), pickup_id))
    return found


def _box(unit: Unit, order_number: str, number: str, pickup_id: int | None) -> BoxThere:
    return BoxThere(
        unit_id=unit.id,
        serial=unit.serial,
        model=unit.model,
        order_number=order_number,
        number=number,
        pickup_id=pickup_id,
    )


def _reader(session: Session, order: DemoOrder) -> tuple[str, str]:
    """Return whom to tell at the customer, as far as we know anybody, and in which language."""
    known = administrators_of(session, order.customer_id)
    return (known[0] if known else ""), order.customer.language or "en"


def _call_soon(session: Session, visit: PickupVisit) -> None:
    if visit.wish:
        jobs.enqueue(session, jobs.CALL_CARRIERS, visit.id)


def window_in_words(window: Window) -> str:
    """Return a window as history keeps it."""
    return f"{window.day.isoformat()} {_clock(window.ready_at)}–{_clock(window.closes_at)}"


def _clock(clock: time) -> str:
    return f"{clock:%H:%M}"
