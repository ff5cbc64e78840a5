"""Questions that a batch of scans asks, each one statement however many scans there are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, Table, bindparam, case, func, insert, literal_column, or_, select, text, union_all, update
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.catalogue import Model
from rmatrack.db.customers import Customer
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Person
from rmatrack.db.receiving import Discrepancy, Scan
from rmatrack.db.returns import Rma
from rmatrack.domain.discrepancies import ClosingReason
from rmatrack.domain.orders import UnitStatus

UNIT = cast(Table, Unit.__table__)
SCAN = cast(Table, Scan.__table__)
DISCREPANCY = cast(Table, Discrepancy.__table__)

_PARKING = 0x524D41
"""The number of the advisory lock that parking a serial and importing it take in turn."""


class ShippedUnit(NamedTuple):
    """A unit with what a scan answers of it."""

    id: int
    order_id: int
    partner_id: int
    serial: str
    serial_key: str
    model: str
    status: str
    received_at: datetime | None
    order: str
    shipped_on: date
    rma_id: int | None
    rma: str | None
    customer: str


class Box(NamedTuple):
    """An RMA that may be open at a station, under the number it was asked for by."""

    asked: str
    rma_id: int
    rma: str
    order_id: int
    order: str
    partner_id: int


class Receipt(NamedTuple):
    """Where and by whom a unit was scanned."""

    unit_id: int
    scanned_at: datetime
    station: str
    person: str | None


_UNITS = (
    select(
        Unit.id,
        Unit.order_id,
        Unit.partner_id,
        Unit.serial,
        Unit.serial_key,
        Unit.model,
        Unit.status,
        Unit.received_at,
        DemoOrder.number,
        DemoOrder.shipped_on,
        Rma.id,
        Rma.number,
        Customer.name,
    )
    .join(DemoOrder, DemoOrder.id == Unit.order_id)
    .join(Customer, Customer.id == DemoOrder.customer_id)
    .outerjoin(Rma, Rma.order_id == Unit.order_id)
    .order_by(Unit.id)
)
_UNITS_WITH_KEYS = _UNITS.where(among(Unit.serial_key, "keys")).with_for_update(of=UNIT)
_UNITS_WITH_IDS = _UNITS.where(among(Unit.id, "ids")).with_for_update(of=UNIT)


def units_with_keys(session: Session, keys: Collection[str]) -> list[ShippedUnit]:
    """Every loan of the serials *keys*; on PostgreSQL they stay locked until the step ends."""
    return [ShippedUnit._make(row) for row in _ask(session, _UNITS_WITH_KEYS, keys=keys)] if keys else []


def units_with_ids(session: Session, ids: Collection[int]) -> list[ShippedUnit]:
    """The units *ids*, locked like those of `units_with_keys`."""
    return [ShippedUnit._make(row) for row in _ask(session, _UNITS_WITH_IDS, ids=ids)] if ids else []


_SCANS = select(SCAN.c.id, SCAN.c.raw, SCAN.c.outcome, SCAN.c.answer).where(among(Scan.id, "ids"))


def scans_with_ids(session: Session, ids: Collection[str]) -> Sequence[Row[Any]]:
    """Id, raw text, outcome and stored answer of the scans *ids* that were recorded before."""
    return _ask(session, _SCANS, ids=ids)


_RECEIPTS = (
    select(Scan.unit_id, Scan.scanned_at, Scan.station, Person.name)
    .outerjoin(Person, Person.id == Scan.person_id)
    .where(among(Scan.unit_id, "ids"), Scan.undone_at.is_(None))
    .order_by(Scan.scanned_at, Scan.id)
)


def receipts_of(session: Session, unit_ids: Collection[int]) -> dict[int, Receipt]:
    """The earliest scan of each unit that was not undone."""
    found: dict[int, Receipt] = {}
    for row in _ask(session, _RECEIPTS, ids=unit_ids):
        found.setdefault(row[0], Receipt._make(row))
    return found


_BOX = (Rma.id, Rma.number, DemoOrder.id, DemoOrder.number, DemoOrder.partner_id)
_BY_RMA = select(Rma.number, *_BOX).join(DemoOrder, DemoOrder.id == Rma.order_id).where(among(Rma.number, "numbers"))
_BY_ANY_NUMBER = union_all(
    _BY_RMA,
    select(DemoOrder.number, *_BOX).join(Rma, Rma.order_id == DemoOrder.id).where(among(DemoOrder.number, "numbers")),
    *(
        select(column, *_BOX)
        .select_from(Label)
        .join(Rma, Rma.id == Label.rma_id)
        .join(DemoOrder, DemoOrder.id == Rma.order_id)
        .where(among(column, "numbers"), column != literal_column("''"))
        for column in (Label.number, Label.piece)
    ),
)


def boxes_with_rma(session: Session, numbers: Collection[str]) -> dict[str, Box]:
    """The RMAs *numbers*, by number."""
    return {row[0]: Box._make(row) for row in _ask(session, _BY_RMA, numbers=numbers)} if numbers else {}


def boxes_marked(session: Session, numbers: Collection[str]) -> dict[str, Box]:
    """The RMAs whose box wears one of *numbers*: an RMA, order or tracking number, superseded labels included."""
    return {row[0]: Box._make(row) for row in _ask(session, _BY_ANY_NUMBER, numbers=numbers)} if numbers else {}


_SHIPPED_KEYS = select(Unit.serial_key).where(among(Unit.serial_key, "keys")).distinct()
_MODELS = select(Model.number).where(among(Model.number, "numbers"))


def shipped_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Those of *keys* that we shipped at some time."""
    return {row[0] for row in _ask(session, _SHIPPED_KEYS, keys=keys)} if keys else set()


def product_codes(session: Session, texts: Collection[str]) -> set[str]:
    """Those of *texts* that name a model of the catalogue."""
    return {row[0] for row in _ask(session, _MODELS, numbers=texts)} if texts else set()


def take_turns_parking(session: Session) -> bool:
    """Let one step at a time park serials or look for parked ones, so that an import and a scan never miss each other.

    Say whether others may have committed while this step waited: on SQLite all writers take turns anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return False
    session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _PARKING})
    return True


_ADD_SCAN = insert(SCAN)


def add_scans(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Add scans that were not recorded before."""
    session.connection().execute(_ADD_SCAN, rows)


_FIRST_SCANNED_AT = (
    select(func.min(SCAN.c.scanned_at))
    .where(SCAN.c.unit_id == UNIT.c.id, SCAN.c.undone_at.is_(None))
    .correlate(UNIT)
    .scalar_subquery()
)
_SETTLED_WITH_RECEIPT = or_(UNIT.c.settled_at.is_(None), UNIT.c.settled_at == UNIT.c.received_at)
_RECEIVE = (
    update(UNIT)
    .where(among(Unit.id, "ids"))
    .values(
        status=UnitStatus.RECEIVED.value,
        received_at=_FIRST_SCANNED_AT,
        settled_at=case((_SETTLED_WITH_RECEIPT, _FIRST_SCANNED_AT), else_=UNIT.c.settled_at),
        version=UNIT.c.version + 1,
    )
)


def receive_units(session: Session, ids: Collection[int]) -> None:
    """Receive units whose scans are recorded: each at the moment of its earliest scan, whichever arrived first."""
    if ids:
        session.connection().execute(_RECEIVE, {"ids": ids})


_NOT_UNDONE = or_(Discrepancy.closing_reason.is_(None), Discrepancy.closing_reason != ClosingReason.SCAN_UNDONE.value)
_NOTED = select(
    Discrepancy.id,
    Discrepancy.type,
    Discrepancy.unit_id,
    Discrepancy.serial_key,
    Discrepancy.rma_id,
    Discrepancy.opened_at,
    Discrepancy.closed_at,
)
_NOTED_OF_UNITS = _NOTED.where(among(Discrepancy.unit_id, "ids"), _NOT_UNDONE)
_NOTED_OF_STRANGERS = _NOTED.where(
    among(Discrepancy.serial_key, "keys"), Discrepancy.unit_id.is_(None), Discrepancy.closed_at.is_(None)
)


def discrepancies_noted(session: Session, unit_ids: Collection[int], keys: Collection[str]) -> list[Row[Any]]:
    """What was noted of units, closed or not, and what is open of serials that belong to no unit."""
    of_units = _ask(session, _NOTED_OF_UNITS, ids=unit_ids) if unit_ids else []
    of_strangers = _ask(session, _NOTED_OF_STRANGERS, keys=keys) if keys else []
    return [*of_units, *of_strangers]


_OPEN = insert(DISCREPANCY).returning(
    DISCREPANCY.c.id, DISCREPANCY.c.type, DISCREPANCY.c.unit_id, DISCREPANCY.c.serial_key, DISCREPANCY.c.rma_id
)


def add_discrepancies(session: Session, rows: Sequence[Mapping[str, object]]) -> Sequence[Row[Any]]:
    """Open discrepancies, and return the id of each with what tells them apart; in any order."""
    return session.connection().execute(_OPEN, rows).all()


_DATE_BACK = (
    update(DISCREPANCY)
    .where(DISCREPANCY.c.id == bindparam("discrepancy_id"))
    .values(scan_id=bindparam("first_scan_id"), opened_at=bindparam("first_at"), version=DISCREPANCY.c.version + 1)
)


def date_back_discrepancies(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Set who found a discrepancy and when: `discrepancy_id`, `first_scan_id`, `first_at`."""
    if rows:
        session.connection().execute(_DATE_BACK, rows)


def _ask(session: Session, statement: Any, **keys: Iterable[object]) -> Sequence[Row[Any]]:
    return session.connection().execute(statement, keys).all()
