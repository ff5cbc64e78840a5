"""The queue of what did not match: a page of it, and how many there are of each kind."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, case, func, select, update
from sqlalchemy.orm import Session, aliased

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which discrepancies a list shows."""

    type: DiscrepancyType | None = None
    age: Age | None = None
    owner: Owner | None = None
    closed: bool = False


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


def change_discrepancy(session: Session, discrepancy_id: int, version: int, **values: object) -> bool:
    """Change an open discrepancy that nobody changed since *version*; say whether that was so."""
    statement = update(DISCREPANCY).where(
        DISCREPANCY.c.id == discrepancy_id, DISCREPANCY.c.version == version, DISCREPANCY.c.closed_at.is_(None)
    )
    changed = session.connection().execute(statement.values(**values, version=version + 1))
    return changed.rowcount == 1


def _list(wanted: Wanted, seen_by: Actor, now: datetime) -> Select[Any]:
    question = _ROWS.where(*_meets(wanted, now), discrepancies_seen_by(seen_by))
    if wanted.closed:
        return question.order_by(Discrepancy.closed_at.desc(), Discrepancy.id.desc())
    return question.order_by(Discrepancy.opened_at, Discrepancy.id)


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
