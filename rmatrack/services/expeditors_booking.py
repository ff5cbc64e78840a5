"""Booking a return with Expeditors, by mail to its desk: asked once, changed, cancelled, confirmed (SPEC C-10, C-11).

Asking is three steps. `draft` says what will be asked. Its document is drawn with no transaction open
(`documents.waybill_of`). `request` looks again, and where nothing changed meanwhile keeps the booking and queues the
mail with its files, in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from carriers.expeditors_api.booking import Booking as Asked
from carriers.expeditors_api.booking import BookingMail, Carton, Purpose
from carriers.expeditors_api.mail import booking_mail
from rmatrack.db.blobs import keep_blob
from rmatrack.db.bookings import Booking, bookings_of, bookings_of_rmas, last_version, open_booking_of
from rmatrack.db.carrier_accounts import account_in_use
from rmatrack.db.catalogue import models_numbered
from rmatrack.db.labels import Label, labels_numbered
from rmatrack.db.units_to_label import UnitToLabel, known_orders, units_out, units_to_label
from rmatrack.domain.bookings import (
    AlreadyBookedError,
    BookingState,
    LabelsFirstError,
    NoDeskError,
    NoForwarderError,
    NotBookedError,
    file_number_from,
    is_file_number,
    move,
    must_be_a_window,
)
from rmatrack.domain.customs import NothingToDeclareError
from rmatrack.domain.errors import ConflictError, NotFoundError, RmatrackError
from rmatrack.domain.history import Change
from rmatrack.domain.labels import DEAD
from rmatrack.domain.mails import Enclosure, Mail, MailKind, Recipient
from rmatrack.domain.people import SYSTEM, Actor, Permission
from rmatrack.domain.policy import Carrier, Policy, contact_for
from rmatrack.services.customs import ReturnToSend, returns_to_send
from rmatrack.services.forwarder_visits import Reader, call_off_visit, confirm_visits, show_visit
from rmatrack.services.goods import goods_of
from rmatrack.services.history import record
from rmatrack.services.label_content import kept_shipment
from rmatrack.services.mail import send

OUR_NAME = "RMATRACK"
THEIR_NAME = "EXPEDITORS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """When the cartons are to be fetched, and what the driver should know."""

    ready_at: datetime
    closes_at: datetime
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be asked of the desk at the mail address `desk`, before anything is kept."""

    order: str
    order_id: int
    rma_id: int
    asked: Asked
    desk: str
    unit_ids: tuple[int, ...]
    supersedes: int | None
    """The open booking that is over, because all of its cartons travel."""


def draft(session: Session, number: str, wish: Wish, *, policy: Policy, by: Actor, now: datetime) -> Draft:
    """Return the request for what the order still has to send; where it is booked already, the change of that booking.

    Raises `NotFoundError`, the refusals of `rmatrack.domain.bookings`, and `CustomsFactsMissingError`.
    """
    by.must(Permission.FOLLOW_PARCELS)
    must_be_a_window(wish.ready_at, wish.closes_at, now)
    back = _to_send(session, number, policy=policy, by=by, now=now)
    contact = contact_for(policy, Carrier.EXPEDITORS, back.first.country, back.today, state=back.first.state)
    if contact is None or not contact.email:
        raise NoDeskError(country=back.first.country)
    open_one = open_booking_of(session, back.first.rma_number)
    ids = tuple(unit.unit_id for unit in back.units)
    over = open_one is not None and set(ids).isdisjoint(open_one.unit_ids)
    changes = open_one is not None and not over
    models = models_numbered(session, {unit.model for unit in back.units})
    cartons = [_carton(unit, back.labels.get(unit.unit_id)) for unit in back.units]
    if missing := [unit.serial for unit, label in cartons if label is None]:
        raise LabelsFirstError(serials=", ".join(missing))
    asked = Asked(
        rma=back.first.rma_number,
        account=_account_number(session),
        cartons=tuple(
            Carton(label.number, kept_shipment(label.content), goods_of([unit], models, policy)[0])
            for unit, label in cartons
            if label is not None
        ),
        ready_at=wish.ready_at,
        closes_at=wish.closes_at,
        written_at=now,
        purpose=Purpose.REPLACE if changes else Purpose.ORIGINAL,
        version=last_version(session, back.first.rma_id) + 1,
        instructions=wish.instructions.strip(),
    )
    superseded = open_one.id if open_one is not None and over else None
    return Draft(number, back.first.order_id, back.first.rma_id, asked, contact.email, ids, superseded)


def request(
    session: Session,
    drafted: Draft,
    pdf: bytes,
    *,
    policy: Policy,
    by: Actor,
    now: datetime,
    reader: Reader | None = None,
) -> Booking:
    """Keep the booking and its visit and queue the mail; *reader*, if anybody, is told when the forwarder comes.

    Raises `ConflictError` where what was drawn is not true any more, and `BoxTakenError`.
    """
    asked = drafted.asked
    wish = Wish(ready_at=asked.ready_at, closes_at=asked.closes_at, instructions=asked.instructions)
    if draft(session, drafted.order, wish, policy=policy, by=by, now=now) != drafted:
        raise ConflictError
    digest = keep_blob(session, pdf, "application/pdf", now=now)
    if drafted.supersedes is not None:
        _end(session, session.get_one(Booking, drafted.supersedes), BookingState.FETCHED, drafted, by=by, now=now)
    booking = open_booking_of(session, asked.rma) if asked.purpose is Purpose.REPLACE else None
    old = None if booking is None else booking.state
    if booking is None:
        booking = Booking(rma_id=drafted.rma_id, requested_at=now, requested_by=by.name)
        session.add(booking)
    else:
        booking.state = move(BookingState(booking.state), BookingState.REQUESTED)
    booking.state = BookingState.REQUESTED
    booking.version = asked.version
    booking.ready_at, booking.closes_at, booking.instructions = asked.ready_at, asked.closes_at, asked.instructions
    booking.desk, booking.blob_digest = drafted.desk, digest
    booking.cartons, booking.unit_ids = [carton.sscc for carton in asked.cartons], list(drafted.unit_ids)
    try:
        session.flush()
    except IntegrityError:
        raise AlreadyBookedError(order=drafted.order) from None
    deed = "changed" if old else "requested"
    record(session, [_change(drafted.order_id, asked.rma, deed, old, booking.state)], by=by, now=now)
    show_visit(session, booking, drafted.order, reader, policy=policy, by=by, now=now)
    _mail(session, drafted.order_id, asked, drafted.desk, (f"{asked.rma}.pdf", digest), now=now)
    return booking


def cancel(session: Session, number: str, *, policy: Policy, by: Actor, now: datetime) -> None:
    """Call the open booking off, and tell the desk. Raises `NotBookedError`."""
    by.must(Permission.FOLLOW_PARCELS)
    booking = _open_booking(session, number, by)
    units = list(units_to_label(session, booking.unit_ids, seen_by=by).values())
    models = models_numbered(session, {unit.model for unit in units})
    labels = {label.unit_id: label for label in labels_numbered(session, booking.cartons)}
    booking.version = last_version(session, booking.rma_id) + 1
    asked = Asked(
        rma=units[0].rma_number,
        account=_account_number(session),
        cartons=tuple(
            Carton(label.number, kept_shipment(label.content), goods_of([unit], models, policy)[0])
            for unit in units
            if (label := labels.get(unit.unit_id))
        ),
        ready_at=booking.ready_at,
        closes_at=booking.closes_at,
        written_at=now,
        purpose=Purpose.CANCEL,
        version=booking.version,
    )
    old = booking.state
    booking.state = move(BookingState(old), BookingState.CANCELLED)
    booking.ended_at = now
    session.flush()
    order_id = units[0].order_id
    record(session, [_change(order_id, asked.rma, "cancelled", old, booking.state)], by=by, now=now)
    call_off_visit(session, booking, by=by, now=now)
    _mail(session, order_id, asked, booking.desk, None, now=now)


def confirm(session: Session, number: str, file_number: str, *, by: Actor, now: datetime) -> None:
    """Note the forwarder's file number, as its answer gives it. Entered twice it is noted once.

    Raises `BadFileNumberError` and `NotBookedError`.
    """
    by.must(Permission.FOLLOW_PARCELS)
    exact = file_number_from(file_number)
    booking = _open_booking(session, number, by)
    (unit, *_others) = units_to_label(session, booking.unit_ids, seen_by=by).values()
    changes = _confirm(booking, exact, unit.order_id, unit.rma_number, now=now)
    session.flush()
    record(session, changes, by=by, now=now)
    confirm_visits(session, [booking], by=by, now=now)


@dataclass(frozen=True, slots=True)
class CartonFound:
    """A carton that tracking found under a file of the forwarder."""

    rma: str
    carton: str
    file_number: str


def files_found(session: Session, found: Sequence[CartonFound], *, now: datetime) -> int:
    """Confirm the open bookings whose cartons tracking found, and return how many there were to confirm.

    A file that belongs to an earlier booking of the same return says nothing of the one that is open.
    """
    bookings = bookings_of_rmas(session, {each.rma for each in found})
    taken = {(each.rma, each.booking.file_number) for each in bookings}
    files = {
        (each.rma, each.carton): each.file_number
        for each in found
        if is_file_number(each.file_number) and (each.rma, each.file_number) not in taken
    }
    changes: list[Change] = []
    confirmed: list[Booking] = []
    for each in bookings:
        named = [file for carton in each.booking.cartons if (file := files.get((each.rma, carton)))]
        if each.booking.ended_at is None and named:
            changes += _confirm(each.booking, min(named), each.order_id, each.rma, now=now)
            confirmed.append(each.booking)
    session.flush()
    record(session, changes, by=SYSTEM, now=now)
    confirm_visits(session, confirmed, by=SYSTEM, now=now)
    return len(changes)


def _confirm(booking: Booking, file_number: str, order_id: int, rma: str, *, now: datetime) -> list[Change]:
    if booking.file_number == file_number and booking.state == BookingState.CONFIRMED:
        return []
    old = booking.file_number
    booking.state = move(BookingState(booking.state), BookingState.CONFIRMED)
    booking.file_number, booking.confirmed_at = file_number, now
    return [Change("booking", rma, "confirmed", "file number", old, file_number, order_id=order_id)]


def _open_booking(session: Session, number: str, by: Actor) -> Booking:
    found = next((each for each in bookings_of(session, number, seen_by=by) if each.ended_at is None), None)
    if found is None:
        if number not in known_orders(session, [number], seen_by=by):
            raise NotFoundError
        raise NotBookedError(order=number)
    return found


def _to_send(session: Session, number: str, *, policy: Policy, by: Actor, now: datetime) -> ReturnToSend:
    if number not in known_orders(session, [number], seen_by=by):
        raise NotFoundError
    unit_ids = units_out(session, [number], seen_by=by)
    found = returns_to_send(session, unit_ids, policy=policy, seen_by=by, now=now).get(number)
    if found is None:
        raise NothingToDeclareError(order=number)
    if isinstance(found, RmatrackError):
        raise found
    if found.carrier is not Carrier.EXPEDITORS:
        raise NoForwarderError(order=number)
    return found


def _account_number(session: Session) -> str:
    """Return the number by which the forwarder knows us; empty where no account is entered."""
    account = account_in_use(session, Carrier.EXPEDITORS)
    return account.shipper_number if account else ""


def _carton(unit: UnitToLabel, label: Label | None) -> tuple[UnitToLabel, Label | None]:
    """Return the unit with its label, where that one may be on the carton."""
    holds = label is not None and label.carrier == Carrier.EXPEDITORS and label.released_at and label.state not in DEAD
    return unit, label if holds else None


def _end(session: Session, booking: Booking, state: BookingState, drafted: Draft, *, by: Actor, now: datetime) -> None:
    old = booking.state
    booking.state, booking.ended_at = move(BookingState(old), state), now
    session.flush()
    record(session, [_change(drafted.order_id, drafted.asked.rma, "ended", old, state)], by=by, now=now)


def _mail(
    session: Session, order_id: int, asked: Asked, desk: str, document: tuple[str, str] | None, *, now: datetime
) -> None:
    mail = booking_mail(asked, sender=OUR_NAME, recipient=THEIR_NAME)
    files = [Enclosure(*document)] if document else []
    files += _machine_readable(session, mail, now)
    queued = Mail(
        kind=MailKind.BOOKING_REQUEST,
        to=Recipient(email=desk, name="Expeditors"),
        key=f"booking:{mail.key}",
        params={"about": mail.subject, "lines": mail.text.splitlines()},
        order_id=order_id,
        enclosures=tuple(files),
    )
    send(session, [queued], now=now)


def _machine_readable(session: Session, mail: BookingMail, now: datetime) -> Sequence[Enclosure]:
    return [
        Enclosure(file.name, keep_blob(session, file.content, file.media_type, now=now)) for file in mail.attachments
    ]


def _change(order_id: int, rma: str, deed: str, old: str | None, new: str) -> Change:
    return Change("booking", rma, deed, "state", old, new, order_id=order_id)
