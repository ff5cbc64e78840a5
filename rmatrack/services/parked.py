"""Parked serials match by themselves once a shipment with them is imported or corrected (SPEC R-4)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from rmatrack.db.inspections import photos_follow_scans
from rmatrack.db.parked import boxes_with_ids, close_matched, parked_scans, scans_belong_to
from rmatrack.db.scans import ShippedUnit, discrepancies_noted, receive_units, take_turns_parking, units_with_keys
from rmatrack.domain.charges import Withdrawal
from rmatrack.domain.discrepancies import ClosingReason
from rmatrack.domain.history import Change
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor
from rmatrack.domain.scans import ScanIn
from rmatrack.domain.serials import SerialKey
from rmatrack.services.charges import withdraw_charges
from rmatrack.services.contradictions import note_contradictions
from rmatrack.services.history import record
from rmatrack.services.returns import complete_returns, reopen_returns
from rmatrack.services.scan_judging import Judged, Reading, judge_readings, shipped_by


class _Place(NamedTuple):
    """Where a parked serial is noted: under its key and the box that was open."""

    key: str
    rma_id: int | None


def match_parked(session: Session, keys: Collection[SerialKey], *, by: Actor, now: datetime) -> list[SerialKey]:
    """Receive those of the serials *keys* that were scanned before we knew of them, and return which they were.

    Call it in the step that recorded or corrected the shipment, after its units are written. A scan made before its
    shipment left stays parked. The answers that stations were given stay as they were.
    """
    if not keys:
        return []
    take_turns_parking(session)
    scans = parked_scans(session, keys)
    if not scans:
        return []
    units = units_with_keys(session, {scan.serial_key for scan in scans})
    loans: dict[str, list[ShippedUnit]] = {}
    for unit in units:
        loans.setdefault(unit.serial_key, []).append(unit)
    readings = [reading for reading in _readings(session, scans) if shipped_by(loans.get(reading.key, ()), reading)]
    judged = judge_readings(session, readings, units, person=by.name)
    if judged:
        _receive(session, judged, by=by, now=now)
        _explain(session, scans, judged, by=by, now=now)
    return sorted({one.reading.key for one in judged})


def _readings(session: Session, scans: Sequence[Any]) -> list[Reading]:
    boxes = boxes_with_ids(session, {scan.expected_rma_id for scan in scans if scan.expected_rma_id})
    return [
        Reading(
            ScanIn(id=scan.id, scanned_at=scan.scanned_at, station=scan.station, raw=scan.raw),
            SerialKey(scan.serial_key),
            boxes.get(scan.expected_rma_id),
            scan.raw,
        )
        for scan in scans
    ]


def _units(judged: Sequence[Judged]) -> Mapping[int, ShippedUnit]:
    return {one.unit.id: one.unit for one in reversed(judged) if one.unit}


def _receive(session: Session, judged: Sequence[Judged], *, by: Actor, now: datetime) -> None:
    units = _units(judged)
    scans = [{"scan_id": one.reading.scan.id, "belongs_to": one.unit.id} for one in judged if one.unit]
    scans_belong_to(session, scans)
    photos_follow_scans(session, [one.reading.scan.id for one in judged])
    receive_units(session, units.keys())
    withdraw_charges(session, units.keys(), Withdrawal.RECEIVED, by=by, now=now)
    changes = [_received(unit) for unit in units.values() if unit.status != UnitStatus.RECEIVED]
    record(session, changes, by=by, now=now)


def _received(unit: ShippedUnit) -> Change:
    return Change(
        "unit",
        unit.serial,
        "received",
        field="status",
        old=unit.status,
        new=UnitStatus.RECEIVED,
        order_id=unit.order_id,
        unit_id=unit.id,
    )


def _explain(session: Session, scans: Sequence[Any], judged: Sequence[Judged], *, by: Actor, now: datetime) -> None:
    """Close what was noted of the serials while they were unknown, and note what is wrong now that they are known."""
    matched = {one.reading.scan.id: one for one in judged}
    still_parked = {_Place(scan.serial_key, scan.expected_rma_id) for scan in scans if scan.id not in matched}
    explained = {
        _Place(scan.serial_key, scan.expected_rma_id): matched[scan.id].unit for scan in scans if scan.id in matched
    }
    closed = [
        (row, unit)
        for row in discrepancies_noted(session, (), {place.key for place in explained})
        if (place := _Place(row.serial_key, row.rma_id)) not in still_parked and (unit := explained.get(place))
    ]
    rows = [{"discrepancy_id": row.id, "belongs_to": unit.id, "now": now, "by_name": by.name} for row, unit in closed]
    close_matched(session, rows)
    record(session, [_closed(row.id, unit) for row, unit in closed], by=by, now=now)
    held_open = note_contradictions(session, judged, by=by, now=now)
    settled = {unit.rma_id for unit in _units(judged).values()} | {row.rma_id for row, _unit in closed}
    complete_returns(session, {rma_id for rma_id in settled if rma_id} - held_open, by=by, now=now)
    reopen_returns(session, held_open, by=by, now=now)


def _closed(number: int, unit: ShippedUnit) -> Change:
    return Change(
        "discrepancy",
        str(number),
        "closed",
        field="closing_reason",
        new=ClosingReason.MATCHED_LATER,
        order_id=unit.order_id,
        unit_id=unit.id,
    )
