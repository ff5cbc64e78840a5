"""Converting a trial to a paid order, and setting the order's services up by link (SPEC T-18)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.consent_questions import request_of_trial
from rmatrack.db.conversions import Conversion
from rmatrack.db.people import Person
from rmatrack.db.subscriptions import Subscription
from rmatrack.db.trial_deeds import services_of, trial_services_running
from rmatrack.db.trial_units import count_units_out
from rmatrack.db.upsert import insert_of
from rmatrack.domain.consent import LinkError
from rmatrack.domain.conversion import (
    Comparison,
    Contact,
    DataNotCheckedError,
    Order,
    SetUpBeforeError,
    WrongAdministratorError,
    compare,
    must_be_complete,
)
from rmatrack.domain.mails import Link, LinkPurpose, MailKind, Recipient
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.domain.starting import email_from
from rmatrack.domain.trial_services import Service, as_text, in_order, product_of, services_in
from rmatrack.domain.trials import Deed, TrialStatus, must_fit
from rmatrack.services.history import record
from rmatrack.services.mail import send, withdraw
from rmatrack.services.trial_mails import ABOUT_EXPIRY, administrators_of, set_up_mail, to_partner
from rmatrack.services.trial_standing import (
    Standing,
    customer_actor,
    partner_actor,
    trial_locked,
    trial_seen,
    trial_to_manage,
)

_ACTORS: dict[Contact, Callable[[Standing], Actor]] = {
    Contact.PARTNER: lambda standing: partner_actor(standing.partner),
    Contact.CUSTOMER: lambda standing: customer_actor(standing.customer),
}


@dataclass(frozen=True, slots=True)
class SetUpView:
    """What the provisioning contact sees: whose order it is, and the data to check."""

    order_number: str
    services: tuple[Service, ...]
    customer: str
    country: str
    org_id: str
    partner: str
    contact: Contact
    is_done: bool


def conversion_preview(
    session: Session, trial_id: int, services: frozenset[Service], *, policy: Policy, by: Actor, now: datetime
) -> Comparison:
    """Return what an order of *services* would keep, lose and add, before anything is confirmed."""
    standing = trial_seen(session, trial_id, seen_by=by, policy=policy, now=now)
    must_fit(Deed.CONVERT, standing.phase)
    return compare(services, _services(session, standing))


def convert(session: Session, trial_id: int, order: Order, *, policy: Policy, by: Actor, now: datetime) -> Conversion:
    """Note that a paid order was placed for the trial; what it left out runs to the trial's expiry.

    Tier 1 orders itself, tier 2 through its distributor. The contact gets the link that sets the services up.
    """
    standing = trial_to_manage(session, trial_id, Deed.CONVERT, by=by, policy=policy, now=now)
    comparison = must_be_complete(order, _services(session, standing), tier=standing.partner.tier)
    contact = _contact(session, standing, order, by)
    conversion = Conversion(
        trial_id=trial_id,
        order_number=order.number.strip(),
        distributor=order.distributor.strip() or None,
        services=as_text(order.services),
        lost=as_text(comparison.lost),
        contact=order.contact.value,
        contact_email=contact.email,
        contact_name=contact.name,
        created_at=now,
    )
    session.add(conversion)
    _buy(session, standing, order.services, now=now)
    changes = [
        standing.moved("converted", TrialStatus.CONVERTED),
        standing.change("converted", "order_number", None, conversion.order_number),
    ]
    standing.trial.ended_at = now
    session.flush()
    record(session, changes, by=by, now=now)
    _tell(session, standing, conversion, contact, now=now)
    return conversion


def open_set_up(session: Session, link: Link, *, policy: Policy, now: datetime) -> SetUpView:
    """Return what the holder of a *set up your service* link sees; raises `LinkError`."""
    conversion = _conversion(session, link)
    standing = trial_seen(session, conversion.trial_id, seen_by=None, policy=policy, now=now)
    return SetUpView(
        order_number=conversion.order_number,
        services=tuple(in_order(services_in(conversion.services))),
        customer=standing.customer.name,
        country=standing.customer.country,
        org_id=standing.customer.org_id,
        partner=standing.partner.name,
        contact=Contact(conversion.contact),
        is_done=conversion.set_up_at is not None,
    )


def set_up_order(
    session: Session,
    link: Link,
    *,
    as_contact: Contact,
    administrator_email: str,
    data_checked: bool,
    policy: Policy,
    now: datetime,
) -> Conversion:
    """Set the order's services up in the trial customer's organisation, whose usage data is kept.

    *administrator_email* must be exactly that of the administrator with whom the trial was started.
    """
    standing = trial_locked(session, _conversion(session, link).trial_id, policy=policy, now=now)
    conversion = _conversion(session, link)
    if conversion.set_up_at is not None:
        raise SetUpBeforeError
    if administrator_email.strip().lower() != _first_administrator(session, standing).email:
        raise WrongAdministratorError
    if not data_checked:
        raise DataNotCheckedError
    conversion.set_up_as, conversion.set_up_at = as_contact.value, now
    session.flush()
    change = standing.change("order set up", "set_up_as", None, as_contact.value)
    record(session, [change], by=_ACTORS[as_contact](standing), now=now)
    return conversion


def conversion_of(session: Session, trial_id: int) -> Conversion | None:
    """Return the paid order of a trial that the reader was seen to see."""
    return session.scalar(select(Conversion).where(Conversion.trial_id == trial_id))


def _services(session: Session, standing: Standing) -> frozenset[Service]:
    return frozenset(Service(name) for name in services_of(session, [standing.trial.id])[standing.trial.id])


def _contact(session: Session, standing: Standing, order: Order, by: Actor) -> Recipient:
    """Return who sets the services up: the person given, or else the converting one or the first administrator."""
    if order.contact is Contact.CUSTOMER:
        return _first_administrator(session, standing)
    person = session.get_one(Person, by.person_id)
    language = person.language or "en"
    if order.contact_email.strip():
        return Recipient(email=email_from(order.contact_email), language=language)
    return Recipient(email=person.email, name=person.name, language=language)


def _first_administrator(session: Session, standing: Standing) -> Recipient:
    """Return the administrator with whom the trial was started: the one who was asked, or else the first known."""
    known = [recipient for _administrator, recipient in administrators_of(session, standing)]
    request = request_of_trial(session, standing.trial.id)
    asked = next((one for one in known if request and one.email == request.email), None)
    return asked or known[0]


def _buy(session: Session, standing: Standing, services: frozenset[Service], *, now: datetime) -> None:
    """Write what was bought, and end its trial; the rest goes on."""
    for row in trial_services_running(session, standing.trial.id):
        if Service(row.service) in services:
            row.ended_at = now
    insert = insert_of(session)
    rows = [
        {
            "customer_id": standing.customer.id,
            "product": product_of(service),
            "service": service.value,
            "partner_id": standing.partner.id,
            "bought_at": now,
        }
        for service in in_order(services)
    ]
    session.execute(insert(Subscription).values(rows).on_conflict_do_nothing())


def _tell(session: Session, standing: Standing, conversion: Conversion, contact: Recipient, *, now: datetime) -> None:
    summary = to_partner(
        session,
        MailKind.CONVERSION_SUMMARY,
        standing,
        once="order",
        order_number=conversion.order_number,
        lost=conversion.lost.split(),
        units_out=count_units_out(session, standing.trial.id),
    )
    withdraw(session, standing.trial.id, ABOUT_EXPIRY)
    send(session, [set_up_mail(session, standing, conversion, contact), *summary], now=now)


def _conversion(session: Session, link: Link) -> Conversion:
    found: Sequence[Conversion] = ()
    if link.purpose is LinkPurpose.SET_UP:
        question = select(Conversion).where(Conversion.id == link.subject_id)
        found = session.scalars(question.execution_options(populate_existing=True)).all()
    if not found:
        raise LinkError
    return found[0]
