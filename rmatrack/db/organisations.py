"""Customers' organisations as a partner meets them when it starts a trial (SPEC T-4, T-11, T-12, T-15)."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer, CustomerAdministrator, SalesRelationship
from rmatrack.db.people import Person
from rmatrack.db.subscriptions import Subscription
from rmatrack.db.trials import Trial
from rmatrack.domain.trials import TrialStatus


def customer_administered_by(session: Session, email: str) -> Customer | None:
    """The organisation that *email* administers."""
    return session.scalar(
        select(Customer)
        .join(CustomerAdministrator, CustomerAdministrator.customer_id == Customer.id)
        .where(CustomerAdministrator.email == email)
    )


def customer_with_org_id(session: Session, org_id: str) -> Customer | None:
    """The organisation with an id, a UUID in lower case."""
    return session.scalar(select(Customer).where(Customer.org_id == org_id))


def relationship_of(session: Session, partner_id: int, customer_id: int) -> SalesRelationship | None:
    """What a partner is to a customer."""
    return session.get(SalesRelationship, (partner_id, customer_id), populate_existing=True)


def emails_of_partner(session: Session, partner_id: int) -> set[str]:
    """The addresses of a partner's own people."""
    return set(session.scalars(select(Person.email).where(Person.partner_id == partner_id)))


def services_bought(session: Session, customer_id: int) -> set[str]:
    """The services that a customer has bought."""
    return set(session.scalars(select(Subscription.service).where(Subscription.customer_id == customer_id)))


def has_full_administrator(session: Session, customer_id: int) -> bool:
    """Whether somebody can consent for a customer."""
    return (
        session.scalar(
            select(CustomerAdministrator.id)
            .where(CustomerAdministrator.customer_id == customer_id, CustomerAdministrator.full)
            .limit(1)
        )
        is not None
    )


def has_pending_request(session: Session, partner_id: int, customer_id: int) -> bool:
    """Whether a partner is waiting for a customer's consent."""
    pending = select(func.count()).where(
        Trial.partner_id == partner_id,
        Trial.customer_id == customer_id,
        Trial.status == TrialStatus.PENDING_CONSENT,
    )
    return bool(session.scalar(pending))


def starters_of(session: Session, partner_id: int, customer_id: int) -> Sequence[int | None]:
    """Who of a partner started trials with a customer."""
    started = select(Trial.requested_by_id).where(Trial.partner_id == partner_id, Trial.customer_id == customer_id)
    return session.scalars(started.distinct()).all()


def is_site_taken(session: Session, site_url: str, *, but: int | None = None) -> bool:
    """Whether a site address is in use by another trial than *but*."""
    taken = select(Trial.id).where(Trial.site_url == site_url)
    return session.scalar(taken.where(Trial.id != but) if but is not None else taken) is not None
