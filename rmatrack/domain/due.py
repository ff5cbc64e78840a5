"""When a unit is due back, why, and what the two clocks look like (SPEC D-4, D-5, X-4).

Only the EULA's expiry counts; the portal's expiry is shown beside it. Nothing here is ever stored.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rmatrack.domain.errors import BadInputError, _
from rmatrack.domain.sentences import Sentence

_LONGEST_CLOSURE_DAYS = 30


class DueState(StrEnum):
    """What the calendar says about a unit that is still out."""

    NOT_DUE = "not-due"
    DUE_SOON = "due-soon"
    DUE_TODAY = "due-today"
    OVERDUE = "overdue"


WORDS: dict[DueState, str] = {
    DueState.NOT_DUE: _("not due yet"),
    DueState.DUE_SOON: _("due soon"),
    DueState.DUE_TODAY: _("due today"),
    DueState.OVERDUE: _("overdue"),
}


class UnknownZoneError(BadInputError):
    """No such time zone in the IANA database."""

    code = "unknown-zone"
    message = _("%(zone)s is not a time zone. Choose one such as Europe/Amsterdam.")

    def __init__(self, zone: str) -> None:
        super().__init__(field="zone", zone=zone)


def due_on(eula_expires_on: date, *, window_days: int) -> date:
    """Return the last day on which a unit may come back, that day included."""
    return eula_expires_on + timedelta(days=window_days)


def today_in(zone: str, now: datetime) -> date:
    """Return the calendar date at *now* (aware) in an IANA zone; raises `UnknownZoneError`."""
    try:
        return now.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZoneError(zone) from None


def days_left(due: date, today: date) -> int:
    """Return 0 on the due day, below 0 when overdue."""
    return (due - today).days


def is_overdue(due: date | None, today: date) -> bool:
    """Say whether the due day has gone by; a unit without an EULA date is never overdue."""
    return due is not None and due < today


def due_state(due: date, today: date, *, soon_days: int) -> DueState:
    """Return the state of a unit that is still out; *soon_days* before the due day it is due soon."""
    left = days_left(due, today)
    if left < 0:
        return DueState.OVERDUE
    if left == 0:
        return DueState.DUE_TODAY
    return DueState.DUE_SOON if left <= soon_days else DueState.NOT_DUE


@dataclass(frozen=True, slots=True)
class DueReason:
    """A due date with what it was derived from, to be unfolded."""

    due_on: date
    eula_expires_on: date
    eula_mailed_on: date | None
    window_days: int
    has_expired: bool

    @property
    def eula_days(self) -> int | None:
        """Return the days from the EULA mail to its expiry, where the mail's date is known."""
        return (self.eula_expires_on - self.eula_mailed_on).days if self.eula_mailed_on else None

    @property
    def sentence(self) -> Sentence:
        """Return the reason in words, such as "Due 28 Nov: EULA expired 14 Nov, +14 days"."""
        params: dict[str, object] = {"due": self.due_on, "eula": self.eula_expires_on, "window": self.window_days}
        if self.eula_mailed_on:
            params |= {"mailed": self.eula_mailed_on, "days": self.eula_days}
        return Sentence(_REASONS[self.has_expired, self.eula_mailed_on is not None], params)


_REASONS: dict[tuple[bool, bool], str] = {
    (True, True): _("Due %(due)s: EULA expired %(eula)s (EULA mail of %(mailed)s, +%(days)s days), +%(window)s days"),
    (True, False): _("Due %(due)s: EULA expired %(eula)s, +%(window)s days"),
    (False, True): _("Due %(due)s: EULA expires %(eula)s (EULA mail of %(mailed)s, +%(days)s days), +%(window)s days"),
    (False, False): _("Due %(due)s: EULA expires %(eula)s, +%(window)s days"),
}


def due_reason(
    eula_expires_on: date, *, window_days: int, today: date, eula_mailed_on: date | None = None
) -> DueReason:
    """Return why the due date is what it is, as of *today*."""
    return DueReason(
        due_on=due_on(eula_expires_on, window_days=window_days),
        eula_expires_on=eula_expires_on,
        eula_mailed_on=eula_mailed_on,
        window_days=window_days,
        has_expired=eula_expires_on < today,
    )


def last_pickup_day(due: date, is_working_day: Callable[[date], bool]) -> date:
    """Return the last working day up to the due day, on which a carrier can still come.

    The due day itself stays where it is (SPEC D-5). Where a month before it has no working day, the due day is given.
    """
    days = (due - timedelta(days=back) for back in range(_LONGEST_CLOSURE_DAYS + 1))
    return next((day for day in days if is_working_day(day)), due)


@dataclass(frozen=True, slots=True)
class EulaThresholds:
    """Which stored EULA dates belong to "due by some day", zone by zone.

    A unit belongs where `eula_expires_on <= fine[zone]` for its customer's zone. No `fine` date is later than `coarse`,
    so that a query can first narrow by its index with `eula_expires_on <= coarse`; nothing at or before `settled_by`
    needs the zone looked at. `groups` has the zones of each `fine` date, at most three.
    """

    coarse: date
    settled_by: date
    fine: Mapping[str, date]

    @property
    def groups(self) -> dict[date, tuple[str, ...]]:
        """Return the zones that share a threshold, latest date first."""
        dates = sorted(set(self.fine.values()), reverse=True)
        return {day: tuple(zone for zone in self.fine if self.fine[zone] == day) for day in dates}


def eula_thresholds(now: datetime, zones: Iterable[str], *, in_days: int, window_days: int) -> EulaThresholds:
    """Return the EULA dates of all that is due in *in_days* days or earlier: -1 overdue, 0 due today too, 7 in a week.

    *zones* are the customers' zones; without any, UTC stands in.
    """
    shift = timedelta(days=in_days - window_days)
    fine = {zone: today_in(zone, now) + shift for zone in sorted(zones)} or {"UTC": today_in("UTC", now) + shift}
    return EulaThresholds(coarse=max(fine.values()), settled_by=min(fine.values()), fine=fine)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the bar, as fractions of its length."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """Return the fraction of the bar that is covered."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class TimeBar:
    """The bar's own dates, and where on it everything lies (0 is its left end, 1 its right end).

    `today` stays on the bar; `is_beyond` says that the real day lies past its end.
    """

    starts_on: date
    ends_on: date
    trial: Span | None
    eula: Span
    window: Span
    today: float
    is_beyond: bool


def two_clocks(
    *, shipped_on: date, trial_expires_on: date | None, eula_expires_on: date, due: date, today: date
) -> TimeBar:
    """Return the drawing's numbers; the bar runs from shipment to the last of due day and trial expiry.

    Overdue, it grows until today, by the length of the return window at most.
    """
    grown = min(today, due + (due - eula_expires_on))
    starts_on = min(shipped_on, eula_expires_on, trial_expires_on or shipped_on)
    ends_on = max(due, trial_expires_on or due, grown)
    days = max((ends_on - starts_on).days, 1)

    def place(day: date) -> float:
        return min(max((day - starts_on).days / days, 0.0), 1.0)

    return TimeBar(
        starts_on=starts_on,
        ends_on=ends_on,
        trial=Span(0.0, place(trial_expires_on)) if trial_expires_on else None,
        eula=Span(0.0, place(eula_expires_on)),
        window=Span(place(eula_expires_on), place(due)),
        today=place(today),
        is_beyond=today > ends_on,
    )
