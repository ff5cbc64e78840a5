"""Judging again what was noted about units whose record was corrected (SPEC R-5). Doing it twice changes nothing."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db.correcting import (
    close_judged,
    discrepancies_to_judge,
    reopen_discrepancies,
    standing_scans,
)
from rmatrack.db.parked import boxes_with_ids
from rmatrack.db.scans import ShippedUnit, units_with_ids
from rmatrack.domain.discrepancies import ClosingReason, DiscrepancyType
from rmatrack.domain.history import Change
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor
from rmatrack.domain.scans import ScanIn
from rmatrack.domain.serials import SerialKey
from rmatrack.services.contradictions import Same, contradictions, note_contradictions
from rmatrack.services.history import record
from rmatrack.services.returns import complete_returns, reopen_returns
from rmatrack.services.scan_judging import Judged, Reading, judge_readings

_OF_SCANS = frozenset({DiscrepancyType.WRONG_ORDER, DiscrepancyType.WRONG_MODEL})


def judge_again(session: Session, unit_ids: Collection[int], *, by: Actor, now: datetime) -> None:
    """Close what no longer holds about units, open what does now, and complete or reopen the returns concerned."""
    units = {unit.id: unit for unit in units_with_ids(session, unit_ids)}
    judged = _judged(session, list(units.values()), by)
    known = discrepancies_to_judge(session, unit_ids)
    holds = contradictions(judged)
    closed = [(row, because) for row in known if (because := _explained(row, holds, units))]
    close_judged(
        session,
        [
            {"discrepancy_id": row.id, "because": because.value, "now": now, "by_name": by.name}
            for row, because in closed
        ],
    )
    again = [row for row in known if row.closed_at is not None and _same(row) in holds]
    reopen_discrepancies(session, [row.id for row in again])
    record(session, _changes(closed, again, units), by=by, now=now)
    note_contradictions(session, judged, by=by, now=now)
    concerned = {row.rma_id for row in known} | {unit.rma_id for unit in units.values()}
    concerned |= {one.reading.box.rma_id for one in judged if one.reading.box}
    rmas = {rma_id for rma_id in concerned if rma_id}
    reopen_returns(session, rmas, by=by, now=now)
    complete_returns(session, rmas, by=by, now=now)


def _judged(session: Session, units: Sequence[ShippedUnit], by: Actor) -> list[Judged]:
    """Judge every scan that stands on the units as if it were made now."""
    scans = standing_scans(session, [unit.id for unit in units])
    boxes = boxes_with_ids(session, {scan.expected_rma_id for scan in scans if scan.expected_rma_id})
    readings = [
        Reading(
            ScanIn(
                id=scan.id,
                scanned_at=scan.scanned_at,
                station=scan.station,
                raw=scan.raw,
                claimed_model=scan.answer.get("claimed"),
            ),
            SerialKey(scan.serial_key),
            boxes.get(scan.expected_rma_id),
            scan.raw,
        )
        for scan in scans
    ]
    known = {unit.serial_key for unit in units}
    return judge_readings(session, [each for each in readings if each.key in known], units, person=by.name)


def _explained(row: Any, holds: set[Same], units: dict[int, ShippedUnit]) -> ClosingReason | None:
    """Return why an open discrepancy is closed by the correction; None where it stays as it is."""
    type_ = DiscrepancyType(row.type)
    if row.closed_at is not None:
        return None
    if type_ in _OF_SCANS and _same(row) not in holds:
        return ClosingReason.SHIPMENT_CORRECTED
    if type_ is DiscrepancyType.MISSING and units[row.unit_id].status == UnitStatus.RECEIVED:
        return ClosingReason.FOUND
    return None


def _same(row: Any) -> Same:
    return Same(row.type, row.unit_id, None, row.rma_id)


def _changes(
    closed: Sequence[tuple[Any, ClosingReason]], again: Sequence[Any], units: dict[int, ShippedUnit]
) -> Iterator[Change]:
    for row, because in closed:
        unit = units[row.unit_id]
        yield Change(
            "discrepancy", str(row.id), "closed", "closing_reason", new=because, order_id=unit.order_id, unit_id=unit.id
        )
    for row in again:
        unit = units[row.unit_id]
        yield Change("discrepancy", str(row.id), "reopened", order_id=unit.order_id, unit_id=unit.id)
