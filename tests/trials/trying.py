"""A partner, its sales administrators and its customers, for tests that start trials."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.consent_questions import request_of_trial
from rmatrack.db.customers import Customer, CustomerAdministrator, SalesRelationship
from rmatrack.db.mail import OutboxMail
from rmatrack.db.people import Partner, Person
from rmatrack.db.subscriptions import Subscription
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import Link, LinkPurpose, MailKind
from rmatrack.domain.outbox import MailState
from rmatrack.domain.parcels import Parcel
from rmatrack.domain.people import PERMISSIONS, Actor, PartnerId, PersonId, Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.starting import Company
from rmatrack.domain.trial_details import Details, NoDevices
from rmatrack.domain.trial_services import Service
from rmatrack.services import consent, managing, starting
from rmatrack.services.trial_standing import Standing

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MESSAGING = frozenset({Service.MESSAGING})
CALLING = frozenset({Service.CALLING})
DEVICES = frozenset({Service.DEVICES})


def partner(session: Session, name: str = "Noordzee Networks", *, certified: bool = True, tier: int = 1) -> Partner:
    made = Partner(name=name, name_key=name.casefold(), certified=certified, tier=tier, created_at=NOON)
    session.add(made)
    session.flush()
    return made


def seller(session: Session, of: Partner, name: str = "Ada", role: Role = Role.SALES_FULL_ADMIN) -> Actor:
    """Somebody of a partner who can sign in."""
    person = Person(
        email=f"{name}.{of.id}@sales.example".lower(), name=name, role=role, partner_id=of.id, created_at=NOON
    )
    session.add(person)
    session.flush()
    return Actor(PersonId(person.id), name, role, PartnerId(of.id), PERMISSIONS[role])


def inside(role: Role) -> Actor:
    return Actor(None, str(role), role, None, PERMISSIONS[role])


def customer(
    session: Session,
    name: str = "Universiteit Twente",
    *,
    number: int = 1,
    of: Partner | None = None,
    bought: Iterable[str] = (),
    zone: str = "Europe/Amsterdam",
) -> Customer:
    """An organisation with a full administrator `admin<number>@customer.example` and another who is not full."""
    made = Customer(
        org_id=f"7b982ff1-3ad8-432f-8e23-{number:012d}",
        name=name,
        name_key=name.casefold(),
        country="NL",
        zone=zone,
        created_at=NOON,
    )
    session.add(made)
    session.flush()
    for prefix, full in (("admin", True), ("helpdesk", False)):
        session.add(CustomerAdministrator(customer_id=made.id, email=f"{prefix}{number}@customer.example", full=full))
    if of is not None:
        session.add(SalesRelationship(partner_id=of.id, customer_id=made.id, since=NOON))
    for product in bought:
        session.add(
            Subscription(customer_id=made.id, product=product, service=product.split()[-1].lower(), bought_at=NOON)
        )
    session.flush()
    return made


def company(name: str = "Hogeschool Utrecht", email: str = "beheer@hu.example", **more: Any) -> Company:
    given: dict[str, Any] = {"vertical": "education", "country": "NL", "location_confirmed": True} | more
    return Company(name=name, email=email, **given)


def details(services: frozenset[Service] = MESSAGING, **more: Any) -> Details:
    given: dict[str, Any] = {"duration_days": 90, "licences": 100}
    if Service.DEVICES in services:
        given |= {"registrations": 5, "no_devices_because": NoDevices.CUSTOMER_HAS}
    return Details(services=services, **(given | more))


def parcel(**models: int) -> Parcel:
    return Parcel(
        models={model.replace("_", "-"): count for model, count in (models or {"CS_KIT_K9": 1}).items()},
        recipient="Wim Jansen",
        phone="+31 30 123 4567",
        address_1="Padualaan 97",
        city="Utrecht",
        postal_code="3584 CH",
        country="NL",
    )


@dataclass
class Desk:
    """A partner's desk at a moment: what one of its people does with trials."""

    session: Session
    policy: Policy
    by: Actor
    now: datetime = NOON

    @property
    def when(self) -> dict[str, Any]:
        """What every deed of this desk is told."""
        return {"policy": self.policy, "by": self.by, "now": self.now}

    def on(self, days: int) -> "Desk":
        """The same desk some days later."""
        return replace(self, now=self.now + timedelta(days=days))

    def start_new(self, email: str = "beheer@hu.example", services: frozenset[Service] = MESSAGING) -> Standing:
        return starting.start_for_new_customer(self.session, company(email=email), details(services), **self.when)

    def start_paying(self, at: Customer, services: frozenset[Service] = CALLING) -> Standing:
        return starting.start_for_paying_customer(self.session, at.id, details(services), **self.when)

    def ask(self, at: Customer, services: frozenset[Service] = CALLING, email: str = "") -> Standing:
        return starting.request_for_existing_customer(
            self.session,
            email or f"admin{int(at.org_id[-12:])}@customer.example",
            details(services),
            organisation_confirmed=True,
            **self.when,
        )

    def accepted(self, at: Customer, services: frozenset[Service] = CALLING, *, full: bool = True) -> Standing:
        standing = self.ask(at, services)
        link = consent_link(self.session, standing)
        return consent.accept(self.session, link, full_administrator=full, policy=self.policy, now=self.now)

    def running(self, at: Customer, services: frozenset[Service] = CALLING, *, full: bool = True) -> Standing:
        standing = self.accepted(at, services, full=full)
        return managing.provision(self.session, standing.trial.id, details(services), **self.when)


def consent_link(session: Session, standing: Standing, email: str = "") -> Link:
    """The personal link of one of the customer's administrators: of the full one, if nobody is named."""
    request = request_of_trial(session, standing.trial.id)
    assert request
    return Link(LinkPurpose.CONSENT, request.id, administrator(session, standing, email).id, request.last_on)


def interest_link(session: Session, standing: Standing) -> Link:
    return Link(LinkPurpose.INTEREST, standing.trial.id, administrator(session, standing).id, standing.trial.expires_on)


def administrator(session: Session, standing: Standing, email: str = "") -> CustomerAdministrator:
    question = select(CustomerAdministrator).where(CustomerAdministrator.customer_id == standing.customer.id)
    named = (
        question.where(CustomerAdministrator.email == email) if email else question.where(CustomerAdministrator.full)
    )
    return session.scalars(named.order_by(CustomerAdministrator.id)).first() or _nobody(email)


def _nobody(email: str) -> CustomerAdministrator:
    raise AssertionError(f"nobody administers as {email}")


def code_of(deed: Callable[[], object]) -> str:
    """The code with which *deed* is refused."""
    with pytest.raises(RmatrackError) as refused:
        deed()
    return refused.value.code


def mails(session: Session, kind: MailKind) -> list[str]:
    """To whom mails of a kind were queued that are still to go, in alphabetical order."""
    queued = select(OutboxMail.to_email).where(OutboxMail.kind == kind, OutboxMail.state == MailState.WAITING)
    found = session.scalars(queued)
    return sorted(found)


def devices_told_of(session: Session, kind: MailKind) -> list[object]:
    """How many devices the mails of a kind speak of."""
    queued = select(OutboxMail).where(OutboxMail.kind == kind)
    return [one.params["units"] for one in session.scalars(queued)]


def administrator_named(session: Session, at: Customer, email: str) -> CustomerAdministrator:
    """One of a customer's administrators."""
    question = select(CustomerAdministrator).where(CustomerAdministrator.customer_id == at.id)
    return session.scalars(question.where(CustomerAdministrator.email == email)).one()


def trials_team(session: Session) -> Actor:
    """Tess of the trials team."""
    tess = Person(email="tess@vendor.example", name="Tess", role=Role.TRIALS_TEAM, created_at=NOON)
    session.add(tess)
    session.flush()
    return Actor(PersonId(tess.id), "Tess", Role.TRIALS_TEAM, None, PERMISSIONS[Role.TRIALS_TEAM])
