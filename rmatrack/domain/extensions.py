"""Keeping devices longer: asked by the partner, decided by the trials team, 120 days at most (SPEC D-6)."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, WrongStatusError, _

LONGEST_REASON = 500


class ExtensionState(StrEnum):
    """How far a request is."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


WORDS: dict[ExtensionState, str] = {
    ExtensionState.REQUESTED: _("requested"),
    ExtensionState.APPROVED: _("approved"),
    ExtensionState.REFUSED: _("refused"),
    ExtensionState.WITHDRAWN: _("withdrawn"),
}

_E = ExtensionState

NEXT: dict[ExtensionState, frozenset[ExtensionState]] = {
    _E.REQUESTED: frozenset({_E.APPROVED, _E.REFUSED, _E.WITHDRAWN}),
    _E.APPROVED: frozenset(),
    _E.REFUSED: frozenset(),
    _E.WITHDRAWN: frozenset(),
}


class ExtensionTooLongError(RuleBrokenError):
    """A device trial has a longest duration."""

    code = "extension-too-long"
    message = _("Devices may stay %(days)s days after they were shipped, through %(latest)s. Ask for that day at most.")

    def __init__(self, latest: date, days: int) -> None:
        super().__init__(field="to_on", latest=latest, days=days)


class ExtensionNotLaterError(RuleBrokenError):
    """An extension moves the expiry on."""

    code = "extension-not-later"
    message = _("The EULA expires on %(expires)s as it is. Ask for a later day, and one that is still to come.")

    def __init__(self, expires: date) -> None:
        super().__init__(field="to_on", expires=expires)


class NothingOutError(RuleBrokenError):
    """What is back cannot be kept longer."""

    code = "nothing-out"
    message = _("None of these devices is still out, so there is nothing to extend.")


class ExtensionPendingError(RuleBrokenError):
    """One request for an order at a time."""

    code = "extension-pending"
    message = _(
        "An extension of %(order)s is waiting for the trials team already. Withdraw it first to ask for another."
    )

    def __init__(self, order: str) -> None:
        super().__init__(order=order)


class ReasonMissingError(BadInputError):
    """The trials team decides by the reason, and the partner learns why not."""

    code = "extension-reason"
    message = _("Give the reason in a few words.")

    def __init__(self) -> None:
        super().__init__(field="reason")


def move(current: ExtensionState, target: ExtensionState) -> ExtensionState:
    """Return *target*, if a request may go there from *current*."""
    if target not in NEXT[current]:
        raise WrongStatusError(current, target)
    return target


def latest_day(shipped_on: date, *, most_days: int) -> date:
    """Return the last day to which the EULA of a device may run."""
    return shipped_on + timedelta(days=most_days)


def must_be_possible(to_on: date, expiries: Iterable[date], *, shipped_on: date, today: date, most_days: int) -> None:
    """Raise where units whose EULA ends on *expiries* cannot be kept through *to_on*."""
    running = list(expiries)
    if not running:
        raise NothingOutError
    latest = latest_day(shipped_on, most_days=most_days)
    if to_on > latest:
        raise ExtensionTooLongError(latest, most_days)
    if to_on <= min(running) or to_on < today:
        raise ExtensionNotLaterError(min(running))


def reason_from(text: str) -> str:
    """Return a reason, shortened to what is kept; raises `ReasonMissingError`."""
    reason = " ".join(text.split())[:LONGEST_REASON]
    if not reason:
        raise ReasonMissingError
    return reason
