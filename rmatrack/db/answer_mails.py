"""Who may be written to about an order, and which orders each of them may be told of (SPEC X-1)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.orders import DemoOrder
from rmatrack.db.people import Person
from rmatrack.db.returns import Rma


def people_of_partner(session: Session, partner_id: int) -> Sequence[Person]:
    """The people of a partner who can sign in."""
    question = select(Person).where(Person.partner_id == partner_id, Person.active)
    return session.scalars(question.order_by(Person.name, Person.id)).all()


def administrators(session: Session, customer_id: int) -> Sequence[CustomerAdministrator]:
    """The administrators of a customer, the first known first."""
    question = select(CustomerAdministrator).where(CustomerAdministrator.customer_id == customer_id)
    return session.scalars(question.order_by(CustomerAdministrator.id)).all()


def open_orders(session: Session, customer_id: int, *, partner_id: int | None) -> Sequence[tuple[str, str | None]]:
    """Number and RMA of a customer's open orders: all of them, or those of one partner."""
    question = (
        select(DemoOrder.number, Rma.number)
        .outerjoin(Rma, Rma.order_id == DemoOrder.id)
        .where(DemoOrder.customer_id == customer_id, Rma.completed_at.is_(None))
        .order_by(DemoOrder.id)
    )
    if partner_id is not None:
        question = question.where(DemoOrder.partner_id == partner_id)
    return [(number, rma) for number, rma in session.execute(question)]
