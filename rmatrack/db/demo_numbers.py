"""What a claim to know an order is held against (SPEC F-2): two questions, whatever was claimed and whoever asks."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma
from rmatrack.domain.demo_numbers import LoanedUnit

MOST_ROWS = 2_000
"""Devices and administrators read at most: more than any trial has."""


class OrderOfOrganisation(NamedTuple):
    """An open order of an organisation, once for each of its administrators."""

    order_id: int
    email: str


def orders_of_organisation(
    session: Session, org_id: str, *, seen: ColumnElement[bool]
) -> Sequence[OrderOfOrganisation]:
    """The open orders of an organisation beside its administrators' addresses."""
    question = (
        select(DemoOrder.id, CustomerAdministrator.email)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(CustomerAdministrator, CustomerAdministrator.customer_id == Customer.id)
        .outerjoin(Rma, Rma.order_id == DemoOrder.id)
        .where(Customer.org_id == org_id, Rma.completed_at.is_(None), seen)
        .limit(MOST_ROWS)
    )
    return [OrderOfOrganisation(*row) for row in session.execute(question)]


def units_beside(session: Session, serials: Collection[str], *, seen: ColumnElement[bool]) -> Sequence[LoanedUnit]:
    """Every unit of the orders and trials that have any of *serials*."""
    touched = (
        select(DemoOrder.id, DemoOrder.trial_id)
        .join(Unit, Unit.order_id == DemoOrder.id)
        .where(among(Unit.serial_key, "serials"), seen)
        .limit(MOST_ROWS)
        .cte("touched")
    )
    question = (
        select(DemoOrder.id, DemoOrder.trial_id, Unit.serial_key, Rma.completed_at.is_(None))
        .join(Unit, Unit.order_id == DemoOrder.id)
        .outerjoin(Rma, Rma.order_id == DemoOrder.id)
        .where(
            or_(
                DemoOrder.id.in_(select(touched.c.id)),
                and_(DemoOrder.trial_id.is_not(None), DemoOrder.trial_id.in_(select(touched.c.trial_id))),
            ),
            seen,
        )
        .limit(MOST_ROWS)
    )
    rows = session.execute(question, {"serials": list(serials)})
    return [LoanedUnit(order_id, trial_id, key, bool(is_open)) for order_id, trial_id, key, is_open in rows]


def numbers_of(session: Session, order_ids: Collection[int]) -> list[str]:
    """The numbers of some orders; a question without any is asked all the same."""
    asked = select(DemoOrder.number).where(among(DemoOrder.id, "orders"))
    return sorted(session.scalars(asked, {"orders": list(order_ids)}))
