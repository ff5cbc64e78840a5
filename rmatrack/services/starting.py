"""Starting a trial, by one of three doors: a new customer, an existing one, a paying one (SPEC T-1 – T-15)."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.customers import Customer, CustomerAdministrator, SalesRelationship
from rmatrack.db.organisations import (
    customer_administered_by,
    emails_of_partner,
    has_full_administrator,
    has_pending_request,
    is_site_taken,
    relationship_of,
    services_bought,
    starters_of,
)
from rmatrack.db.people import Partner
from rmatrack.db.trial_deeds import lock_customer, running_services
from rmatrack.db.trials import Trial, TrialService
from rmatrack.domain import starting, trial_details
from rmatrack.domain.consent import last_day
from rmatrack.domain.due import today_in
from rmatrack.domain.errors import NotAllowedError, _
from rmatrack.domain.history import Change
from rmatrack.domain.mails import MailKind
from rmatrack.domain.names import name_key
from rmatrack.domain.parcels import Parcel
from rmatrack.domain.people import Actor, Role
from rmatrack.domain.policy import Policy, Region, zone_for
from rmatrack.domain.starting import Company
from rmatrack.domain.trial_details import Details, SiteUrlTakenError
from rmatrack.domain.trial_services import Service, as_text, in_order, must_be_free
from rmatrack.domain.trials import FIRST, Door, PartnerRole, TrialStatus
from rmatrack.services.history import record
from rmatrack.services.lapsing import note_ends
from rmatrack.services.mail import send
from rmatrack.services.organisations import organisation_to_ask
from rmatrack.services.parcels import ask_for
from rmatrack.services.trial_mails import consent_mails, to_customer
from rmatrack.services.trial_standing import Standing, trial_locked

DEFAULT_ZONE = "UTC"


class ColleaguesCustomerError(NotAllowedError):
    """A sales administrator serves the customers they brought; a full one also those of colleagues."""

    code = "colleagues-customer"
    message = _("A colleague serves this customer. Ask them, or a sales full administrator of your organisation.")


def start_for_new_customer(
    session: Session,
    company: Company,
    details: Details,
    *,
    parcel: Parcel | None = None,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> Standing:
    """Add a customer and start its trial at once; setting it up comes next, now or later (SPEC T-4 – T-10)."""
    partner = starting_partner(session, by)
    company, region = starting.checked(company, policy, now.date())
    starting.must_not_be_own(
        company.name, company.email, partner=partner.name, emails=emails_of_partner(session, partner.id)
    )
    if customer_administered_by(session, company.email):
        raise starting.EmailTakenError(company.email)
    details = _checked(session, details, policy, parcel)
    customer = _add_customer(session, company, region, partner, policy=policy, by=by, now=now)
    return _start(session, Door.NEW, customer, partner, details, parcel, policy=policy, by=by, now=now)


def request_for_existing_customer(
    session: Session,
    email: str,
    details: Details,
    *,
    org_id: str = "",
    organisation_confirmed: bool = False,
    parcel: Parcel | None = None,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> Standing:
    """Ask an organisation that the partner does not have for its consent to a trial (SPEC T-11 – T-14).

    The organisation is the one that *email* administers, or else the one with *org_id*.
    """
    partner = starting_partner(session, by)
    email = starting.email_from(email)
    customer = organisation_to_ask(session, email, org_id)
    starting.must_not_be_own(customer.name, email, partner=partner.name, emails=emails_of_partner(session, partner.id))
    if relationship_of(session, partner.id, customer.id):
        raise starting.RelationshipExistsError
    if not organisation_confirmed:
        raise starting.OrganisationNotConfirmedError(customer.name)
    lock_customer(session, customer.id)
    note_ends(session, customer.id, policy=policy, now=now)
    if has_pending_request(session, partner.id, customer.id):
        raise starting.RequestPendingError
    if not has_full_administrator(session, customer.id):
        raise starting.NobodyCanConsentError
    details = _checked(session, details, policy, parcel)
    must_be_free_now(session, customer.id, details.services, knows_the_customer=False)
    standing = _start(session, Door.EXISTING, customer, partner, details, parcel, policy=policy, by=by, now=now)
    request = _ask_consent(session, standing, email, policy=policy, by=by, now=now)
    send(session, consent_mails(session, standing, request), now=now)
    return trial_locked(session, standing.trial.id, policy=policy, now=now)


def start_for_paying_customer(
    session: Session,
    customer_id: int,
    details: Details,
    *,
    parcel: Parcel | None = None,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> Standing:
    """Add a trial to a customer that the partner has, of services it has not bought, and tell it (SPEC T-15)."""
    partner = starting_partner(session, by)
    customer = session.get(Customer, customer_id)
    if customer is None or relationship_of(session, partner.id, customer_id) is None:
        raise starting.NoRelationshipError
    _must_serve(session, partner.id, customer_id, by)
    lock_customer(session, customer_id)
    note_ends(session, customer_id, policy=policy, now=now)
    details = _checked(session, details, policy, parcel)
    must_be_free_now(session, customer_id, details.services, knows_the_customer=True)
    standing = _start(session, Door.PAYING, customer, partner, details, parcel, policy=policy, by=by, now=now)
    send(session, to_customer(session, MailKind.TRIAL_STARTED, standing, once="start"), now=now)
    return standing


def starting_partner(session: Session, by: Actor) -> Partner:
    """Return the certified partner for whom *by* starts trials; raises why not (SPEC T-1, T-2)."""
    partner = session.get_one(Partner, starting.must_be_sales_administrator(by))
    starting.must_be_certified(certified=partner.certified, partner=partner.name)
    return partner


def must_be_free_now(
    session: Session,
    customer_id: int,
    services: frozenset[Service],
    *,
    knows_the_customer: bool,
) -> None:
    """Raise where the customer has bought one of *services* or somebody trials it; the customer is locked."""
    must_be_free(
        services,
        bought={Service(name) for name in services_bought(session, customer_id)},
        on_trial={Service(name): partner for name, partner in running_services(session, customer_id).items()},
        knows_the_customer=knows_the_customer,
    )


def begin(trial: Trial, duration_days: int, *, zone: str, now: datetime) -> None:
    """Start the portal clock: the trial runs through the day that is its duration from today."""
    today = today_in(zone, now)
    trial.started_at, trial.starts_on = now, today
    trial.duration_days, trial.expires_on = duration_days, today + timedelta(days=duration_days)


def write_details(trial: Trial, details: Details) -> None:
    """Write what was chosen; services and duration have places of their own."""
    trial.licences, trial.registrations = details.licences, details.registrations
    trial.site_url, trial.site_zone = details.site_url, details.site_zone
    trial.no_devices_because = details.no_devices_because


def must_have_free_site(session: Session, details: Details, *, but: int | None = None) -> None:
    """Raise `SiteUrlTakenError` where another trial has the site address."""
    if details.site_url and is_site_taken(session, details.site_url, but=but):
        raise SiteUrlTakenError(details.site_url)


def _checked(session: Session, details: Details, policy: Policy, parcel: Parcel | None) -> Details:
    details = trial_details.checked(details, policy.terms, ships_devices=parcel is not None)
    must_have_free_site(session, details)
    return details


def _must_serve(session: Session, partner_id: int, customer_id: int, by: Actor) -> None:
    starters = starters_of(session, partner_id, customer_id)
    if by.role is not Role.SALES_FULL_ADMIN and starters and not {None, by.person_id} & set(starters):
        raise ColleaguesCustomerError


def _add_customer(
    session: Session, company: Company, region: Region, partner: Partner, *, policy: Policy, by: Actor, now: datetime
) -> Customer:
    zone = company.zone or zone_for(policy, company.country, company.state) or DEFAULT_ZONE
    today_in(zone, now)
    customer = Customer(
        org_id=str(uuid.uuid4()),
        name=company.name,
        name_key=name_key(company.name),
        country=company.country,
        state=company.state or None,
        zone=zone,
        language=company.language,
        vertical=company.vertical,
        region=region.code,
        location_confirmed_at=now,
        created_at=now,
    )
    session.add(customer)
    session.flush()
    session.add(CustomerAdministrator(customer_id=customer.id, email=company.email, name=company.administrator or None))
    session.add(
        SalesRelationship(partner_id=partner.id, customer_id=customer.id, role=PartnerRole.FULL.value, since=now)
    )
    about = Change("customer", customer.org_id, "added", "name", new=customer.name)
    administrator = Change(
        "customer", customer.org_id, "administrator-added", "admin_email", new=company.email, personal=True
    )
    relation = Change("customer", customer.org_id, "partner-added", "partner", new=partner.name)
    record(session, [about, administrator, relation], by=by, now=now)
    return customer


def _start(
    session: Session,
    door: Door,
    customer: Customer,
    partner: Partner,
    details: Details,
    parcel: Parcel | None,
    *,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> Standing:
    """Write the trial with its services and the devices asked for; the customer is locked, or new."""
    trial = Trial(
        partner_id=partner.id,
        customer_id=customer.id,
        status=FIRST[door].value,
        door=door.value,
        requested_by_id=by.person_id,
        duration_days=details.duration_days,
        created_at=now,
    )
    write_details(trial, details)
    if FIRST[door] is TrialStatus.ACTIVE:
        begin(trial, details.duration_days, zone=customer.zone, now=now)
    session.add(trial)
    session.flush()
    session.add_all(
        TrialService(trial_id=trial.id, customer_id=customer.id, service=service.value, added_at=now)
        for service in in_order(details.services)
    )
    session.flush()
    key = str(trial.id)
    started = [
        Change("trial", key, "started", "status", new=trial.status),
        Change("trial", key, "started", "services", new=as_text(details.services)),
    ]
    if trial.expires_on:
        started.append(Change("trial", key, "started", "expires_on", new=trial.expires_on.isoformat()))
    record(session, started, by=by, now=now)
    standing = trial_locked(session, trial.id, policy=policy, now=now)
    if parcel is not None:
        ask_for(session, standing, parcel, policy=policy, by=by, now=now)
    return standing


def _ask_consent(
    session: Session, standing: Standing, email: str, *, policy: Policy, by: Actor, now: datetime
) -> ConsentRequest:
    request = ConsentRequest(
        trial_id=standing.trial.id,
        email=email,
        sent_at=now,
        last_on=last_day(standing.today, window_days=policy.terms.consent_window_days),
    )
    session.add(request)
    session.flush()
    asked = Change("trial", str(standing.trial.id), "consent asked", "email", new=email, personal=True)
    record(session, [asked], by=by, now=now)
    return request
