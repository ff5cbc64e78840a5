"""Devices in a trial: what is left, asking for them within the limits, and shipping them once it is active (D-1 – D-3).

What logistics records as shipped from elsewhere is a fact and only warned about; this is the way that keeps the limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from rmatrack.db.parcel_questions import (
    belong_to_trial,
    count_ready,
    device_trials,
    lock_partner,
    models_of_trial,
    parcel_with_lines,
    parcels_of,
    parcels_waiting,
)
from rmatrack.db.parcels import ParcelLine, ParcelRequest
from rmatrack.db.recipients import customer_administrators
from rmatrack.domain.errors import BadInputError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.parcels import (
    Left,
    Parcel,
    RequestState,
    left_for,
    must_be_addressed,
    must_be_left,
    must_ship_there,
)
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy, ship_to_countries
from rmatrack.domain.shipment_columns import Column
from rmatrack.domain.shipments import Shipment
from rmatrack.domain.starting import must_be_sales_administrator
from rmatrack.domain.trials import FITTING, Deed, must_fit
from rmatrack.services.history import record
from rmatrack.services.shipment_plans import OrderPlan
from rmatrack.services.shipment_reports import read_report
from rmatrack.services.shipments import record_shipment
from rmatrack.services.trial_standing import Standing, standing_of, trial_locked, trial_seen, trial_to_manage
from rmatrack.services.trials import days_now

PAGE = 50
_CHUNK = 200


class OtherModelsError(BadInputError):
    """What leaves is what was asked for."""

    code = "other-models"
    message = _("The devices are not those that were asked for: %(asked)s. Correct the models or their number.")

    def __init__(self, asked: str) -> None:
        super().__init__(field="units", asked=asked)


class NotWaitingError(RuleBrokenError):
    """A request is shipped or withdrawn once."""

    code = "parcel-not-waiting"
    message = _("This request for devices is %(state)s. There is nothing to do.")

    def __init__(self, state: RequestState) -> None:
        super().__init__(state=state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A unit that leaves: its serial as scanned, and its EULA clock."""

    model: str
    serial: str
    eula_expires_on: date
    eula_mailed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request for devices, and where its trial stands."""

    parcel: ParcelRequest
    standing: Standing

    @property
    def is_ready(self) -> bool:
        """Say whether it may leave: nothing ships before the trial is active, or after it (SPEC T-13)."""
        return Deed.SHIP in FITTING[self.standing.phase]

    @property
    def ship_to(self) -> Parcel:
        """Return what was asked for and where it goes, as it was asked."""
        asked = self.parcel
        return Parcel(
            models={line.model: line.quantity for line in asked.lines},
            recipient=asked.recipient,
            phone=asked.phone,
            ship_to_name=asked.ship_to_name or self.standing.customer.name,
            address_1=asked.address_1,
            address_2=asked.address_2,
            address_3=asked.address_3,
            city=asked.city,
            state=asked.country_state,
            postal_code=asked.postal_code,
            country=asked.country,
        )


def devices_left(session: Session, *, trial_id: int | None = None, policy: Policy, by: Actor, now: datetime) -> Left:
    """Return what the partner of *by* may still have, for a trial or for one to be started; to be shown first."""
    partner_id = must_be_sales_administrator(by)
    if trial_id is not None:
        trial_seen(session, trial_id, seen_by=by, policy=policy, now=now)
    return _left(session, partner_id, trial_id, policy)


def ships_to(policy: Policy, models: Sequence[str], *, now: datetime) -> frozenset[str]:
    """Return the countries to which all *models* ship together (SPEC D-3)."""
    return ship_to_countries(policy, models, now.date())


def ask_devices(
    session: Session, trial_id: int, parcel: Parcel, *, policy: Policy, by: Actor, now: datetime
) -> ParcelRequest:
    """Ask for devices in a trial that stands; raises the limit that is broken, and `NotShippedThereError`."""
    standing = trial_to_manage(session, trial_id, Deed.ASK_DEVICES, by=by, policy=policy, now=now)
    return ask_for(session, standing, parcel, policy=policy, by=by, now=now)


def ask_for(
    session: Session, standing: Standing, parcel: Parcel, *, policy: Policy, by: Actor, now: datetime
) -> ParcelRequest:
    """Ask for devices in a locked trial."""
    lock_partner(session, standing.partner.id)
    models = must_be_left(parcel.models, _left(session, standing.partner.id, standing.trial.id, policy), policy)
    must_be_addressed(parcel)
    must_ship_there(models, parcel.country, parcel.state, policy, standing.today)
    request = ParcelRequest(
        trial_id=standing.trial.id,
        partner_id=standing.partner.id,
        state=RequestState.REQUESTED.value,
        recipient=parcel.recipient.strip(),
        phone=parcel.phone.strip(),
        ship_to_name=parcel.ship_to_name.strip() or standing.customer.name,
        address_1=parcel.address_1.strip(),
        address_2=parcel.address_2.strip(),
        address_3=parcel.address_3.strip(),
        city=parcel.city.strip(),
        country_state=parcel.state.strip(),
        postal_code=parcel.postal_code.strip(),
        country=parcel.country,
        requested_at=now,
        requested_by_id=by.person_id,
        lines=[ParcelLine(model=model, quantity=count) for model, count in sorted(models.items())],
    )
    standing.trial.no_devices_because = None
    session.add(request)
    session.flush()
    said = ", ".join(f"{count} × {model}" for model, count in sorted(models.items()))
    record(session, [Change("trial", str(standing.trial.id), "devices asked for", "models", new=said)], by=by, now=now)
    return request


def withdraw_devices(session: Session, parcel_id: int, *, policy: Policy, by: Actor, now: datetime) -> ParcelRequest:
    """Take back a request for devices that did not leave yet."""
    parcel = _parcel(session, parcel_id, by)
    trial_to_manage(session, parcel.trial_id, Deed.ASK_DEVICES, by=by, policy=policy, now=now)
    parcel = _waiting(_parcel(session, parcel_id, by, lock=True))
    parcel.state = RequestState.WITHDRAWN.value
    record(session, [Change("trial", str(parcel.trial_id), "devices withdrawn")], by=by, now=now)
    return parcel


def ship_devices(
    session: Session,
    parcel_id: int,
    number: str,
    units: Sequence[Packed],
    *,
    shipped_on: date,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> OrderPlan:
    """Record that a request left as the demo order *number*; nothing ships before the trial is active (SPEC T-13)."""
    by.must(Permission.RECORD_SHIPMENTS)
    parcel = _parcel(session, parcel_id, by)
    standing = trial_locked(session, parcel.trial_id, policy=policy, now=now)
    parcel = _waiting(_parcel(session, parcel_id, by, lock=True))
    must_fit(Deed.SHIP, standing.phase)
    asked = {line.model: line.quantity for line in parcel.lines}
    packed = [unit.model.strip().upper() for unit in units]
    if {model: packed.count(model) for model in packed} != asked:
        raise OtherModelsError(", ".join(f"{count} × {model}" for model, count in asked.items()))
    shipment = _shipment(session, parcel, standing, number, units, shipped_on)
    plan = record_shipment(session, shipment, policy=policy, by=by, now=now)
    parcel.state, parcel.order_number = RequestState.SHIPPED.value, shipment.number
    belong_to_trial(session, shipment.number, parcel.trial_id)
    return plan


def waiting_devices(
    session: Session, *, after: int | None = None, limit: int = PAGE, seen_by: Actor, policy: Policy, now: datetime
) -> list[Waiting]:
    """Return a part of the queue of devices to be shipped, the oldest first; *after* is the id of the last before."""
    found = parcels_waiting(session, after=after, seen_by=seen_by, limit=limit)
    return [Waiting(parcel, standing_of(parties, policy=policy, now=now)) for parcel, parties in found]


def all_waiting_devices(session: Session, *, seen_by: Actor, policy: Policy, now: datetime) -> Iterator[Waiting]:
    """Return the whole queue, read a portion at a time."""
    after: int | None = None
    while rows := waiting_devices(session, after=after, limit=_CHUNK, seen_by=seen_by, policy=policy, now=now):
        yield from rows
        after = rows[-1].parcel.id


def count_ready_devices(session: Session, *, seen_by: Actor, policy: Policy, now: datetime) -> int:
    """Return how many requests of the queue can leave now."""
    return count_ready(session, days_now(session, policy=policy, now=now), seen_by=seen_by)


def devices_to_ship(session: Session, parcel_id: int, *, seen_by: Actor, policy: Policy, now: datetime) -> Waiting:
    """Return one request of the queue; raises `NotWaitingError` where it left or was withdrawn."""
    parcel = _waiting(_parcel(session, parcel_id, seen_by))
    return Waiting(parcel, trial_seen(session, parcel.trial_id, seen_by=seen_by, policy=policy, now=now))


def devices_asked(session: Session, trial_id: int) -> Sequence[ParcelRequest]:
    """Return the requests for devices in a trial that the reader was seen to see."""
    return parcels_of(session, trial_id)


def _left(session: Session, partner_id: int, trial_id: int | None, policy: Policy) -> Left:
    """Return what is left; a database that does not answer leaves nothing (SPEC D-2)."""
    try:
        running = device_trials(session, partner_id)
        sent = models_of_trial(session, trial_id) if trial_id is not None else frozenset()
    except DBAPIError:
        return left_for(policy, running_trials=None, counts_already=False, sent=frozenset())
    return left_for(policy, running_trials=len(running), counts_already=trial_id in running, sent=sent)


def _parcel(session: Session, parcel_id: int, by: Actor, *, lock: bool = False) -> ParcelRequest:
    parcel = parcel_with_lines(session, parcel_id, seen_by=by, lock=lock)
    if parcel is None:
        raise NotFoundError
    return parcel


def _waiting(parcel: ParcelRequest) -> ParcelRequest:
    state = RequestState(parcel.state)
    if state is not RequestState.REQUESTED:
        raise NotWaitingError(state)
    return parcel


def _shipment(
    session: Session, parcel: ParcelRequest, standing: Standing, number: str, units: Sequence[Packed], shipped_on: date
) -> Shipment:
    """Return the shipment, read by the rules that a file's rows are read by; raises `ShipmentRefusedError`."""
    administrators = customer_administrators(session, [standing.customer.id])[standing.customer.id]
    expires_on = standing.trial.expires_on
    order = {
        Column.NUMBER: number,
        Column.SHIPPED_ON: shipped_on.isoformat(),
        Column.PARTNER: standing.partner.name,
        Column.CUSTOMER: standing.customer.name,
        Column.ORG_ID: standing.customer.org_id,
        Column.ADMIN_EMAIL: administrators[0][1].email,
        Column.RECIPIENT: parcel.recipient,
        Column.PHONE: parcel.phone,
        Column.SHIP_TO_NAME: parcel.ship_to_name,
        Column.ADDRESS_1: parcel.address_1,
        Column.ADDRESS_2: parcel.address_2,
        Column.ADDRESS_3: parcel.address_3,
        Column.CITY: parcel.city,
        Column.STATE: parcel.country_state,
        Column.POSTAL_CODE: parcel.postal_code,
        Column.COUNTRY: parcel.country,
        Column.TRIAL_EXPIRES_ON: expires_on.isoformat() if expires_on else "",
    }
    return read_report(order, [_reported(unit) for unit in units])


def _reported(unit: Packed) -> dict[Column, str]:
    return {
        Column.MODEL: unit.model.upper(),
        Column.SERIAL: unit.serial,
        Column.EULA_EXPIRES_ON: unit.eula_expires_on.isoformat(),
        Column.EULA_MAILED_ON: unit.eula_mailed_on.isoformat() if unit.eula_mailed_on else "",
    }
