"""The ladder of reminders for units that are still out: which rung a unit stands on, and until when (SPEC R-8, T-25).

A rung is due from its day on until the next one is, so that whoever missed some nights tells the latest alone. One
whose day was over before the order was known here is never told: who imports the past reminds nobody, and an imported
unit goes on with the next rung.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from rmatrack.domain.policy import Addressee, Policy

LAST_HOLDS_DAYS = 90
"""For so long the last rung is caught up with; what nobody reminded of for longer is for a person to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A reminder: `first` and `last` are days after the due day, included; negative before it."""

    code: str
    first: int
    last: int
    to: tuple[Addressee, ...]

    def is_due(self, due_on: date, today: date, *, known_on: date) -> bool:
        """Say whether a unit that is due back on *due_on*, known since *known_on*, stands on this rung on *today*."""
        first_on = due_on + timedelta(days=self.first)
        return known_on <= first_on <= today <= due_on + timedelta(days=self.last)


def rungs(policy: Policy, on: date) -> tuple[Rung, ...]:
    """Return the rungs in force on a day, the lowest first."""
    steps = sorted((step for step in policy.ladder if step.since <= on), key=lambda step: step.days)
    below_last = [
        Rung(code=step.code, first=step.days, last=after.days - 1, to=step.to) for step, after in pairwise(steps)
    ]
    last = [Rung(code=step.code, first=step.days, last=step.days + LAST_HOLDS_DAYS, to=step.to) for step in steps[-1:]]
    return (*below_last, *last)


def charge_from(told_on: date, *, after_days: int) -> date:
    """Return the first day on which a charge is proposed for a unit whose last rung was told on *told_on*."""
    return told_on + timedelta(days=after_days)
