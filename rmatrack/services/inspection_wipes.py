"""Certifying that devices hold no data any more: who, when, how, under a number (SPEC R-6)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.inspections import LONGEST_OPERATOR, WipeCertificate, units_to_inspect, wipes_of
from rmatrack.db.numbers import open_sequence, take_numbers
from rmatrack.db.orders import Unit
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.inspection import (
    NotReceivedError,
    OperatorError,
    WipeMethod,
    WipeTimeError,
    certificate_number,
)
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.history import record

SEQUENCE = "wipe"
_CLOCKS_APART = timedelta(minutes=5)
"""A station's clock may be so much ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wipe:
    """How devices were wiped."""

    method: WipeMethod
    operator: str
    wiped_at: datetime


def certify_wipes(
    session: Session, unit_ids: Collection[int], wipe: Wipe, *, by: Actor, now: datetime
) -> list[WipeCertificate]:
    """Write a certificate for each of some units; one that was written before, word for word, stays the only one."""
    by.must(Permission.INSPECT)
    operator = wipe.operator.strip()[:LONGEST_OPERATOR]
    if not operator:
        raise OperatorError
    units = units_to_inspect(session, unit_ids, seen_by=by)
    if not units or len(units) != len(set(unit_ids)):
        raise NotFoundError
    for unit in units:
        _must_be_wiped_here(unit, wipe.wiped_at, now)
    known = {
        row.unit_id: row
        for row in wipes_of(session, [unit.id for unit in units])
        if (row.method, row.operator, row.wiped_at) == (wipe.method.value, operator, wipe.wiped_at)
    }
    new = [unit for unit in units if unit.id not in known]
    written = _write(session, new, wipe, operator, by=by, now=now)
    changes = [_told(unit, certificate) for unit, certificate in zip(new, written, strict=True)]
    record(session, changes, by=by, now=now)
    return sorted([*known.values(), *written], key=lambda certificate: certificate.unit_id)


def _must_be_wiped_here(unit: Unit, wiped_at: datetime, now: datetime) -> None:
    if UnitStatus(unit.status) is not UnitStatus.RECEIVED or unit.received_at is None:
        raise NotReceivedError(unit.serial)
    if not unit.received_at - _CLOCKS_APART <= wiped_at <= now + _CLOCKS_APART:
        raise WipeTimeError


def _write(
    session: Session, units: Sequence[Unit], wipe: Wipe, operator: str, *, by: Actor, now: datetime
) -> list[WipeCertificate]:
    if not units:
        return []
    open_sequence(session, SEQUENCE, first=0, last=None)
    places = take_numbers(session, SEQUENCE, len(units)) or range(0)
    written = [
        WipeCertificate(
            number=certificate_number(place),
            unit_id=unit.id,
            method=wipe.method.value,
            operator=operator,
            wiped_at=wipe.wiped_at,
            person_id=by.person_id,
            certified_by=by.name,
            certified_at=now,
        )
        for unit, place in zip(units, places, strict=True)
    ]
    session.add_all(written)
    session.flush()
    return written


def _told(unit: Unit, certificate: WipeCertificate) -> Change:
    return Change(
        "wipe certificate",
        certificate.number,
        "certified",
        field="method",
        new=certificate.method,
        reason=certificate.operator,
        order_id=unit.order_id,
        unit_id=unit.id,
    )
