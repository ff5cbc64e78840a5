"""A carrier's visit to fetch boxes: when it may be, and how far a booking is (SPEC C-11).

Days are the customer's calendar days and times those of its clock. A booking is wanted before the carrier is called, so
that a carrier that is down loses nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.policy import PickupRow

PROPOSED = 5
"""So many days are proposed; others can be entered."""

LONGEST_INSTRUCTIONS = 57
"""What fits with every carrier."""


class PickupState(StrEnum):
    """How far a booking is."""

    WANTED = "wanted"
    TO_PHONE = "to-phone"
    MAILED = "mailed"
    UNCLEAR = "unclear"
    BOOKED = "booked"
    REFUSED = "refused"
    CANCELLED = "cancelled"


WORDS: dict[PickupState, str] = {
    PickupState.WANTED: _("waits for the carrier"),
    PickupState.TO_PHONE: _("to be phoned"),
    PickupState.MAILED: _("asked by mail"),
    PickupState.UNCLEAR: _("to be cleared up"),
    PickupState.BOOKED: _("booked"),
    PickupState.REFUSED: _("refused by the carrier"),
    PickupState.CANCELLED: _("called off"),
}

OPEN = frozenset(
    {PickupState.WANTED, PickupState.TO_PHONE, PickupState.MAILED, PickupState.UNCLEAR, PickupState.BOOKED}
)
"""Holds its boxes: none of them is fetched by another visit."""

BY_PERSON = frozenset({PickupState.TO_PHONE, PickupState.UNCLEAR, PickupState.REFUSED})
"""Waits for somebody to call the carrier and say what came of it."""


class Wish(StrEnum):
    """What the carrier is to be told."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Window:
    """A day, and from when to when the boxes stand ready."""

    day: date
    ready_at: time
    closes_at: time


class PickupDayError(BadInputError):
    """A day on which nobody comes."""

    code = "bad-pickup-day"

    def __init__(self, **params: object) -> None:
        super().__init__(field="day", **params)


class PastDayError(PickupDayError):
    message = _("%(day)s has passed. Choose a later day.")


class FreeDayError(PickupDayError):
    message = _("%(day)s is a weekend or a holiday there, and nobody comes. Choose a working day.")


class TooFarError(PickupDayError):
    message = _("The carrier takes bookings at most %(days)s days ahead. Choose an earlier day.")


class TooLateTodayError(PickupDayError):
    message = _("For the same day the carrier takes bookings until %(cut_off)s there. Choose a later day.")


class WindowTooShortError(BadInputError):
    """The driver needs some time to come."""

    code = "window-too-short"
    message = _("The driver needs at least %(hours)s hours between ready and closing. Widen the window.")

    def __init__(self, hours: int) -> None:
        super().__init__(field="closes_at", hours=hours)


class OutsideHoursError(BadInputError):
    """The carrier does not drive then."""

    code = "outside-pickup-hours"
    message = _("The carrier comes between %(first)s and %(last)s. Choose times within these.")

    def __init__(self, first: time, last: time) -> None:
        super().__init__(field="ready_at", first=f"{first:%H:%M}", last=f"{last:%H:%M}")


class NothingToFetchError(BadInputError):
    """A visit without boxes."""

    code = "nothing-to-fetch"
    message = _("Choose at least one box to be fetched.")

    def __init__(self) -> None:
        super().__init__(field="units")


class BoxTakenError(RuleBrokenError):
    """A box is fetched once."""

    code = "box-already-booked"
    message = _("One of these boxes has a pickup already, or is with the carrier. Look at the order again.")


class PickupStandsError(RuleBrokenError):
    """What is asked does not go with how far the booking is."""

    code = "pickup-not-changeable"
    message = _("A pickup that is %(state)s cannot be changed like that.")

    def __init__(self, state: PickupState) -> None:
        super().__init__(state=state)


class PickupBusyError(RuleBrokenError):
    """The carrier is being told something at the moment."""

    code = "pickup-busy"
    message = _("The carrier is being called about this pickup. Look again in a minute.")


class BookedByMailError(RuleBrokenError):
    """A forwarder's desk has the request: what changes, changes with its booking."""

    code = "pickup-by-mail"
    message = _("This pickup is asked of the carrier by mail. Change it with the booking of %(order)s.")


class WholeReturnError(BadInputError):
    """A forwarder books a return, not single boxes of it."""

    code = "whole-return"
    message = _("%(carrier)s fetches a return as a whole. Choose all boxes of %(order)s, and none of another order.")

    def __init__(self, carrier: str, order: str) -> None:
        super().__init__(field="units", carrier=carrier, order=order)


def must_be_possible(window: Window, row: PickupRow, now: datetime, is_working: Callable[[date], bool]) -> None:
    """Raise what speaks against a visit; *now* is the moment by the clock there."""
    day = window.day
    if day < now.date():
        raise PastDayError(day=day)
    if day > now.date() + timedelta(days=row.days_ahead):
        raise TooFarError(days=row.days_ahead)
    if not is_working(day):
        raise FreeDayError(day=day)
    if window.ready_at < row.ready or window.closes_at > row.closes:
        raise OutsideHoursError(row.ready, row.closes)
    if _minutes(window.closes_at) - _minutes(window.ready_at) < row.least_hours * 60:
        raise WindowTooShortError(row.least_hours)
    if day == now.date() and (now.time() > row.cut_off or window.ready_at < now.time().replace(tzinfo=None)):
        raise TooLateTodayError(cut_off=f"{row.cut_off:%H:%M}")


def proposed(row: PickupRow, now: datetime, is_working: Callable[[date], bool], most: int = PROPOSED) -> list[Window]:
    """Return the next visits that are possible, from tomorrow on."""
    return [Window(day, row.ready, row.closes) for day in _working(row, now.date(), is_working, most)]


def _working(row: PickupRow, today: date, is_working: Callable[[date], bool], most: int) -> Iterator[date]:
    found = 0
    for ahead in range(1, row.days_ahead + 1):
        day = today + timedelta(days=ahead)
        if is_working(day):
            found += 1
            yield day
        if found == most:
            return


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
