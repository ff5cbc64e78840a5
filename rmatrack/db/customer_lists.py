"""What is asked about customers as a list, by whoever may see them (SPEC X-1)."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, selectinload

from rmatrack.db.customers import Customer
from rmatrack.db.sight import customers_seen_by
from rmatrack.domain.people import Actor


def customers_by_name(
    session: Session, *, part: str, after: tuple[str, int] | None, limit: int, seen_by: Actor
) -> Sequence[Customer]:
    """At most *limit* customers by name, those whose folded name contains *part*, *after* a name and id."""
    question = select(Customer).where(customers_seen_by(seen_by)).order_by(Customer.name_key, Customer.id).limit(limit)
    if part:
        question = question.where(Customer.name_key.contains(part, autoescape=True))
    if after:
        question = question.where(tuple_(Customer.name_key, Customer.id) > after)
    return session.scalars(question).all()


def customer_with_id(session: Session, customer_id: int, *, seen_by: Actor) -> Customer | None:
    """The customer with its administrators."""
    return session.scalar(
        select(Customer)
        .options(selectinload(Customer.administrators))
        .where(Customer.id == customer_id, customers_seen_by(seen_by))
    )
