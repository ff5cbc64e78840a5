"""What the calendar has ended, noted set by set: lapses, unanswered requests, released numbers (T-14, T-22 – T-24).

Nothing here has to run in time for the rules to hold: every deed asks the calendar itself. Each function notes
`AT_ONCE` trials at most, the oldest first, and returns them: where there are any, call it once more. Nobody is told
from here; what was noted is what the sweep's reminders follow from.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.trial_deeds import (
    Ending,
    cancelled_trials_with_numbers,
    converted_trials_over,
    end_services,
    end_trials,
    give_numbers_back,
    lapsed_trials_with_numbers,
    move_users,
    requests_beyond_consent,
    trials_beyond_grace,
)
from rmatrack.db.trial_lists import zones_of_customers
from rmatrack.domain.due import today_in
from rmatrack.domain.history import Change
from rmatrack.domain.mails import MailKind
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.policy import Policy
from rmatrack.domain.todays import Todays, todays
from rmatrack.domain.trials import TrialStatus
from rmatrack.services.history import record
from rmatrack.services.mail import withdraw_all
from rmatrack.services.trial_mails import ABOUT_CONSENT, ABOUT_EXPIRY

AT_ONCE = 500

_CLOCKS_SET_FORWARD = timedelta(hours=2)
"""By no more than this are some days shorter than they look in UTC."""


def lapse(session: Session, *, policy: Policy, now: datetime, customer_id: int | None = None) -> list[int]:
    """End the trials whose grace is over; their users move to the free consumer organisation (SPEC T-23)."""
    days = policy.terms.grace_days
    over = trials_beyond_grace(session, days_of(session, now), days, customer_id=customer_id, limit=AT_ONCE)
    ids = _end(session, over, TrialStatus.LAPSED, "lapsed", stale=ABOUT_EXPIRY, now=now)
    if ids:
        move_users(session, ids, now=now)
    return ids


def end_left_out_services(
    session: Session, *, policy: Policy, now: datetime, customer_id: int | None = None
) -> list[int]:
    """End services that a paid order left out: they ran to the trial's expiry, without grace (SPEC T-18)."""
    over = converted_trials_over(session, days_of(session, now), customer_id=customer_id, limit=AT_ONCE)
    ids = [ending.id for ending in over]
    if ids:
        end_services(session, ids, now=now)
        record(session, [Change("trial", str(id_), "left-out services ended") for id_ in ids], by=SYSTEM, now=now)
    return ids


def expire_requests(session: Session, *, policy: Policy, now: datetime, customer_id: int | None = None) -> list[int]:
    """End the requests to which nobody answered in time (SPEC T-14)."""
    over = requests_beyond_consent(session, days_of(session, now), customer_id=customer_id, limit=AT_ONCE)
    return _end(session, over, TrialStatus.CONSENT_EXPIRED, "consent expired", stale=ABOUT_CONSENT, now=now)


def release_numbers(session: Session, *, policy: Policy, now: datetime) -> list[int]:
    """Release the phone numbers of trials that ended long enough ago (SPEC T-24).

    After a cancellation they are kept as long as after grace.
    """
    kept_days = policy.terms.numbers_kept_days
    days = policy.terms.grace_days + kept_days + 1
    lapsed = lapsed_trials_with_numbers(session, days_of(session, now), days, limit=AT_ONCE)
    before = now - timedelta(days=kept_days) + _CLOCKS_SET_FORWARD
    cancelled = cancelled_trials_with_numbers(session, before, limit=AT_ONCE)
    over = [ending for ending in cancelled if _is_kept_no_longer(ending, kept_days, now)]
    ids = [ending.id for ending in (*lapsed, *over)]
    if ids:
        give_numbers_back(session, ids, now=now)
        record(session, [Change("trial", str(id_), "numbers released") for id_ in ids], by=SYSTEM, now=now)
    return ids


def note_ends(session: Session, customer_id: int, *, policy: Policy, now: datetime) -> None:
    """Note for one customer what the calendar has ended, so that its services are free although no sweep ran."""
    for note in (lapse, end_left_out_services, expire_requests):
        note(session, policy=policy, now=now, customer_id=customer_id)


def days_of(session: Session, now: datetime) -> Todays:
    """Return what day it is at *now* where the customers are."""
    return todays(now, zones_of_customers(session))


def _is_kept_no_longer(ending: Ending, kept_days: int, now: datetime) -> bool:
    if ending.ended_at is None:
        raise TypeError("a cancelled trial has a moment at which it ended")
    return today_in(ending.zone, ending.ended_at) + timedelta(days=kept_days) < today_in(ending.zone, now)


def _end(
    session: Session,
    over: Sequence[Ending],
    status: TrialStatus,
    deed: str,
    *,
    stale: Sequence[MailKind],
    now: datetime,
) -> list[int]:
    """Give locked trials their last status, and take back mails that are *stale* by it."""
    ids = [ending.id for ending in over]
    if ids:
        end_trials(session, ids, status, now=now)
        withdraw_all(session, ids, stale)
        changes = [Change("trial", str(one.id), deed, "status", one.status, status.value) for one in over]
        record(session, changes, by=SYSTEM, now=now)
    return ids
