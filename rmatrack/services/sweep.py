"""Reminding: what follows from the calendar is asked from state, told once, and bundled per person (SPEC T-21 – T-25).

`people_to_remind` finds whom there is something to tell; `remind` tells some of them in one short transaction and asks
again inside it, so that an extension, a conversion or another sweep in between is heeded.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.notices import NoticeKey, write_notices
from rmatrack.db.sweeping import Unsent, hold_trials, unsent
from rmatrack.domain.due import today_in
from rmatrack.domain.mails import MailKind
from rmatrack.domain.policy import Policy
from rmatrack.domain.reminding import reminders
from rmatrack.services.ladder import climb
from rmatrack.services.lapsing import days_of
from rmatrack.services.mail import send_bundled, withdraw_all
from rmatrack.services.reminder_mails import reminder_mails

TOLD_WITHIN = timedelta(days=30)
"""For so long after a sweep noted an end it is still told; that a sweep was cut short is long repaired by then."""


def people_to_remind(session: Session, *, policy: Policy, now: datetime) -> dict[str, set[int]]:
    """Return the addresses to which something is due, in alphabetical order, and the trials that it is about."""
    found: dict[str, set[int]] = defaultdict(set)
    for one in _due(session, policy=policy, now=now):
        found[one.email].add(one.trial_id)
    return {email: found[email] for email in sorted(found)}


def remind(
    session: Session,
    people: Mapping[str, Collection[int]],
    units: Mapping[str, Collection[int]] | None = None,
    *,
    policy: Policy,
    now: datetime,
) -> int:
    """Queue what is due to *people* about the trials named with them, and about *units*; return how many notices.

    One mail a person. What somebody else told in the meantime, or what is true no longer, is left out.
    """
    told = _told_of_trials(session, people, policy=policy, now=now)
    climbed, mails = climb(session, units or {}, policy=policy, now=now)
    if told or mails:
        about_trials = reminder_mails(session, told, terms=policy.terms, now=now) if told else ()
        send_bundled(session, [*mails, *about_trials], now=now)
    return len(told) + climbed


def _told_of_trials(
    session: Session, people: Mapping[str, Collection[int]], *, policy: Policy, now: datetime
) -> list[Unsent]:
    """Note what is due about trials as told, and return it."""
    trial_ids = {id_ for ids in people.values() for id_ in ids}
    if not trial_ids:
        return []
    hold_trials(session, trial_ids)
    due = {_key(one): one for one in _due(session, policy=policy, now=now, only=people)}
    written = write_notices(session, list(due), now=now)
    told = [one for key, one in due.items() if key in written]
    expired = {one.trial_id for one in told if one.reminder == MailKind.EXPIRY_DAY}
    if expired:
        withdraw_all(session, expired, [MailKind.EXPIRY_SOON])
    return told


def _due(
    session: Session, *, policy: Policy, now: datetime, only: Mapping[str, Collection[int]] | None = None
) -> Iterator[Unsent]:
    rules = {rule.name: rule for rule in reminders(policy.terms)}
    for one in unsent(session, list(rules.values()), days_of(session, now), since=now - TOLD_WITHIN, only=only):
        known_on, today = today_in(one.zone, one.known_at), today_in(one.zone, now)
        if rules[one.reminder].is_due(one.about_on, today, known_on=known_on):
            yield one


def _key(one: Unsent) -> NoticeKey:
    return NoticeKey(one.trial_id, one.reminder, one.about_on, one.email)
