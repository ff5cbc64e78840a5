"""The list of trials: services on trial, what expires, days left, whom to call (SPEC T-20, T-21)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db.recipients import customer_administrators
from rmatrack.db.trial_deeds import TrialParties, services_of
from rmatrack.db.trial_lists import (
    Todays,
    TrialSort,
    TrialsShown,
    TrialsWanted,
    count_trials,
    customer_zones,
    page_of_trials,
    trials_of_customer,
)
from rmatrack.db.trial_units import counts_out
from rmatrack.domain.due import today_in
from rmatrack.domain.mails import Recipient
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.domain.trial_services import Service, in_order
from rmatrack.domain.trials import Phase
from rmatrack.services.trial_standing import Standing, standing_of

PAGE_TRIALS = 50
_CHUNK = 500
_BEFORE_CONSENT = frozenset({Phase.PENDING_CONSENT, Phase.CONSENT_OVERDUE})


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial in a list; `contact` is whom to call, once the partner has the customer."""

    standing: Standing
    services: Sequence[Service]
    units_out: int
    contact: Recipient | None


@dataclass(frozen=True, slots=True)
class TrialSorting:
    """How a list is sorted; as it stands, what waits and what expires next comes first."""

    by: TrialSort = TrialSort.EXPIRES
    descending: bool = False


@dataclass(frozen=True, slots=True)
class TrialsPage:
    """A page of the list, how many trials each list holds, and whether there are more."""

    rows: Sequence[TrialRow]
    counts: Mapping[TrialsShown, int]
    number: int
    has_more: bool


def trials_page(
    session: Session,
    wanted: TrialsWanted,
    *,
    sorting: TrialSorting = TrialSorting(),
    number: int = 1,
    seen_by: Actor,
    now: datetime,
    policy: Policy,
) -> TrialsPage:
    """Return page *number* of a list."""
    todays = _todays(session, policy, now)
    found = page_of_trials(
        session,
        wanted,
        todays,
        sort=sorting.by,
        descending=sorting.descending,
        skip=(number - 1) * PAGE_TRIALS,
        limit=PAGE_TRIALS + 1,
        seen_by=seen_by,
    )
    counts = count_trials(session, wanted, todays, seen_by=seen_by)
    rows = _rows(session, found[:PAGE_TRIALS], policy=policy, now=now)
    return TrialsPage(rows, counts, number, has_more=len(found) > PAGE_TRIALS)


def all_trials(
    session: Session,
    wanted: TrialsWanted,
    *,
    sorting: TrialSorting = TrialSorting(),
    seen_by: Actor,
    now: datetime,
    policy: Policy,
) -> Iterator[TrialRow]:
    """Yield the whole list, some hundreds at a time."""
    todays, skip = _todays(session, policy, now), 0
    while True:
        found = page_of_trials(
            session,
            wanted,
            todays,
            sort=sorting.by,
            descending=sorting.descending,
            skip=skip,
            limit=_CHUNK,
            seen_by=seen_by,
        )
        yield from _rows(session, found, policy=policy, now=now)
        if len(found) < _CHUNK:
            return
        skip += _CHUNK


def trial_rows_of_customer(
    session: Session, customer_id: int, *, seen_by: Actor, now: datetime, policy: Policy
) -> Sequence[TrialRow]:
    """Return the trials with a customer that *seen_by* may see, the latest first."""
    return _rows(session, trials_of_customer(session, customer_id, seen_by=seen_by), policy=policy, now=now)


def _rows(session: Session, found: Sequence[TrialParties], *, policy: Policy, now: datetime) -> list[TrialRow]:
    ids = [parties.trial.id for parties in found]
    services, out = services_of(session, ids), counts_out(session, ids)
    people = customer_administrators(session, {parties.customer.id for parties in found})
    return [
        TrialRow(
            standing := standing_of(parties, policy=policy, now=now),
            in_order([Service(name) for name in services[parties.trial.id]]),
            out.get(parties.trial.id, 0),
            _contact(standing, [recipient for _administrator, recipient in people[parties.customer.id]]),
        )
        for parties in found
    ]


def _contact(standing: Standing, administrators: Sequence[Recipient]) -> Recipient | None:
    return administrators[0] if administrators and standing.phase not in _BEFORE_CONSENT else None


def _todays(session: Session, policy: Policy, now: datetime) -> Todays:
    zones: dict[date, list[str]] = defaultdict(list)
    for zone in customer_zones(session):
        zones[today_in(zone, now)].append(zone)
    return Todays(zones, max(policy.terms.expiry_reminder_days), policy.terms.grace_days)
