"""Noting what does not match: each contradiction once, since its earliest scan, on the RMA that it holds open (R-2)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from rmatrack.db.scans import add_discrepancies, date_back_discrepancies, discrepancies_noted
from rmatrack.domain.discrepancies import DiscrepancyType
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor
from rmatrack.services.history import record
from rmatrack.services.scan_judging import Judged

_T = DiscrepancyType


class Same(NamedTuple):
    """What makes two contradictions one: the unit, or the serial that belongs to none."""

    type: str
    unit_id: int | None
    serial_key: str | None
    rma_id: int | None


def note_contradictions(session: Session, judged: Sequence[Judged], *, by: Actor, now: datetime) -> set[int]:
    """Open a discrepancy for each contradiction that is new, and return the RMAs that are now held open."""
    found = _by_identity(_row(type_, one) for one in judged for type_ in one.verdict.opens)
    moved = _by_identity(_row(_T.CAME_BACK_AFTER_SETTLED, one) for one in judged if one.moves_receipt)
    if not found and not moved:
        return set()
    noted = {_same(row._mapping): row for row in _noted(session, [*found, *moved])}
    _date_back(session, ((noted[same], row) for same, row in [*found.items(), *moved.items()] if same in noted))
    new = [row for same, row in found.items() if same not in noted]
    if not new:
        return set()
    added = add_discrepancies(session, [{name: row[name] for name in row if name != "order_id"} for row in new])
    record(session, [_opened(row.id, found[_same(row._mapping)]) for row in added], by=by, now=now)
    return {row["rma_id"] for row in new if row["rma_id"]}


def contradictions(judged: Sequence[Judged]) -> set[Same]:
    """Return everything that is wrong about what was judged, noted or not."""
    return {_same(_row(type_, one)) for one in judged for type_ in one.verdict.opens}


def _by_identity(rows: Iterable[dict[str, Any]]) -> dict[Same, dict[str, Any]]:
    """Return the first of those *rows* that are the same, by what makes them so."""
    found: dict[Same, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(_same(row), row)
    return found


def _row(type_: DiscrepancyType, one: Judged) -> dict[str, Any]:
    """Return the discrepancy as a row: where a box was open, an unexpected device holds that box's RMA open."""
    reading, unit, box = one.reading, one.unit, one.reading.box
    of_box = box if box and (unit is None or type_ is _T.WRONG_ORDER) else None
    return {
        "type": type_.value,
        "scan_id": reading.scan.id,
        "unit_id": unit.id if unit else None,
        "rma_id": of_box.rma_id if of_box else unit.rma_id if unit else None,
        "order_id": of_box.order_id if of_box else unit.order_id if unit else None,
        "partner_id": of_box.partner_id if of_box else unit.partner_id if unit else None,
        "serial": unit.serial if unit else reading.text,
        "serial_key": reading.key,
        "suggestion": _suggestion(type_, one.facts),
        "opened_at": reading.scan.scanned_at,
        "version": 1,
    }


def _suggestion(type_: DiscrepancyType, facts: dict[str, Any]) -> dict[str, Any] | None:
    match type_:
        case _T.UNKNOWN_SERIAL:
            near: dict[str, Any] | None = facts.get("suggestion")
            return near
        case _T.WRONG_ORDER:
            return {"order": facts["order"]}
        case _T.WRONG_MODEL:
            return {"model": facts["model"], "claimed": facts["claimed"]}
        case _T.CAME_BACK_AFTER_SETTLED:
            return {"status": facts["status"]}
    return None


def _same(row: Any) -> Same:
    return Same(row["type"], row["unit_id"], None if row["unit_id"] else row["serial_key"], row["rma_id"])


def _noted(session: Session, found: Iterable[Same]) -> Sequence[Any]:
    return discrepancies_noted(
        session,
        {same.unit_id for same in found if same.unit_id},
        {same.serial_key for same in found if same.serial_key},
    )


def _date_back(session: Session, pairs: Iterable[tuple[Any, dict[str, Any]]]) -> None:
    """Where an earlier scan of the same contradiction arrives late, it is the one that found it."""
    earlier = [
        {"discrepancy_id": known.id, "first_scan_id": row["scan_id"], "first_at": row["opened_at"]}
        for known, row in pairs
        if known.closed_at is None and row["opened_at"] < known.opened_at
    ]
    date_back_discrepancies(session, earlier)


def _opened(number: int, row: dict[str, Any]) -> Change:
    return Change(
        "discrepancy",
        str(number),
        "opened",
        field="type",
        new=row["type"],
        order_id=row["order_id"],
        unit_id=row["unit_id"],
    )
