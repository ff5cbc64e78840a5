"""What a correction of a shipment reads and moves: serials between loans, and all that a device carries with it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.base import Moment
from rmatrack.db.inspections import INSPECTION, PHOTO, WIPE
from rmatrack.db.labels import Label
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Discrepancy, Scan
from rmatrack.db.returns import Rma
from rmatrack.db.scans import DISCREPANCY, SCAN, UNIT
from rmatrack.db.sight import units_seen_by
from rmatrack.domain.discrepancies import ClosingReason, DiscrepancyType
from rmatrack.domain.labels import DEAD
from rmatrack.domain.people import Actor

OF_THE_DEVICE = ("serial", "serial_key", "model", "status", "received_at", "settled_at", "inspected_at")
"""What a unit's row says of the device; the rest is the loan's."""


def is_seen(session: Session, unit_id: int, *, seen_by: Actor) -> bool:
    """Say whether there is such a unit for this person."""
    return session.scalar(select(Unit.id).where(Unit.id == unit_id, units_seen_by(seen_by))) is not None


def devices(session: Session, unit_ids: Collection[int]) -> dict[int, Row[Any]]:
    """Id, version and what is the device's, of each unit."""
    columns = [UNIT.c.id, UNIT.c.version, *(UNIT.c[name] for name in OF_THE_DEVICE)]
    rows = session.connection().execute(select(*columns).where(among(Unit.id, "ids")), {"ids": unit_ids})
    return {row.id: row for row in rows}


def put_device(session: Session, unit_id: int, version: int, device: Mapping[str, object]) -> bool:
    """Write a device into a loan's row that nobody changed since *version*; say whether that was so."""
    statement = update(UNIT).where(UNIT.c.id == unit_id, UNIT.c.version == version)
    return session.connection().execute(statement.values(**device, version=version + 1)).rowcount == 1


def exchange_what_they_carry(session: Session, one: int, other: int) -> None:
    """Let scans, discrepancies, verdicts, certificates and photos follow two devices that change loans."""
    between = [one, other]
    connection = session.connection()
    for table, more in (
        (SCAN, ()),
        (DISCREPANCY, (DISCREPANCY.c.type != DiscrepancyType.MISSING.value,)),
        (WIPE, ()),
        (PHOTO, ()),
    ):
        connection.execute(
            update(table).where(table.c.unit_id.in_(between), *more).values(unit_id=_other(table, one, other))
        )
    for values, found in (  # Two verdicts of one loan never have the same revision, not even for a moment.
        ({"revision": -INSPECTION.c.revision}, INSPECTION.c.unit_id == one),
        ({"unit_id": one}, INSPECTION.c.unit_id == other),
        ({"unit_id": other, "revision": -INSPECTION.c.revision}, INSPECTION.c.revision < 0),
    ):
        connection.execute(update(INSPECTION).where(found, INSPECTION.c.unit_id.in_(between)).values(values))


def _other(table: Table, one: int, other: int) -> Any:
    return case((table.c.unit_id == one, other), else_=one)


_STANDING: Any = (
    select(Scan.id, Scan.scanned_at, Scan.station, Scan.raw, Scan.serial_key, Scan.expected_rma_id, Scan.answer)
    .where(among(Scan.unit_id, "ids"), Scan.undone_at.is_(None))
    .order_by(Scan.scanned_at, Scan.id)
)


def standing_scans(session: Session, unit_ids: Collection[int]) -> Sequence[Any]:
    """The scans of units that were not undone, the earliest first."""
    rows: Sequence[Any] = session.connection().execute(_STANDING, {"ids": unit_ids}).all()
    return rows


_ABOUT = select(DISCREPANCY).where(
    or_(DISCREPANCY.c.closed_at.is_(None), DISCREPANCY.c.closing_reason == ClosingReason.SHIPMENT_CORRECTED.value)
)


def discrepancies_to_judge(session: Session, unit_ids: Collection[int]) -> Sequence[Row[Any]]:
    """What is open about units, and what a correction closed."""
    statement = _ABOUT.where(among(Discrepancy.unit_id, "ids")).order_by(DISCREPANCY.c.id)
    return session.connection().execute(statement, {"ids": unit_ids}).all()


_CLOSE = (
    update(DISCREPANCY)
    .where(DISCREPANCY.c.id == bindparam("discrepancy_id"), DISCREPANCY.c.closed_at.is_(None))
    .values(
        closed_at=bindparam("now", type_=Moment()),
        closing_reason=bindparam("because"),
        closed_by=bindparam("by_name"),
        version=DISCREPANCY.c.version + 1,
    )
)
_REOPEN = (
    update(DISCREPANCY)
    .where(among(Discrepancy.id, "ids"))
    .values(closed_at=None, closing_reason=None, closing_note=None, closed_by=None, version=DISCREPANCY.c.version + 1)
)


def close_judged(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Close discrepancies: `discrepancy_id`, `because`, `now`, `by_name`."""
    if rows:
        session.connection().execute(_CLOSE, rows)


def reopen_discrepancies(session: Session, ids: Collection[int]) -> None:
    """Open discrepancies again that a correction had closed."""
    if ids:
        session.connection().execute(_REOPEN, {"ids": ids})


def live_labels(session: Session, unit_ids: Collection[int]) -> Sequence[str]:
    """The numbers of the labels of units that may be on a box."""
    question = select(Label.number).where(
        Label.unit_id.in_(unit_ids), Label.state.not_in([each.value for each in DEAD])
    )
    return session.scalars(question.order_by(Label.id)).all()


def parked_count(session: Session, serial_key: str) -> int:
    """How often a serial was scanned that belongs to nothing."""
    question = select(func.count()).select_from(Scan)
    found = session.scalar(
        question.where(Scan.serial_key == serial_key, Scan.unit_id.is_(None), Scan.undone_at.is_(None))
    )
    return found or 0


_OUT: Select[Any] = select(*(UNIT.c[name] for name in ("id", "serial", "serial_key", "model"))).where(
    UNIT.c.settled_at.is_(None)
)


def units_out_of(session: Session, rma_id: int) -> Sequence[Row[Any]]:
    """Id, serial, key and model of the units that an RMA still waits for, and their order's id."""
    question = _OUT.join(Rma, Rma.order_id == Unit.order_id).where(Rma.id == rma_id)
    return session.execute(question.order_by(Unit.id)).all()


def unit_out_with_key(session: Session, serial_key: str) -> Row[Any] | None:
    """Id, serial, key and model of the unit that is out under a key."""
    return session.execute(_OUT.where(Unit.serial_key == serial_key)).one_or_none()
