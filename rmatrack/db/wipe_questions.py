"""Wipe certificates, looked up by their number or by the serial of the device (SPEC R-6)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.inspections import WIPE, WipeCertificate
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma
from rmatrack.db.sight import units_seen_by
from rmatrack.domain.people import Actor

MOST_FOUND = 50

_LATER = WIPE.alias("later")
_HOLDS = (
    select(_LATER.c.number)
    .where(_LATER.c.unit_id == WipeCertificate.unit_id)
    .order_by(_LATER.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_ROWS: Select[Any] = (
    select(
        WIPE,
        Unit.serial,
        Unit.model,
        Unit.received_at,
        DemoOrder.number.label("order"),
        Customer.name.label("customer"),
        Rma.number.label("rma"),
        _HOLDS.label("holds"),
    )
    .select_from(WipeCertificate)
    .join(Unit, Unit.id == WipeCertificate.unit_id)
    .join(DemoOrder, DemoOrder.id == Unit.order_id)
    .join(Customer, Customer.id == DemoOrder.customer_id)
    .outerjoin(Rma, Rma.order_id == Unit.order_id)
)


def wipe_numbered(session: Session, number: str, *, seen_by: Actor) -> Row[Any] | None:
    """One certificate with its device; `holds` is the number of the one that holds for that loan now."""
    question = _ROWS.where(WipeCertificate.number == number, units_seen_by(seen_by))
    return session.execute(question).one_or_none()


def wipes_found(session: Session, key: str, *, seen_by: Actor) -> Sequence[Row[Any]]:
    """The certificate with this number, or those of devices with this serial key, the newest first."""
    numbered = wipe_numbered(session, key, seen_by=seen_by)
    if numbered is not None:
        return [numbered]
    question = _ROWS.where(Unit.serial_key == key, units_seen_by(seen_by))
    return session.execute(question.order_by(WipeCertificate.id.desc()).limit(MOST_FOUND)).all()
