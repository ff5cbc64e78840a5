"""A customer as several partners share it: what it bought, and what others try, by service and partner only (X-1)."""

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.people import Partner
from rmatrack.db.sight import customers_seen_by, trials_seen_by
from rmatrack.db.subscriptions import Subscription
from rmatrack.db.trials import Trial, TrialService
from rmatrack.domain.people import Actor


def shared_customer(session: Session, customer_id: int, *, seen_by: Actor) -> Customer | None:
    """The customer, if *seen_by* has it."""
    return session.scalar(select(Customer).where(Customer.id == customer_id, customers_seen_by(seen_by)))


def subscriptions_of(session: Session, customer_id: int) -> Sequence[Row[str, str | None]]:
    """Each service that a customer has bought, and the name of the partner that manages it."""
    question = (
        select(Subscription.service, Partner.name)
        .outerjoin(Partner, Partner.id == Subscription.partner_id)
        .where(Subscription.customer_id == customer_id)
        .order_by(Subscription.id)
    )
    return session.execute(question).all()


def other_trials(session: Session, customer_id: int, *, seen_by: Actor) -> Sequence[Row[str, str]]:
    """Each service that is on trial with a customer beyond the trials that *seen_by* sees, and that partner's name."""
    question = (
        select(TrialService.service, Partner.name)
        .join(Trial, Trial.id == TrialService.trial_id)
        .join(Partner, Partner.id == Trial.partner_id)
        .where(TrialService.customer_id == customer_id, TrialService.ended_at.is_(None), ~trials_seen_by(seen_by))
        .order_by(TrialService.id)
    )
    return session.execute(question).all()
