"""Correcting the EULA date of an order's units: first what it would do, then the deed (SPEC D-4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db import order_pages as questions
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain import due
from rmatrack.domain.due import DueReason, DueState
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.eula import NothingChosenError, ReasonMissingError, corrected
from rmatrack.domain.history import Change
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.services.due_rows import RowReader
from rmatrack.services.history import record


@dataclass(frozen=True, slots=True)
class EulaEffect:
    """What a correction does to one unit: its due day as it is, and as it would be."""

    unit_id: int
    serial: str
    before: DueReason
    after: DueReason
    state_before: DueState
    state_after: DueState


def preview_eula(
    session: Session,
    number: str,
    unit_ids: Collection[int],
    expires_on: date,
    *,
    by: Actor,
    now: datetime,
    policy: Policy,
) -> list[EulaEffect]:
    """Return what the correction would do to each unit; raises what `change_eula_expiry` would raise."""
    order, units = _chosen(session, number, unit_ids, expires_on, by)
    reader = RowReader(policy, now)
    today = due.today_in(order.customer.zone, now)
    return [_effect(unit, expires_on, reader, today) for unit in units if unit.eula_expires_on != expires_on]


def change_eula_expiry(
    session: Session,
    number: str,
    unit_ids: Collection[int],
    expires_on: date,
    *,
    reason: str,
    by: Actor,
    now: datetime,
) -> list[Unit]:
    """Give these units of an order another EULA date, and return those whose date was another."""
    if not reason.strip():
        raise ReasonMissingError
    order, units = _chosen(session, number, unit_ids, expires_on, by)
    changed = [unit for unit in units if unit.eula_expires_on != expires_on]
    record(session, [_change(order, unit, expires_on, reason.strip()) for unit in changed], by=by, now=now)
    for unit in changed:
        unit.eula_expires_on = expires_on
    return changed


def _chosen(
    session: Session, number: str, unit_ids: Collection[int], expires_on: date, by: Actor
) -> tuple[DemoOrder, Sequence[Unit]]:
    by.must(Permission.CORRECT_SHIPMENTS)
    order = questions.order_numbered(session, number, seen_by=by)
    if order is None:
        raise NotFoundError
    units = [unit for unit in questions.units_of(session, order.id) if unit.id in unit_ids]
    if not units:
        raise NothingChosenError
    for unit in units:
        corrected(expires_on, shipped_on=order.shipped_on, serial=unit.serial, status=UnitStatus(unit.status))
    return order, units


def _effect(unit: Unit, expires_on: date, reader: RowReader, today: date) -> EulaEffect:
    before = reader.reason(unit.eula_expires_on, unit.eula_mailed_on, today)
    after = reader.reason(expires_on, unit.eula_mailed_on, today)
    return EulaEffect(
        unit_id=unit.id,
        serial=unit.serial,
        before=before,
        after=after,
        state_before=reader.state(before.due_on, today),
        state_after=reader.state(after.due_on, today),
    )


def _change(order: DemoOrder, unit: Unit, expires_on: date, reason: str) -> Change:
    return Change(
        "unit",
        unit.serial,
        "changed",
        "eula_expires_on",
        str(unit.eula_expires_on),
        str(expires_on),
        reason,
        order_id=order.id,
        unit_id=unit.id,
    )
