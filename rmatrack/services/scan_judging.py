"""Judging scans in the order in which they were made, each knowing what those before it changed (SPEC R-1)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from carriers.recognise import Recognised, recognise
from rmatrack.db.scans import Box, ShippedUnit, boxes_marked, product_codes, receipts_of
from rmatrack.domain.box_codes import codes_in
from rmatrack.domain.discrepancies import DiscrepancyType
from rmatrack.domain.identify import Kind, code_on_box
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.receiving import Loan, Outcome, Seen, Verdict, judge, loan_meant
from rmatrack.domain.scans import ScanIn
from rmatrack.domain.serials import SerialKey
from rmatrack.services.scan_answers import Answer
from rmatrack.services.suggesting import suggest

_ZONES = timedelta(days=1)
"""A day has begun somewhere on earth this much before it begins here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One serial of a scan that is right in itself, its key, and the box that was open.

    `text` is the serial as it stands in what was read; `is_declared` says that the code itself called it one.
    """

    scan: ScanIn
    key: SerialKey
    box: Box | None
    text: str
    is_declared: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading with its verdict, the unit it is about, and what its answer tells."""

    reading: Reading
    verdict: Verdict
    unit: ShippedUnit | None
    facts: dict[str, Any]

    @property
    def moves_receipt(self) -> bool:
        """Say whether the unit turns out to have been received earlier than was known."""
        known = self.unit.received_at if self.unit else None
        return known is not None and self.reading.scan.scanned_at < known

    @property
    def answer(self) -> Answer:
        """Return what the station is told."""
        return Answer(scan_id=self.reading.scan.id, outcome=self.verdict.outcome, facts=self.facts)


def judge_readings(
    session: Session, readings: Iterable[Reading], units: Sequence[ShippedUnit], *, person: str
) -> list[Judged]:
    """Judge *readings* by time against *units*, all loans of their serials; *person* is who scans."""
    in_order = sorted(readings, key=lambda reading: reading.scan.scanned_at)
    loans = defaultdict(list)
    for unit in units:
        loans[unit.serial_key].append(unit)
    strangers = [reading for reading in in_order if reading.key not in loans]
    marks = {reading.text: recognise(reading.text) for reading in strangers if not reading.is_declared}
    kinds = _kinds(session, marks)
    received = _received_before(session, units)
    judged = [_judge(reading, loans[reading.key], kinds, received, person) for reading in in_order]
    if strangers:
        _add_suggestions(session, judged)
        _add_boxes(session, judged, marks)
    return judged


def _judge(
    reading: Reading,
    loans: list[ShippedUnit],
    kinds: Mapping[str, Kind],
    received: dict[int, dict[str, str | None]],
    person: str,
) -> Judged:
    """Judge one reading; where it receives its unit, *loans* and *received* say so to the next."""
    scan, unit = reading.scan, unit_meant(loans, reading) if loans else None
    verdict = judge(
        Seen(
            serial=reading.key,
            kind=Kind.SERIAL if unit or reading.is_declared else kinds[reading.text],
            loan=_loan(unit) if unit else None,
            expected_order=reading.box.order if reading.box else None,
            claimed_model=scan.claimed_model,
        )
    )
    facts: dict[str, Any] = dict(verdict.sentence.params)
    if unit:
        facts |= {"serial": unit.serial_key, "rma": unit.rma, "customer": unit.customer}
        if verdict.outcome is Outcome.ALREADY_RECEIVED:
            facts |= {"received": received.get(unit.id), "finds": [str(type_) for type_ in verdict.opens]}
        if scan.claimed_model and DiscrepancyType.WRONG_MODEL not in verdict.opens:
            facts["model_checked"] = True
        if verdict.receives:
            loans[loans.index(unit)] = unit._replace(status=UnitStatus.RECEIVED, received_at=scan.scanned_at)
            received[unit.id] = {"at": scan.scanned_at.isoformat(), "station": scan.station, "by": person}
    return Judged(reading, verdict, unit, facts)


def unit_meant(loans: Sequence[ShippedUnit], reading: Reading) -> ShippedUnit | None:
    """Return the loan that a reading is about: of those shipped by its day, since it may have waited to be sent."""
    by_order = {unit.order: unit for unit in shipped_by(loans, reading) or loans}
    meant = loan_meant(_loan(unit) for unit in by_order.values())
    return by_order[meant.order] if meant else None


def shipped_by(units: Iterable[ShippedUnit], reading: Reading) -> list[ShippedUnit]:
    """Return those of *units* that had left when the scan was made."""
    day = (reading.scan.scanned_at + _ZONES).date()
    return [unit for unit in units if unit.shipped_on <= day]


def _loan(unit: ShippedUnit) -> Loan:
    return Loan(order=unit.order, model=unit.model, status=UnitStatus(unit.status), shipped_on=unit.shipped_on)


def _kinds(session: Session, marks: Mapping[str, Recognised | None]) -> dict[str, Kind]:
    models = product_codes(session, {code for text in marks for code in codes_in(text)})
    return {text: code_on_box(text, mark.kind if mark else None, models=models) for text, mark in marks.items()}


def _received_before(session: Session, units: Sequence[ShippedUnit]) -> dict[int, dict[str, str | None]]:
    """Return where, when and by whom the units were received that are received already."""
    ids = {unit.id for unit in units if unit.status == UnitStatus.RECEIVED}
    if not ids:
        return {}
    return {
        receipt.unit_id: {"at": receipt.scanned_at.isoformat(), "station": receipt.station, "by": receipt.person}
        for receipt in receipts_of(session, ids).values()
    }


def _add_suggestions(session: Session, judged: Sequence[Judged]) -> None:
    unknown = [one for one in judged if one.verdict.outcome is Outcome.NEVER_SHIPPED]
    near = suggest(session, {one.reading.key: None for one in unknown})
    for one in unknown:
        if found := near.get(one.reading.key):
            one.facts["suggestion"] = {"serial": found.serial, "why": found.why}


def _add_boxes(session: Session, judged: Sequence[Judged], marks: Mapping[str, Recognised | None]) -> None:
    """Name the RMA whose box was scanned instead of a serial, so that the station opens it."""
    numbers = {}
    for one in judged:
        if one.verdict.outcome is Outcome.NOT_A_SERIAL and one.facts["kind"] is not Kind.UNKNOWN:
            mark = marks[one.reading.text]
            numbers[one.reading.text] = mark.number if mark else one.reading.key
    boxes = boxes_marked(session, set(numbers.values()))
    for one in judged:
        if box := boxes.get(numbers.get(one.reading.text, "")):
            one.facts.update(opens_rma=box.rma, opens_order=box.order)
