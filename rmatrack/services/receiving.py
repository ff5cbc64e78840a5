"""Recording scans: each once, each answered, the units received and what does not match noted (SPEC R-1 – R-4, R-7).

The number of statements does not depend on the number of scans. What is recorded does not depend on the order or the
batches in which scans arrive: a unit is received at its earliest scan, and each contradiction is noted once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db.scans import (
    ShippedUnit,
    add_scans,
    boxes_with_rma,
    receive_units,
    scans_with_ids,
    take_turns_parking,
    units_with_keys,
)
from rmatrack.domain.charges import Withdrawal
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.history import Change
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.receiving import Outcome
from rmatrack.domain.scans import ScanIdTakenError, ScanIn, UnknownBoxError, checked, writable
from rmatrack.domain.serials import SerialKey
from rmatrack.services.charges import withdraw_charges
from rmatrack.services.contradictions import note_contradictions
from rmatrack.services.history import record
from rmatrack.services.returns import complete_returns, reopen_returns
from rmatrack.services.scan_answers import Answer, refusal
from rmatrack.services.scan_judging import Judged, Reading, judge_readings
from rmatrack.services.scan_parts import Part, read_parts


def record_scans(session: Session, batch: Sequence[ScanIn], *, by: Actor, now: datetime) -> list[Answer]:
    """Record the scans of *batch* that are new, and answer all of it, in its order.

    A scan that is wrong in itself gets an answer with an error and holds up none of the others. Raises `ConflictError`
    (through the session) where the same id is being recorded by somebody else this moment: do the step once more.
    """
    by.must(Permission.SCAN)
    scans = [_checked(scan) for scan in batch]
    unique: dict[str, ScanIn] = {}
    for scan in scans:
        if isinstance(scan, ScanIn):
            unique.setdefault(scan.id, scan)
    parts = read_parts(session, unique.values())
    answers = _answers(session, {part.scan.id: part for of_scan in parts.values() for part in of_scan}, by=by, now=now)
    return [
        scan if isinstance(scan, Answer) else _answer_of(scan, [answers[part.scan.id] for part in parts[scan.id]])
        for scan in (_unless_taken(scan, unique) for scan in scans)
    ]


def _checked(scan: ScanIn) -> ScanIn | Answer:
    try:
        return checked(scan)
    except RmatrackError as error:
        return refusal(writable(scan.id), error)


def _unless_taken(scan: ScanIn | Answer, unique: Mapping[str, ScanIn]) -> ScanIn | Answer:
    """Return *scan* if it is what was first sent under this id, in this batch."""
    if isinstance(scan, Answer) or scan.raw == (first := unique[scan.id]).raw:
        return scan
    return refusal(scan.id, ScanIdTakenError(first.raw))


def _answer_of(scan: ScanIn, answers: Sequence[Answer]) -> Answer:
    """Return the answer to *scan*: that to its first serial, together with those to the others."""
    first = next((answer for answer in answers if answer.scan_id == scan.id), answers[0])
    return replace(first, more=tuple(answer for answer in answers if answer is not first))


def _answers(session: Session, parts: Mapping[str, Part], *, by: Actor, now: datetime) -> dict[str, Answer]:
    """Return the answer to each of *parts*, by id. Units are locked before anything else is read."""
    units = _units(session, {part.key for part in parts.values()})
    answers = {row.id: _recorded(row, parts[row.id].scan) for row in scans_with_ids(session, parts)} if parts else {}
    boxes = boxes_with_rma(session, {part.scan.expected for part in parts.values() if part.scan.expected})
    readings = []
    for scan_id, part in parts.items():
        scan = part.scan
        if scan_id in answers:
            continue
        if scan.expected and scan.expected not in boxes:
            answers[scan_id] = refusal(scan_id, UnknownBoxError(scan.expected))
            continue
        box = boxes[scan.expected] if scan.expected else None
        readings.append(Reading(scan, part.key, box, part.text, part.is_declared))
    judged = judge_readings(session, readings, units, person=by.name)
    if judged:
        _keep(session, judged, by=by, now=now)
    return answers | {one.reading.scan.id: one.answer for one in judged}


def _units(session: Session, keys: set[SerialKey]) -> list[ShippedUnit]:
    """Return all loans of the serials *keys*; those that are parked were looked for when nobody imports them."""
    units = units_with_keys(session, keys)
    strangers = keys - {unit.serial_key for unit in units}
    if strangers and take_turns_parking(session):
        units += units_with_keys(session, strangers)
    return units


def _recorded(row: Any, scan: ScanIn) -> Answer:
    """Return the answer that was given to a scan before."""
    if row.raw != scan.raw:
        return refusal(scan.id, ScanIdTakenError(row.raw))
    return Answer(scan_id=row.id, outcome=Outcome(row.outcome), facts=row.answer)


def _keep(session: Session, judged: Sequence[Judged], *, by: Actor, now: datetime) -> None:
    """Write scans, receipts, contradictions and history, and complete or reopen the returns concerned."""
    add_scans(session, [_row(one, by=by, now=now) for one in judged])
    changes: dict[int, Change] = {}
    for one in judged:
        if one.unit and (change := _change(one.unit, one)):
            changes.setdefault(one.unit.id, change)
    receive_units(session, changes.keys())
    withdraw_charges(session, changes.keys(), Withdrawal.RECEIVED, by=by, now=now)
    record(session, changes.values(), by=by, now=now)
    held_open = note_contradictions(session, judged, by=by, now=now)
    received = {one.unit.rma_id for one in judged if one.unit and one.unit.rma_id and one.verdict.receives}
    complete_returns(session, received - held_open, by=by, now=now)
    reopen_returns(session, held_open, by=by, now=now)


def _row(one: Judged, *, by: Actor, now: datetime) -> dict[str, Any]:
    scan = one.reading.scan
    return {
        "id": scan.id,
        "scanned_at": scan.scanned_at,
        "recorded_at": now,
        "station": scan.station,
        "person_id": by.person_id,
        "raw": scan.raw,
        "serial_key": one.reading.key,
        "outcome": one.verdict.outcome.value,
        "answer": one.facts,
        "expected_rma_id": one.reading.box.rma_id if one.reading.box else None,
        "unit_id": one.unit.id if one.unit else None,
    }


def _change(unit: ShippedUnit, one: Judged) -> Change | None:
    """Return what a scan changes of its unit: it is received, or was received earlier than was known."""
    if one.verdict.receives:
        return _of_unit(unit, "status", unit.status, UnitStatus.RECEIVED)
    if unit.received_at and one.moves_receipt:
        at = one.reading.scan.scanned_at
        return _of_unit(unit, "received_at", unit.received_at.isoformat(), at.isoformat())
    return None


def _of_unit(unit: ShippedUnit, field: str, old: str, new: str) -> Change:
    return Change(
        "unit", unit.serial, "received", field=field, old=old, new=new, order_id=unit.order_id, unit_id=unit.id
    )
