"""What the calendar has ended, noted set by set: lapses, unanswered requests, released numbers (T-14, T-22 – T-24).

Nothing here has to run in time for the rules to hold: every deed asks the calendar itself. Each function looks at
`AT_ONCE` trials at most, the oldest first, and returns those it ended: where there are any, call it once more.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.trial_deeds import (
    Ending,
    converted_trials_over,
    end_services,
    end_trials,
    give_numbers_back,
    move_users,
    requests_beyond_consent,
    services_of,
    trials_beyond_grace,
    trials_with_numbers,
)
from rmatrack.domain.due import today_in
from rmatrack.domain.history import Change
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.policy import Policy
from rmatrack.domain.trials import Calendar, TrialStatus
from rmatrack.services.history import record
from rmatrack.services.mail import send
from rmatrack.services.trial_mails import consent_expired_mails

AT_ONCE = 500
_FIRST_ZONE = "Pacific/Kiritimati"
"""Where every day begins first: no customer's calendar is further."""


def lapse(session: Session, *, policy: Policy, now: datetime, customer_id: int | None = None) -> list[int]:
    """End the trials whose grace is over; their users move to the free consumer organisation (SPEC T-23)."""
    grace = timedelta(days=policy.terms.grace_days)
    found = trials_beyond_grace(session, _latest_day(now) - grace, customer_id=customer_id, limit=AT_ONCE)
    over = [ending for ending in found if _calendar(ending, policy).grace_ends_on < today_in(ending.zone, now)]
    ids = [ending.id for ending in over]
    if ids:
        end_trials(session, ids, TrialStatus.LAPSED, now=now)
        move_users(session, ids, now=now)
        _record(session, over, "lapsed", TrialStatus.LAPSED, now=now)
    _end_left_out_services(session, customer_id=customer_id, now=now)
    return ids


def expire_requests(session: Session, *, policy: Policy, now: datetime, customer_id: int | None = None) -> list[int]:
    """End the requests to which nobody answered in time, and tell the partner (SPEC T-14)."""
    found = requests_beyond_consent(session, _latest_day(now), customer_id=customer_id, limit=AT_ONCE)
    over = [one for one in found if one.consent_ends_on and one.consent_ends_on < today_in(one.zone, now)]
    ids = [ending.id for ending in over]
    if not ids:
        return []
    services = services_of(session, ids)
    end_trials(session, ids, TrialStatus.CONSENT_EXPIRED, now=now)
    _record(session, over, "consent expired", TrialStatus.CONSENT_EXPIRED, now=now)
    send(session, consent_expired_mails(session, over, services), now=now)
    return ids


def release_numbers(session: Session, *, policy: Policy, now: datetime) -> list[int]:
    """Release the phone numbers of trials that ended long enough ago (SPEC T-24).

    After a cancellation they are kept as long as after grace.
    """
    kept = timedelta(days=policy.terms.numbers_kept_days)
    due = []
    for ending in trials_with_numbers(session, limit=AT_ONCE):
        today = today_in(ending.zone, now)
        if ending.status == TrialStatus.CANCELLED and ending.ended_at:
            is_due = today_in(ending.zone, ending.ended_at) + kept < today
        else:
            is_due = _calendar(ending, policy).numbers_released_on <= today
        if is_due:
            due.append(ending)
    ids = [ending.id for ending in due]
    if ids:
        give_numbers_back(session, ids, now=now)
        record(session, [Change("trial", str(id_), "numbers released") for id_ in ids], by=SYSTEM, now=now)
    return ids


def note_ends(session: Session, customer_id: int, *, policy: Policy, now: datetime) -> None:
    """Note for one customer what the calendar has ended, so that its services are free although no sweep ran."""
    lapse(session, policy=policy, now=now, customer_id=customer_id)
    expire_requests(session, policy=policy, now=now, customer_id=customer_id)


def _end_left_out_services(session: Session, *, customer_id: int | None, now: datetime) -> None:
    """End services that a paid order left out: they ran to the trial's expiry, without grace (SPEC T-18)."""
    found = converted_trials_over(session, _latest_day(now), customer_id=customer_id, limit=AT_ONCE)
    over = [one for one in found if one.expires_on and one.expires_on < today_in(one.zone, now)]
    ids = [ending.id for ending in over]
    if ids:
        end_services(session, ids, now=now)
        record(session, [Change("trial", str(id_), "left-out services ended") for id_ in ids], by=SYSTEM, now=now)


def _latest_day(now: datetime) -> date:
    return today_in(_FIRST_ZONE, now)


def _calendar(ending: Ending, policy: Policy) -> Calendar:
    if ending.expires_on is None:
        raise TypeError("a trial that has begun has an end")
    return Calendar(ending.expires_on, policy.terms.grace_days, policy.terms.numbers_kept_days)


def _record(session: Session, endings: Sequence[Ending], deed: str, status: TrialStatus, *, now: datetime) -> None:
    changes = [Change("trial", str(one.id), deed, "status", one.status, status.value) for one in endings]
    record(session, changes, by=SYSTEM, now=now)
