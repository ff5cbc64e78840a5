"""The reminders that follow from the calendar: when each is due, how long it holds, who gets it (T-14, T-21 – T-25).

A reminder speaks of a day: the trial's expiry, or the last day to consent. It is due from its first day on, and once
it has been sent it is not due again; no rule here asks whether a day is "exactly" anything. One that stops being true
is never sent, nor one whose first day was over before the trial was known here: who imports the past reminds nobody.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from rmatrack.domain.mails import MailKind
from rmatrack.domain.policy import Terms


class Audience(StrEnum):
    """Whom a reminder goes to: all of them."""

    CUSTOMER = "customer"
    """The customer's administrators."""
    PARTNER = "partner"
    """The partner's sales administrators."""
    USER = "user"
    """Those who used the trial."""


class State(StrEnum):
    """What must be so for a reminder to hold. All but the first are noted by the sweep itself, and hold for good."""

    ACTIVE = "active"
    LAPSED = "lapsed"
    NUMBERS_RELEASED = "numbers-released"
    CONSENT_EXPIRED = "consent-expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One rule. `first` and `last` are days after the day it speaks of, included; without `last` it holds for good."""

    name: str
    """What it is kept under, at most 32 characters."""
    kind: MailKind
    state: State
    audiences: tuple[Audience, ...]
    first: int
    last: int | None = None

    def is_due(self, about_on: date, today: date, *, known_on: date) -> bool:
        """Say whether it is due about a day on *today*, where its state is so; the trial is known since *known_on*."""
        first_on = about_on + timedelta(days=self.first)
        if first_on < known_on:
            return False
        return self.last is None or first_on <= today <= about_on + timedelta(days=self.last)


_BOTH = (Audience.CUSTOMER, Audience.PARTNER)


def reminders(terms: Terms) -> tuple[Reminder, ...]:
    """Return the rules under *terms*. Those before expiry hold until the next one is due, the last until grace ends."""
    lapses = terms.grace_days + 1
    return (
        *_before_expiry(terms),
        Reminder(
            name="access-ended",
            kind=MailKind.ACCESS_ENDED,
            state=State.LAPSED,
            audiences=(Audience.USER,),
            first=lapses,
        ),
        Reminder(name="final", kind=MailKind.FINAL, state=State.LAPSED, audiences=_BOTH, first=lapses),
        Reminder(
            name="numbers-released",
            kind=MailKind.NUMBERS_RELEASED,
            state=State.NUMBERS_RELEASED,
            audiences=_BOTH,
            first=lapses + terms.numbers_kept_days,
        ),
        Reminder(
            name="consent-expired",
            kind=MailKind.CONSENT_EXPIRED,
            state=State.CONSENT_EXPIRED,
            audiences=(Audience.PARTNER,),
            first=1,
        ),
    )


def _before_expiry(terms: Terms) -> tuple[Reminder, ...]:
    days = sorted(set(terms.expiry_reminder_days), reverse=True)
    soon = tuple(
        Reminder(
            name=f"expiry-soon-{before}",
            kind=MailKind.EXPIRY_SOON,
            state=State.ACTIVE,
            audiences=_BOTH,
            first=-before,
            last=-following - 1,
        )
        for before, following in pairwise([*days, 0])
        if before > 0
    )
    if 0 not in days:
        return soon
    on_the_day = Reminder(
        name="expiry-day",
        kind=MailKind.EXPIRY_DAY,
        state=State.ACTIVE,
        audiences=_BOTH,
        first=0,
        last=terms.grace_days,
    )
    return (*soon, on_the_day)
