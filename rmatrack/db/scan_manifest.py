"""What a station needs of all units to judge scans without the network: those that are out, and those lately back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from rmatrack.db.catalogue import Model
from rmatrack.db.customers import Customer
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma

_UNIT, _LABEL, _ORDER, _RMA, _CUSTOMER = (entity.__table__.c for entity in (Unit, Label, DemoOrder, Rma, Customer))
"""Columns of tables: what is read here by ten thousands passes by the mapper, which would take twice the time."""

_CHUNK = 1_000


class Extent(NamedTuple):
    """How much there is, and marks that change whenever any of it does."""

    units: int
    last_unit: int
    versions: int
    labels: int
    last_label: int
    models: int


class _epoch_seconds(GenericFunction[int]):  # noqa: N801  Named as SQL functions are.
    """Whole seconds from 1970 to a moment: reading them costs half of what reading moments does."""

    type = Integer()
    inherit_cache = True


@compiles(_epoch_seconds, "sqlite")
def _epoch_seconds_in_sqlite(element: _epoch_seconds, compiler: SQLCompiler, **_options: object) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses)}) AS INTEGER)"


@compiles(_epoch_seconds, "postgresql")
def _epoch_seconds_in_postgresql(element: _epoch_seconds, compiler: SQLCompiler, **_options: object) -> str:
    return f"CAST(floor(EXTRACT(epoch FROM {compiler.process(element.clauses)})) AS BIGINT)"


def _wanted(since: datetime) -> Any:
    return or_(_UNIT.settled_at.is_(None), _UNIT.settled_at >= since, _UNIT.received_at >= since)


def extent(session: Session, since: datetime) -> Extent:
    """The extent of the units that are out or came back *since* then, of all labels, and of the catalogue."""
    units = select(func.count(), func.coalesce(func.max(_UNIT.id), 0), func.coalesce(func.sum(_UNIT.version), 0))
    of_units: Sequence[int] = session.execute(units.where(_wanted(since))).one()
    of_labels: Sequence[int] = session.execute(select(func.count(), func.coalesce(func.max(_LABEL.id), 0))).one()
    models = session.scalar(select(func.count()).select_from(Model)) or 0
    return Extent._make((*of_units, *of_labels, models))


def units_for_stations(session: Session, since: datetime, *, limit: int) -> Iterable[Any]:
    """Order id, serial key, model, status and seconds of receipt of each unit; of too many the latest."""
    question = (
        select(_UNIT.order_id, _UNIT.serial_key, _UNIT.model, _UNIT.status, _epoch_seconds(_UNIT.received_at))
        .where(_wanted(since))
        .order_by(_UNIT.id.desc())
        .limit(limit)
    )
    return _read_while_used(session, question)


def orders_for_stations(session: Session, since: datetime) -> Iterable[Any]:
    """Id, number, RMA, customer and day of shipment of every order that has one of those units."""
    question = (
        select(_ORDER.id, _ORDER.number, _RMA.number, _CUSTOMER.name, _ORDER.shipped_on)
        .join_from(DemoOrder.__table__, Customer.__table__, _CUSTOMER.id == _ORDER.customer_id)
        .outerjoin(Rma.__table__, _RMA.order_id == _ORDER.id)
        .where(_ORDER.id.in_(select(_UNIT.order_id).where(_wanted(since))))
    )
    return _read_while_used(session, question)


def marks_for_stations(session: Session, since: datetime) -> Iterable[Any]:
    """The numbers on the labels of those orders with their order's id: superseded ones too."""
    question = (
        select(_RMA.order_id, _LABEL.number, _LABEL.piece)
        .join_from(Label.__table__, Rma.__table__, _RMA.id == _LABEL.rma_id)
        .where(_RMA.order_id.in_(select(_UNIT.order_id).where(_wanted(since))))
    )
    return _read_while_used(session, question)


def _read_while_used(session: Session, question: Select[Any]) -> Iterable[Any]:
    """Rows that nobody keeps cost a third: a list of them is walked by the garbage collector over and over."""
    return session.connection().execute(question, execution_options={"yield_per": _CHUNK})
