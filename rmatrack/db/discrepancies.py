"""The queue of what did not match: a page of it, and how many there are of each kind."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from rmatrack.db.among import among
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Person
from rmatrack.db.receiving import Discrepancy, Scan
from rmatrack.db.returns import Rma
from rmatrack.db.scans import DISCREPANCY
from rmatrack.db.sight import discrepancies_seen_by
from rmatrack.domain.discrepancies import AT_LEAST, Age, DiscrepancyType
from rmatrack.domain.people import Actor

PAGE = 50
_CHUNK = 500


class Owner(NamedTuple):
    """Whose discrepancies: one person's, or (`None`) nobody's."""

    person_id: int | None


class Sort(StrEnum):
    """What a list is sorted by."""

    AGE = "age"
    SERIAL = "serial"
    TYPE = "type"
    OWNER = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which discrepancies a list shows, and in which order; by age, closed ones begin with the latest."""

    type: DiscrepancyType | None = None
    age: Age | None = None
    owner: Owner | None = None
    closed: bool = False
    sort: Sort = Sort.AGE
    descending: bool = False


class Share(NamedTuple):
    """What a number of open discrepancies have in common."""

    type: DiscrepancyType
    age: Age
    owner_id: int | None


_UNIT_ORDER = aliased(DemoOrder)
_RMA_ORDER = aliased(DemoOrder)
_ROWS: Select[Any] = (
    select(
        DISCREPANCY,
        Person.name.label("owner"),
        Rma.number.label("rma"),
        _RMA_ORDER.number.label("rma_order"),
        _UNIT_ORDER.number.label("unit_order"),
        func.coalesce(Unit.order_id, Rma.order_id).label("order_id"),
        Unit.model.label("model"),
        Unit.status.label("unit_status"),
        Unit.received_at.label("unit_received"),
        Scan.station.label("station"),
        Scan.scanned_at.label("scanned_at"),
    )
    .select_from(Discrepancy)
    .outerjoin(Person, Person.id == Discrepancy.owner_id)
    .outerjoin(Rma, Rma.id == Discrepancy.rma_id)
    .outerjoin(_RMA_ORDER, _RMA_ORDER.id == Rma.order_id)
    .outerjoin(Unit, Unit.id == Discrepancy.unit_id)
    .outerjoin(_UNIT_ORDER, _UNIT_ORDER.id == Unit.order_id)
    .outerjoin(Scan, Scan.id == Discrepancy.scan_id)
)


def discrepancies_page(
    session: Session, wanted: Wanted, *, page: int, seen_by: Actor, now: datetime
) -> Sequence[Row[Any]]:
    """Page *page* (from 1) and one row beyond it: open ones oldest first, closed ones newest first."""
    question = _list(wanted, seen_by, now)
    return session.execute(question.limit(PAGE + 1).offset(PAGE * (page - 1))).all()


def all_discrepancies(session: Session, wanted: Wanted, *, seen_by: Actor, now: datetime) -> Iterable[Row[Any]]:
    """Every row of a list, read while it is used."""
    return session.execute(_list(wanted, seen_by, now).execution_options(yield_per=_CHUNK))


def discrepancy_with_id(session: Session, discrepancy_id: int, *, seen_by: Actor) -> Row[Any] | None:
    """One discrepancy with what a page shows of it."""
    return session.execute(_ROWS.where(Discrepancy.id == discrepancy_id, discrepancies_seen_by(seen_by))).one_or_none()


def open_discrepancies(session: Session, *, seen_by: Actor, now: datetime) -> Counter[Share]:
    """How many are open, by what they have in common."""
    age = case(
        (Discrepancy.opened_at > now - AT_LEAST[Age.DAYS], Age.TODAY.value),
        (Discrepancy.opened_at > now - AT_LEAST[Age.LONG], Age.DAYS.value),
        else_=Age.LONG.value,
    ).label("age")
    counted = (
        select(Discrepancy.type, age, Discrepancy.owner_id, func.count())
        .where(Discrepancy.closed_at.is_(None), discrepancies_seen_by(seen_by))
        .group_by(Discrepancy.type, age, Discrepancy.owner_id)
    )
    rows = session.execute(counted)
    return Counter({Share(DiscrepancyType(row[0]), Age(row[1]), row[2]): row[3] for row in rows})


def owners_of_open(session: Session, *, seen_by: Actor) -> dict[int, str]:
    """The names of those who have open discrepancies, by their id."""
    question = select(Person.id, Person.name).join(Discrepancy, Discrepancy.owner_id == Person.id).distinct()
    rows = session.execute(question.where(Discrepancy.closed_at.is_(None), discrepancies_seen_by(seen_by)))
    return {row[0]: row[1] for row in rows}


def change_discrepancy(session: Session, discrepancy_id: int, version: int, **values: object) -> bool:
    """Change an open discrepancy that nobody changed since *version*; say whether that was so."""
    statement = update(DISCREPANCY).where(
        DISCREPANCY.c.id == discrepancy_id, DISCREPANCY.c.version == version, DISCREPANCY.c.closed_at.is_(None)
    )
    changed = session.connection().execute(statement.values(**values, version=version + 1))
    return changed.rowcount == 1


def discrepancies_chosen(session: Session, ids: Collection[int], *, seen_by: Actor) -> Sequence[Row[Any]]:
    """The discrepancies *ids* with what a page shows of each, the oldest first."""
    question = _ROWS.where(among(Discrepancy.id, "ids"), discrepancies_seen_by(seen_by))
    return session.execute(question.order_by(Discrepancy.opened_at, Discrepancy.id), {"ids": ids}).all()


def change_discrepancies(session: Session, ids: Collection[int], **values: object) -> set[int]:
    """Change those of *ids* that are open, each once whoever else is at it; return which they were."""
    statement = update(DISCREPANCY).where(among(Discrepancy.id, "ids"), DISCREPANCY.c.closed_at.is_(None))
    changed = statement.values(**values, version=DISCREPANCY.c.version + 1).returning(DISCREPANCY.c.id)
    return {row.id for row in session.connection().execute(changed, {"ids": ids})}


def lock_discrepancies(session: Session, ids: Collection[int]) -> None:
    """Let those who change several at once wait for each other instead of crossing; on SQLite they take turns."""
    if session.get_bind().dialect.name == "postgresql":
        question = select(DISCREPANCY.c.id).where(among(Discrepancy.id, "ids")).order_by(DISCREPANCY.c.id)
        session.connection().execute(question.with_for_update(), {"ids": ids})


def completed_without(session: Session, ids: Collection[int]) -> Sequence[str]:
    """The numbers of the returns that nothing but the discrepancies *ids* keeps open."""
    others = aliased(Discrepancy)
    held = select(Discrepancy.rma_id).where(among(Discrepancy.id, "ids"))
    question = select(Rma.number).where(
        Rma.id.in_(held),
        Rma.completed_at.is_(None),
        ~exists().where(Unit.order_id == Rma.order_id, Unit.settled_at.is_(None)),
        ~exists().where(others.rma_id == Rma.id, others.closed_at.is_(None), ~among(others.id, "ids")),
    )
    return session.scalars(question.order_by(Rma.number), {"ids": ids}).all()


def received_with_keys(session: Session, keys: Collection[str]) -> dict[str, datetime]:
    """When the serials *keys* came in last."""
    if not keys:
        return {}
    question = select(Unit.serial_key, func.max(Unit.received_at)).where(among(Unit.serial_key, "keys"))
    rows = session.execute(question.where(Unit.received_at.is_not(None)).group_by(Unit.serial_key), {"keys": keys})
    return {row[0]: row[1] for row in rows if row[1]}


def _list(wanted: Wanted, seen_by: Actor, now: datetime) -> Select[Any]:
    question = _ROWS.where(*_meets(wanted, now), discrepancies_seen_by(seen_by))
    if wanted.closed and wanted.sort is Sort.AGE and not wanted.descending:
        return question.order_by(Discrepancy.closed_at.desc(), Discrepancy.id.desc())
    keys = (*_SORTED_BY[wanted.sort], Discrepancy.opened_at, Discrepancy.id)
    return question.order_by(*(key.desc() if wanted.descending else key.asc() for key in keys))


_SORTED_BY: dict[Sort, tuple[Any, ...]] = {
    Sort.AGE: (),
    Sort.SERIAL: (Discrepancy.serial_key,),
    Sort.TYPE: (Discrepancy.type,),
    Sort.OWNER: (func.coalesce(Person.name, ""),),
}


def _meets(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Discrepancy.closed_at.is_not(None) if wanted.closed else Discrepancy.closed_at.is_(None)
    ]
    if wanted.type:
        conditions.append(Discrepancy.type == wanted.type.value)
    if wanted.owner:
        conditions.append(Discrepancy.owner_id == wanted.owner.person_id)
    if wanted.age:
        conditions.append(Discrepancy.opened_at <= now - AT_LEAST[wanted.age])
        younger = [least for least in AT_LEAST.values() if least > AT_LEAST[wanted.age]]
        if younger:
            conditions.append(Discrepancy.opened_at > now - min(younger))
    return conditions
