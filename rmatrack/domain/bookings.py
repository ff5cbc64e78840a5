"""The life of a booking with a forwarder that is asked by mail: requested, confirmed by a file number, or called off.

Nobody answers such a mail to a program. A person enters the forwarder's file number, or tracking finds it (SPEC C-10).
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, WrongStatusError, _


class BookingState(StrEnum):
    """Where a booking stands."""

    REQUESTED = "booking-requested"
    CONFIRMED = "booking-confirmed"
    CANCELLED = "booking-cancelled"
    FETCHED = "booking-fetched"


WORDS: dict[BookingState, str] = {
    BookingState.REQUESTED: _("booking requested"),
    BookingState.CONFIRMED: _("booking confirmed"),
    BookingState.CANCELLED: _("booking cancelled"),
    BookingState.FETCHED: _("fetched"),
}

_B = BookingState

NEXT: dict[BookingState, frozenset[BookingState]] = {
    _B.REQUESTED: frozenset({_B.REQUESTED, _B.CONFIRMED, _B.CANCELLED, _B.FETCHED}),
    _B.CONFIRMED: frozenset({_B.REQUESTED, _B.CONFIRMED, _B.CANCELLED, _B.FETCHED}),
    _B.CANCELLED: frozenset(),
    _B.FETCHED: frozenset(),
}
"""A booking that is changed waits for its confirmation anew; one that is cancelled or fetched is over."""

OPEN = frozenset({_B.REQUESTED, _B.CONFIRMED})

LONGEST_AHEAD = timedelta(days=60)
_FILE_NUMBER = re.compile("[0-9A-Z]{3,12}")


class BadFileNumberError(BadInputError):
    """No file number of Expeditors has this shape."""

    code = "bad-file-number"
    message = _("%(number)s is not a file number. It has 3 to 12 letters and digits, as in the forwarder's answer.")


class BadPickupTimeError(BadInputError):
    """A time from which nothing can be fetched."""

    code = "bad-pickup-time"
    message = _("Choose a time to come, within 60 days, and let the pickup end after it begins, on the same day.")


class AlreadyBookedError(RuleBrokenError):
    """One return is booked once; whatever changes, changes that booking."""

    code = "already-booked"
    message = _("%(order)s is booked already. Change that booking, or cancel it.")


class NotBookedError(RuleBrokenError):
    """There is no booking to change, confirm or cancel."""

    code = "not-booked"
    message = _("%(order)s has no open booking.")


class NoForwarderError(RuleBrokenError):
    """Only Expeditors is booked by mail."""

    code = "not-booked-by-mail"
    message = _("Returns of %(order)s are not booked by mail: only Expeditors is asked that way.")


class NoDeskError(RuleBrokenError):
    """The policy has no address to send the request to."""

    code = "no-forwarder-desk"
    message = _("The policy has no mail address of Expeditors' desk for %(country)s. Ask the trials team to add it.")


class LabelsFirstError(RuleBrokenError):
    """A booking names every carton by the number on its label."""

    code = "carton-labels-first"
    message = _("Print the carton labels of %(serials)s first: the booking names each carton by its number.")


def move(current: BookingState, target: BookingState) -> BookingState:
    """Return *target*, if a booking may go there from *current*."""
    if target not in NEXT[current]:
        raise WrongStatusError(current, target)
    return target


def file_number_from(text: str) -> str:
    """Return the file number in *text*; raises `BadFileNumberError`."""
    number = "".join(text.split()).upper()
    if not is_file_number(number):
        raise BadFileNumberError(field="file_number", number=text.strip())
    return number


def is_file_number(text: str) -> bool:
    """Return whether *text* is written as the forwarder writes its file numbers."""
    return bool(_FILE_NUMBER.fullmatch(text))


def must_be_a_window(ready_at: datetime, closes_at: datetime, now: datetime) -> None:
    """Raise `BadPickupTimeError` unless the window lies ahead and on one day."""
    ahead = now < ready_at <= now + LONGEST_AHEAD
    if not ahead or not ready_at < closes_at or ready_at.date() != closes_at.date():
        raise BadPickupTimeError(field="ready_at")
