"""The days of a trial as people read them: what happened, what is now, what comes and when (SPEC T-21 – T-24)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rmatrack.domain.policy import Policy
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Calendar, Door, Phase
from rmatrack.services.trial_standing import Standing
from rmatrack.web.languages import _

_STANDING = frozenset({Phase.RUNNING, Phase.GRACE, Phase.OVER})


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something happens to a trial."""

    on: date
    what: str
    is_past: bool


def days_of(
    standing: Standing, services: Collection[Service], policy: Policy, *, for_customer: bool = False
) -> list[Day]:
    """Return the days of a trial in their order; none for one that ended another way than by the calendar."""
    if standing.calendar and standing.phase in _STANDING:
        reminded = (
            _("You and your partner are reminded by mail")
            if for_customer
            else _("The customer's administrators and yours are reminded by mail")
        )
        found = [*_running(standing, standing.calendar, policy, reminded)]
        if Service.CALLING in services:
            found.append((standing.calendar.numbers_released_on, _("Phone numbers are released")))
    elif standing.consent_ends_on and standing.phase is Phase.PENDING_CONSENT:
        found = [*_asked(standing, standing.consent_ends_on)]
    else:
        return []
    return [Day(on, what, on < standing.today) for on, what in sorted(found, key=lambda day: day[0])]


def _running(standing: Standing, calendar: Calendar, policy: Policy, reminded: str) -> Iterator[tuple[date, str]]:
    if standing.trial.starts_on:
        yield standing.trial.starts_on, _("The trial starts")
    for days in policy.terms.expiry_reminder_days:
        if days:
            yield calendar.expires_on - timedelta(days=days), reminded
    yield calendar.expires_on, _("Last day of the trial; everybody is reminded once more")
    yield calendar.grace_ends_on, _("Last day of grace: services run, and converting is possible")
    yield calendar.lapses_on, _("Access ends, for good: users move to the free consumer organisation")


def _asked(standing: Standing, consent_ends_on: date) -> Iterator[tuple[date, str]]:
    if Door(standing.trial.door) is Door.EXISTING:
        yield standing.trial.created_at.date(), _("The customer's consent is asked")
    yield consent_ends_on, _("Last day to accept; after it the request ends by itself")
