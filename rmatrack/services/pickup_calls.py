"""One call to a carrier about a visit: what to say, made from the rows, and what to write down when it has answered."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from carriers.connections import Connection
from carriers.customs import needs_papers
from carriers.errors import CarrierUnavailableError, CarrierUnclearError, ShippingError
from carriers.fetching import Visit
from carriers.fetching import book as book_visit
from carriers.fetching import call_off as call_off_visit
from carriers.fetching import move as move_visit
from carriers.pickups import Pickup
from carriers.shipment import Address, Parcel
from rmatrack.db.carrier_accounts import CarrierAccount
from rmatrack.db.order_pages import return_of
from rmatrack.db.pickups import PickupVisit, claim_visit, shared_numbers, visit_with_id
from rmatrack.domain.history import Change
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.pickups import PickupState, Wish
from rmatrack.domain.policy import Carrier, Policy, depot_for, model_of
from rmatrack.domain.policy_gaps import UnknownModelError
from rmatrack.domain.tracking import retry_at
from rmatrack.services.history import record
from rmatrack.services.kept_sentences import kept, sentence_of
from rmatrack.services.pickup_mails import tell_booked, tell_called_off
from rmatrack.services.pickups import end_cancelled

LEASE = timedelta(minutes=10)
_UNKNOWN_KG = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A visit to tell a carrier about, free of its session. `held` is what this worker holds it under."""

    pickup_id: int
    held: datetime
    wish: Wish
    account: CarrierAccount
    number: str
    visit: Visit
    asked_by: str
    shared: bool


def begin_call(session: Session, *, policy: Policy, now: datetime) -> Call | None:
    """Take the visit that is due longest; None where none is. One whose booking may have been made is cleared up."""
    held = now + LEASE
    while claimed := claim_visit(session, now=now, until=held):
        visit, begun = claimed
        account = session.get(CarrierAccount, visit.account_id) if visit.account_id else None
        if account is None:
            _leave_to_person(session, visit)
            continue
        if begun and visit.wish == Wish.BOOK and Carrier(visit.carrier) is Carrier.DHL:
            _doubt(session, visit, CarrierUnclearError(carrier="DHL"), now)
            continue
        session.expunge(account)
        return _call(session, visit, account, held, policy, now)
    return None


def make_call(connection: Connection, call: Call) -> str:
    """Tell the carrier, with no transaction open; return its number. Raises what the clients raise."""
    match call.wish:
        case Wish.BOOK:
            return book_visit(connection, call.visit).number
        case Wish.MOVE:
            return move_visit(connection, call.number, call.visit).number
        case Wish.CANCEL:
            if not call.shared:
                call_off_visit(connection, call.number, by=call.asked_by, why="The customer does not need it")
            return call.number


def finish_call(session: Session, call: Call, number: str, *, now: datetime) -> None:
    """Write down that the carrier agreed, and tell the customer."""
    visit = _still_held(session, call)
    if visit is None:
        return
    visit.calling_until, visit.due_at, visit.wish = None, None, None
    visit.failures, visit.why = 0, None
    if call.wish is Wish.CANCEL:
        end_cancelled(session, visit)
        _tell(session, visit, "cancelled", None, now)
        tell_called_off(session, visit, now=now)
        return
    if call.wish is Wish.MOVE:
        _move(visit)
    visit.state, visit.number = PickupState.BOOKED.value, number[:40]
    session.flush()
    _tell(session, visit, "pickup booked" if call.wish is Wish.BOOK else "pickup moved", visit.number, now)
    tell_booked(session, visit, moved=call.wish is Wish.MOVE, now=now)


def fail_call(session: Session, call: Call, error: ShippingError, *, now: datetime) -> None:
    """Write down that the carrier did not agree: it waits, or a person has to see to it."""
    visit = _still_held(session, call)
    if visit is None:
        return
    match error:
        case CarrierUnclearError() if call.wish is Wish.BOOK and Carrier(visit.carrier) is Carrier.DHL:
            _doubt(session, visit, error, now)
        case CarrierUnclearError() | CarrierUnavailableError():
            after = error.after_seconds if isinstance(error, CarrierUnavailableError) else None
            visit.failures += 1
            visit.calling_until, visit.due_at = None, retry_at(visit.failures, now, after)
            visit.why = kept(sentence_of(error.message, error.params))
        case _:
            _refused(session, visit, call.wish, error, now)
    session.flush()


def wait(session: Session, call: Call, *, now: datetime) -> None:
    """Let go of a visit about which nobody may call now."""
    visit = _still_held(session, call)
    if visit is not None:
        visit.calling_until, visit.due_at = None, retry_at(1, now)
        session.flush()


def _call(
    session: Session, visit: PickupVisit, account: CarrierAccount, held: datetime, policy: Policy, now: datetime
) -> Call:
    shared = shared_numbers(session, visit.carrier, besides=visit.id)
    return Call(
        pickup_id=visit.id,
        held=held,
        wish=Wish(visit.wish or Wish.BOOK),
        account=account,
        number=visit.number,
        visit=_visit(session, visit, frozenset(shared), policy, now),
        asked_by=visit.asked_by,
        shared=visit.number in shared,
    )


def _visit(session: Session, visit: PickupVisit, known: frozenset[str], policy: Policy, now: datetime) -> Visit:
    order = visit.order
    depot = depot_for(policy, Carrier(visit.carrier), order.country, now.date()).address
    sender = Address(
        name=order.ship_to_name,
        attention=order.recipient,
        phone=order.phone,
        lines=tuple(line for line in (order.address_1, order.address_2, order.address_3) if line),
        city=order.city,
        state=order.state,
        postal_code=order.postal_code,
        country=order.country,
    )
    receiver = Address(depot.company, depot.lines, depot.city, depot.postal_code, depot.country, depot.state)
    rma, planned = return_of(session, order.id), visit.moves_to or {}
    return Visit(
        Pickup(
            address=sender,
            parcels=tuple(_parcel(policy, box.unit.model) for box in visit.boxes),
            destination=depot.country,
            day=date.fromisoformat(planned["day"]) if planned else visit.day,
            ready_at=time.fromisoformat(planned["ready_at"]) if planned else visit.ready_at,
            closes_at=time.fromisoformat(planned["closes_at"]) if planned else visit.closes_at,
            zone=visit.zone,
            reference=rma.number if rma else order.number,
            numbers=tuple(box.label_number for box in visit.boxes if box.label_number),
            instructions=visit.instructions,
        ),
        customs=needs_papers(sender, receiver),
        known=known,
    )


def _parcel(policy: Policy, model: str) -> Parcel:
    try:
        known = model_of(policy, model)
    except UnknownModelError:
        return Parcel(_UNKNOWN_KG, model)
    return Parcel(float(known.weight_kg), known.name)


def _still_held(session: Session, call: Call) -> PickupVisit | None:
    """Return the visit, unless its time was over and another worker took it."""
    visit = visit_with_id(session, call.pickup_id, seen_by=SYSTEM)
    return visit if visit is not None and visit.calling_until == call.held else None


def _move(visit: PickupVisit) -> None:
    if visit.moves_to:
        visit.day = date.fromisoformat(visit.moves_to["day"])
        visit.ready_at = time.fromisoformat(visit.moves_to["ready_at"])
        visit.closes_at = time.fromisoformat(visit.moves_to["closes_at"])
    visit.moves_to = None


def _doubt(session: Session, visit: PickupVisit, error: ShippingError, now: datetime) -> None:
    """Leave it to a person whether the carrier booked it: it cannot be asked."""
    visit.state, visit.wish, visit.due_at, visit.calling_until = PickupState.UNCLEAR.value, None, None, None
    visit.why = kept(sentence_of(error.message, error.params))
    session.flush()
    _tell(session, visit, "pickup unclear", None, now)


def _leave_to_person(session: Session, visit: PickupVisit) -> None:
    visit.state, visit.wish, visit.due_at, visit.calling_until = PickupState.TO_PHONE.value, None, None, None
    session.flush()


def _refused(session: Session, visit: PickupVisit, wish: Wish, error: ShippingError, now: datetime) -> None:
    """A booking that is refused is a person's to see to; one that cannot be moved or called off stands as it was."""
    visit.wish, visit.due_at, visit.calling_until, visit.moves_to = None, None, None, None
    visit.why = kept(sentence_of(error.message, error.params))
    if wish is Wish.BOOK:
        visit.state = PickupState.REFUSED.value
    session.flush()
    _tell(session, visit, "pickup refused", None, now)


def _tell(session: Session, visit: PickupVisit, deed: str, new: str | None, now: datetime) -> None:
    field = "number" if new else None
    record(
        session, [Change("pickup", str(visit.id), deed, field, None, new, order_id=visit.order_id)], by=SYSTEM, now=now
    )
