"""Correcting a mis-picked shipment: the serial we recorded is not the one that left (SPEC R-5).

What was scanned, found and decided follows the device; what was agreed about the loan stays with the loan. Everything
that did not match is judged again in the same step.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.correcting import (
    OF_THE_DEVICE,
    devices,
    exchange_what_they_carry,
    is_seen,
    live_labels,
    parked_count,
    put_device,
)
from rmatrack.db.scans import ShippedUnit, take_turns_parking, units_with_ids, units_with_keys
from rmatrack.domain.correcting import (
    Correction,
    CorrectionReasonError,
    NoSerialError,
    Recorded,
    correction_of,
)
from rmatrack.domain.errors import ConflictError, NotFoundError, _
from rmatrack.domain.history import Change
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.receiving import Loan, loan_meant
from rmatrack.domain.sentences import Sentence
from rmatrack.domain.serials import SerialKey, hints, normalise
from rmatrack.services.history import record
from rmatrack.services.judging_again import judge_again
from rmatrack.services.parked import match_parked

LONGEST_REASON = 200
LONGEST_SERIAL = 64
SHORTEST_SERIAL = 3

_GETS = _("%(order)s has %(serial)s from now on; it had %(was)s.")
_PARKED = _("%(serial)s was scanned at the dock before. It is received on %(order)s at once, as of its first scan.")
_FOLLOWS = _("Scans, verdicts and photos follow each device to its order.")
_LABEL = _("The label %(label)s names %(was)s. It still leads here; print a new one if its box has not left yet.")
_JUDGED = _("What did not match is judged again. Returns with nothing open are complete, others open again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A correction as it would be done, with what it does and what looks odd about the serial."""

    unit: ShippedUnit
    serial: SerialKey
    how: Correction
    other: ShippedUnit | None
    effects: tuple[Sentence, ...]
    oddities: tuple[Sentence, ...]


def preview_correction(session: Session, unit_id: int, serial: str, *, by: Actor) -> Proposal:
    """Return what correcting the serial of a unit would do; raises what speaks against it."""
    by.must(Permission.CORRECT_SHIPMENTS)
    unit, other, key, how = _judged(session, unit_id, serial, by)
    effects = [Sentence(_GETS, {"order": unit.order, "serial": key, "was": unit.serial_key})]
    if how is Correction.EXCHANGE and other:
        effects.append(Sentence(_GETS, {"order": other.order, "serial": unit.serial_key, "was": key}))
        effects.append(Sentence(_FOLLOWS))
    elif parked_count(session, key):
        effects.append(Sentence(_PARKED, {"serial": key, "order": unit.order}))
    effects += [
        Sentence(_LABEL, {"label": number, "was": loan.serial_key})
        for loan in (unit, other if how is Correction.EXCHANGE else None)
        if loan
        for number in live_labels(session, [loan.id])
    ]
    return Proposal(
        unit=unit,
        serial=key,
        how=how,
        other=other if how is Correction.EXCHANGE else None,
        effects=(*effects, Sentence(_JUDGED)),
        oddities=tuple(hint.sentence for hint in hints(key, shipped_on=unit.shipped_on)),
    )


def correct_shipment(
    session: Session, unit_id: int, serial: str, *, was: str, reason: str, by: Actor, now: datetime
) -> Correction:
    """Record that *serial* left on a unit's loan, where *was* had been recorded; return how that was done.

    Raises `ConflictError` where somebody corrected, received or settled one of the devices at the same moment.
    """
    by.must(Permission.CORRECT_SHIPMENTS)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise CorrectionReasonError
    take_turns_parking(session)
    unit, other, key, how = _judged(session, unit_id, serial, by)
    if unit.serial_key != normalise(was):
        raise ConflictError
    if how is Correction.EXCHANGE and other:
        _exchange(session, unit, other, reason, by=by, now=now)
        judge_again(session, {unit.id, other.id}, by=by, now=now)
        return how
    _replace(session, unit, serial, key, reason, by=by, now=now)
    match_parked(session, {key}, by=by, now=now)
    judge_again(session, {unit.id}, by=by, now=now)
    return how


def _judged(
    session: Session, unit_id: int, serial: str, by: Actor
) -> tuple[ShippedUnit, ShippedUnit | None, SerialKey, Correction]:
    """Return the unit, the loan that the serial is on, its key, and how the one gets the other."""
    key = normalise(serial)
    if not is_seen(session, unit_id, seen_by=by):
        raise NotFoundError
    if not SHORTEST_SERIAL <= len(key) <= LONGEST_SERIAL or len(serial.strip()) > LONGEST_SERIAL:
        raise NoSerialError(LONGEST_SERIAL)
    unit = units_with_ids(session, {unit_id})[0]
    loans = {loan.order: loan for loan in units_with_keys(session, {key}) if loan.id != unit_id}
    meant = loan_meant(_loan(loan) for loan in loans.values())
    other = loans[meant.order] if meant else None
    ends = devices(session, {loan.id for loan in (unit, other) if loan})
    recorded = [
        Recorded(
            unit_id=loan.id,
            order=loan.order,
            serial=SerialKey(loan.serial_key),
            status=UnitStatus(loan.status),
            shipped_on=loan.shipped_on,
            ended_at=ends[loan.id].settled_at,
        )
        for loan in (unit, other)
        if loan
    ]
    return unit, other, key, correction_of(recorded[0], key, recorded[1] if other else None)


def _loan(unit: ShippedUnit) -> Loan:
    return Loan(order=unit.order, model=unit.model, status=UnitStatus(unit.status), shipped_on=unit.shipped_on)


def _replace(
    session: Session, unit: ShippedUnit, serial: str, key: SerialKey, reason: str, *, by: Actor, now: datetime
) -> None:
    shown = serial.strip().upper()
    version = devices(session, {unit.id})[unit.id].version
    if not put_device(session, unit.id, version, {"serial": shown, "serial_key": key}):
        raise ConflictError
    record(session, [_told(unit, "serial", unit.serial, shown, shown, reason)], by=by, now=now)


def _exchange(
    session: Session, unit: ShippedUnit, other: ShippedUnit, reason: str, *, by: Actor, now: datetime
) -> None:
    """Let two loans exchange their devices. One is out of the way for a moment, since a key is out only once."""
    before = devices(session, {unit.id, other.id})
    one, two = before[unit.id], before[other.id]
    done = (
        put_device(session, one.id, one.version, {"serial_key": f"~{one.id}"})
        and put_device(session, two.id, two.version, {name: getattr(one, name) for name in OF_THE_DEVICE})
        and put_device(session, one.id, one.version + 1, {name: getattr(two, name) for name in OF_THE_DEVICE})
    )
    if not done:
        raise ConflictError
    exchange_what_they_carry(session, one.id, two.id)
    changes = [
        _told(loan, field, getattr(had, field), getattr(gets, field), gets.serial, reason)
        for loan, had, gets in ((unit, one, two), (other, two, one))
        for field in ("serial", "model", "status")
        if getattr(had, field) != getattr(gets, field)
    ]
    record(session, changes, by=by, now=now)


def _told(unit: ShippedUnit, field: str, old: str, new: str, serial: str, reason: str) -> Change:
    return Change("unit", serial, "corrected", field, old, new, reason, order_id=unit.order_id, unit_id=unit.id)
