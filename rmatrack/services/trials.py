"""Trials as people see them: the list with days left, one trial, one customer (SPEC T-20, T-21, X-1)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db.consent_questions import request_of_trial
from rmatrack.db.customer_view import other_trials, shared_customer, subscriptions_of
from rmatrack.db.customers import Customer
from rmatrack.db.organisations import relationship_of
from rmatrack.db.parcel_questions import parcels_of
from rmatrack.db.parcels import ParcelRequest
from rmatrack.db.recipients import customer_administrators
from rmatrack.db.trial_deeds import TrialParties, services_of
from rmatrack.db.trial_lists import (
    Days,
    TrialCriteria,
    TrialShow,
    TrialSort,
    count_trials,
    trials_in,
    zones_of_customers,
)
from rmatrack.db.trial_units import counts_out
from rmatrack.domain.consequences import UnitOut
from rmatrack.domain.due import today_in
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.mails import Recipient
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import FITTING, Deed, PartnerRole
from rmatrack.services.consequences import out_by_trial, out_with
from rmatrack.services.trial_standing import Standing, manages, standing_of, trial_seen

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFilter:
    """What a list is narrowed to; `text` is a part of a customer's name, `mine` what one started oneself."""

    show: TrialShow = TrialShow.CURRENT
    text: str = ""
    service: Service | None = None
    partner_id: int | None = None
    customer_id: int | None = None
    mine: bool = False
    sort: TrialSort = TrialSort.EXPIRES
    descending: bool = False


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial in a list: services, how many devices are out, and whom to call before it expires (SPEC T-21)."""

    standing: Standing
    services: Sequence[Service]
    units_out: int
    contacts: Sequence[Recipient]
    may_manage: bool


@dataclass(frozen=True, slots=True)
class TrialPage:
    """A page of a list, how many trials each list holds, and how many pages this one has."""

    rows: Sequence[TrialRow]
    counts: Mapping[TrialShow, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class TrialView:
    """One trial: where it stands, what fits, its devices with their own clock, and what was asked for."""

    standing: Standing
    services: Sequence[Service]
    role: PartnerRole | None
    deeds: frozenset[Deed]
    units: Sequence[UnitOut]
    parcels: Sequence[ParcelRequest]
    contacts: Sequence[Recipient]
    consent_email: str | None


@dataclass(frozen=True, slots=True)
class ServiceAt:
    """A service at a customer and who manages it: all that is told of what others do (SPEC X-1)."""

    service: Service
    partner: str | None


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer that the reader has: what it bought, what others try with it, and the reader's own trials."""

    customer: Customer
    role: PartnerRole | None
    contacts: Sequence[Recipient]
    bought: Sequence[ServiceAt]
    elsewhere: Sequence[ServiceAt]
    trials: Sequence[TrialRow]
    units: Mapping[int, Sequence[UnitOut]]
    """By trial."""


def trial_page(
    session: Session, wanted: TrialFilter, *, page: int = 1, seen_by: Actor, policy: Policy, now: datetime
) -> TrialPage:
    """Return a page of a list; a number beyond the last gives the last."""
    days, criteria = days_now(session, policy=policy, now=now), _criteria(wanted, seen_by)
    counts = count_trials(session, criteria, days, seen_by=seen_by)
    pages = max(1, -(-counts[wanted.show] // PAGE_ROWS))
    page = min(max(page, 1), pages)
    rows = _rows(session, wanted, days, seen_by, policy, now, limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS)
    return TrialPage(rows, counts, page, pages)


def trial_rows(
    session: Session, wanted: TrialFilter, *, seen_by: Actor, policy: Policy, now: datetime
) -> Sequence[TrialRow]:
    """Return a whole list, for an export."""
    days = days_now(session, policy=policy, now=now)
    return _rows(session, wanted, days, seen_by, policy, now, limit=None, offset=0)


def trial_view(session: Session, trial_id: int, *, seen_by: Actor, policy: Policy, now: datetime) -> TrialView:
    """Return all there is to one trial; raises `NotFoundError`."""
    standing = trial_seen(session, trial_id, seen_by=seen_by, policy=policy, now=now)
    relationship = relationship_of(session, standing.partner.id, standing.customer.id)
    request = request_of_trial(session, trial_id)
    return TrialView(
        standing=standing,
        services=[Service(name) for name in services_of(session, [trial_id])[trial_id]],
        role=PartnerRole(relationship.role) if relationship else None,
        deeds=deeds_for(standing, seen_by),
        units=out_with(session, standing, policy),
        parcels=parcels_of(session, trial_id),
        contacts=_contacts(session, [standing])[standing.customer.id] if relationship else [],
        consent_email=request.email if request else None,
    )


def customer_view(session: Session, customer_id: int, *, seen_by: Actor, policy: Policy, now: datetime) -> CustomerView:
    """Return a customer that *seen_by* has; before consent there is none to see, only the request (SPEC X-1)."""
    customer = shared_customer(session, customer_id, seen_by=seen_by)
    if customer is None:
        raise NotFoundError
    wanted = TrialFilter(customer_id=customer_id)
    days = days_now(session, policy=policy, now=now)
    found = trials_in(session, None, _criteria(wanted, seen_by), days, seen_by=seen_by, limit=None)
    rows = _read(session, found, seen_by, policy, now)
    relationship = relationship_of(session, seen_by.partner_id, customer_id) if seen_by.partner_id else None
    return CustomerView(
        customer=customer,
        role=PartnerRole(relationship.role) if relationship else None,
        contacts=[recipient for _one, recipient in customer_administrators(session, [customer_id])[customer_id]],
        bought=[ServiceAt(Service(service), name) for service, name in subscriptions_of(session, customer_id)],
        elsewhere=[
            ServiceAt(Service(service), name) for service, name in other_trials(session, customer_id, seen_by=seen_by)
        ],
        trials=rows,
        units=out_by_trial(session, [row.standing for row in rows], policy),
    )


def deeds_for(standing: Standing, actor: Actor) -> frozenset[Deed]:
    """Return what *actor* can do with a trial today; what logistics and the customer do is theirs."""
    if actor.partner_id is None or not actor.may(Permission.MANAGE_TRIALS) or not manages(standing.trial, actor):
        return frozenset()
    return FITTING[standing.phase] - {Deed.ACCEPT, Deed.DECLINE, Deed.SHOW_INTEREST, Deed.SHIP}


def days_now(session: Session, *, policy: Policy, now: datetime) -> Days:
    """Return today's date in every zone that customers live in."""
    zones: dict[date, list[str]] = defaultdict(list)
    for zone in zones_of_customers(session) or ["UTC"]:
        zones[today_in(zone, now)].append(zone)
    return Days(zones, policy.terms.grace_days, max(policy.terms.expiry_reminder_days))


def _criteria(wanted: TrialFilter, seen_by: Actor) -> TrialCriteria:
    return TrialCriteria(
        name=name_key(wanted.text),
        service=wanted.service,
        partner_id=wanted.partner_id,
        customer_id=wanted.customer_id,
        requested_by_id=seen_by.person_id if wanted.mine else None,
    )


def _rows(
    session: Session,
    wanted: TrialFilter,
    days: Days,
    seen_by: Actor,
    policy: Policy,
    now: datetime,
    *,
    limit: int | None,
    offset: int,
) -> Sequence[TrialRow]:
    found = trials_in(
        session,
        wanted.show,
        _criteria(wanted, seen_by),
        days,
        seen_by=seen_by,
        sort=wanted.sort,
        descending=wanted.descending,
        limit=limit,
        offset=offset,
    )
    return _read(session, found, seen_by, policy, now)


def _read(
    session: Session, found: Sequence[tuple[object, ...]], seen_by: Actor, policy: Policy, now: datetime
) -> Sequence[TrialRow]:
    """Return rows with what else belongs in them, in a number of statements that does not depend on their number."""
    standings = [standing_of(TrialParties(*row), policy=policy, now=now) for row in found]  # type: ignore[arg-type]  # A row is its columns.
    ids = [standing.trial.id for standing in standings]
    services, out, contacts = services_of(session, ids), counts_out(session, ids), _contacts(session, standings)
    return [
        TrialRow(
            standing=standing,
            services=[Service(name) for name in services[standing.trial.id]],
            units_out=out.get(standing.trial.id, 0),
            contacts=contacts[standing.customer.id] if standing.calendar else [],
            may_manage=bool(deeds_for(standing, seen_by)),
        )
        for standing in standings
    ]


def _contacts(session: Session, standings: Sequence[Standing]) -> dict[int, list[Recipient]]:
    found = customer_administrators(session, {standing.customer.id for standing in standings})
    return {id_: [recipient for _administrator, recipient in people] for id_, people in found.items()}
