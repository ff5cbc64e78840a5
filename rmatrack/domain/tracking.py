"""Where a parcel is on its way back, what that makes of its label, and when its carrier is asked again (C-5, C-11).

What a carrier reports is only ever added to; where the parcel is follows from all reports together, so that their order
and their number change nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.labels import NEXT, LabelState


class Whereabouts(StrEnum):
    """Where a parcel is: one vocabulary for all carriers."""

    ANNOUNCED = "announced"
    MISSED = "missed"
    IN_TRANSIT = "in-transit"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out-for-delivery"
    HELD_UP = "held-up"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    VOIDED = "voided"


WORDS: dict[Whereabouts, str] = {
    Whereabouts.ANNOUNCED: _("announced to the carrier"),
    Whereabouts.MISSED: _("pickup tried in vain"),
    Whereabouts.IN_TRANSIT: _("on its way"),
    Whereabouts.CUSTOMS: _("at customs"),
    Whereabouts.OUT_FOR_DELIVERY: _("out for delivery"),
    Whereabouts.HELD_UP: _("held up"),
    Whereabouts.DELIVERED: _("delivered"),
    Whereabouts.RETURNING: _("going back to the sender"),
    Whereabouts.RETURNED: _("back with the sender"),
    Whereabouts.LOST: _("lost by the carrier"),
    Whereabouts.VOIDED: _("label taken back"),
}


class Source(StrEnum):
    """How we know of an event."""

    ASKED = "asked"
    TOLD = "told"
    PERSON = "person"


SOURCE_WORDS: dict[Source, str] = {
    Source.ASKED: _("the carrier, when asked"),
    Source.TOLD: _("the carrier, of itself"),
    Source.PERSON: _("a person"),
}

SAYABLE = (
    Whereabouts.IN_TRANSIT,
    Whereabouts.CUSTOMS,
    Whereabouts.HELD_UP,
    Whereabouts.DELIVERED,
    Whereabouts.RETURNING,
    Whereabouts.RETURNED,
    Whereabouts.LOST,
)
"""What a person may record who has it from elsewhere: a phone call, a mail, a delivery note."""

LONGEST_EVIDENCE = 300


class NoEvidenceError(BadInputError):
    """A person records a state without saying how it is known."""

    code = "no-evidence"
    message = _("Say how you know: who told you, or which paper shows it.")

    def __init__(self) -> None:
        super().__init__(field="evidence")


class NotYetError(BadInputError):
    """A report of what has not happened."""

    code = "in-the-future"
    message = _("This lies in the future. Enter the day and time at which it happened.")

    def __init__(self) -> None:
        super().__init__(field="at")


class NotSayableError(BadInputError):
    """Only the carrier can say this."""

    code = "not-sayable"
    message = _("That a parcel is %(state)s is not recorded by hand. Choose another state.")

    def __init__(self, state: Whereabouts) -> None:
        super().__init__(field="state", state=state)


class NotYoursToWithdrawError(RuleBrokenError):
    """What a carrier reported stays."""

    code = "not-withdrawable"
    message = _("Only what a person recorded can be taken back, and only once.")


def must_be_sayable(state: Whereabouts, at: datetime, evidence: str, now: datetime) -> str:
    """Return *evidence* as it is kept; raises the first thing that is wrong."""
    if state not in SAYABLE:
        raise NotSayableError(state)
    if at > now:
        raise NotYetError
    if not evidence.strip():
        raise NoEvidenceError
    return evidence.strip()[:LONGEST_EVIDENCE]


@dataclass(frozen=True, slots=True)
class Standing:
    """What all reports of one parcel say together."""

    whereabouts: Whereabouts | None = None
    since: datetime | None = None
    moved_at: datetime | None = None
    delivered_at: datetime | None = None
    voided_at: datetime | None = None


_VOIDABLE = frozenset({
    LabelState.CREATED, LabelState.PRINTED, LabelState.SUPERSEDED, LabelState.VOID_REQUESTED, LabelState.VOID_FAILED,
    LabelState.EXPIRED,
})  # fmt: skip


def label_state(resting: LabelState, standing: Standing) -> LabelState:
    """Return the state of a label that was *resting* before its carrier said anything, once it has said *standing*.

    A parcel that is back with its sender leaves its label used up: it is asked for anew.
    """
    if standing.moved_at is None:
        return LabelState.VOIDED if standing.voided_at and resting in _VOIDABLE else resting
    match standing.whereabouts:
        case Whereabouts.DELIVERED:
            seen = LabelState.DELIVERED
        case Whereabouts.RETURNED:
            seen = LabelState.RETURNED
        case _:
            seen = LabelState.IN_TRANSIT
    return seen if LabelState.IN_TRANSIT in NEXT[resting] else resting


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a carrier is asked about a parcel: at first, at most rarely, and for how long without any news."""

    first: timedelta
    longest: timedelta
    gives_up: timedelta


_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_UNSEEN = Pace(6 * _HOUR, 2 * _DAY, 200 * _DAY)
"""A label may lie in its box for a whole trial before it travels."""

PACES: dict[Whereabouts | None, Pace] = {
    None: _UNSEEN,
    Whereabouts.ANNOUNCED: _UNSEEN,
    Whereabouts.MISSED: Pace(4 * _HOUR, _DAY, 60 * _DAY),
    Whereabouts.IN_TRANSIT: Pace(2 * _HOUR, _DAY, 60 * _DAY),
    Whereabouts.CUSTOMS: Pace(4 * _HOUR, _DAY, 60 * _DAY),
    Whereabouts.OUT_FOR_DELIVERY: Pace(_HOUR, 12 * _HOUR, 30 * _DAY),
    Whereabouts.HELD_UP: Pace(4 * _HOUR, _DAY, 60 * _DAY),
    Whereabouts.DELIVERED: Pace(_DAY, 4 * _DAY, 10 * _DAY),
    Whereabouts.RETURNING: Pace(6 * _HOUR, _DAY, 60 * _DAY),
    Whereabouts.RETURNED: Pace(2 * _DAY, 4 * _DAY, 8 * _DAY),
    Whereabouts.LOST: Pace(_DAY, 4 * _DAY, 30 * _DAY),
    Whereabouts.VOIDED: Pace(2 * _DAY, 7 * _DAY, 60 * _DAY),
}
"""Delivered, returned and voided parcels are still asked about for a while: such reports are taken back at times."""

_SLOWER = 8
"""The wait is so small a part of the time without news."""

_FIRST_RETRY = timedelta(minutes=5)
_LONGEST_RETRY = timedelta(hours=6)


def next_ask(whereabouts: Whereabouts | None, news_at: datetime, now: datetime) -> datetime | None:
    """Return when the carrier is asked again about a parcel of which *news_at* was the last news; None is never."""
    pace, quiet = PACES[whereabouts], now - news_at
    if quiet > pace.gives_up:
        return None
    return now + min(max(pace.first, quiet / _SLOWER), pace.longest)


def retry_at(failures: int, now: datetime, after_seconds: float | None = None) -> datetime:
    """Return when to ask again after so many *failures* in a row, not before the carrier said."""
    doubled: int = 2 ** min(max(failures - 1, 0), 10)
    wait = min(_FIRST_RETRY * doubled, _LONGEST_RETRY)
    return now + max(wait, timedelta(seconds=after_seconds or 0))


class FlagKind(StrEnum):
    """Why somebody at the dock should look at a parcel. Of several that hold, the first counts."""

    DEAD_LABEL_MOVES = "dead-label-moves"
    VOIDED_ELSEWHERE = "voided-elsewhere"
    LOST = "lost"
    GOES_BACK = "goes-back"
    NOT_SCANNED = "delivered-not-scanned"
    NOT_DELIVERED = "scanned-not-delivered"
    HELD_UP = "held-up"
    NOT_ASKED = "cannot-be-asked"


FLAG_WORDS: dict[FlagKind, str] = {
    FlagKind.DEAD_LABEL_MOVES: _("a dead label travels"),
    FlagKind.VOIDED_ELSEWHERE: _("voided in another tool"),
    FlagKind.LOST: _("lost by the carrier"),
    FlagKind.GOES_BACK: _("goes back to the customer"),
    FlagKind.NOT_SCANNED: _("delivered, not scanned"),
    FlagKind.NOT_DELIVERED: _("scanned, not delivered"),
    FlagKind.HELD_UP: _("held up too long"),
    FlagKind.NOT_ASKED: _("the carrier does not answer for it"),
}

ADVICE: dict[FlagKind, str] = {
    FlagKind.DEAD_LABEL_MOVES: _(
        "A label that was replaced or voided is on a box. The parcel may still arrive: expect it under this number, and"
        " check the carrier's bill for both."
    ),
    FlagKind.VOIDED_ELSEWHERE: _(
        "The carrier says that this label was taken back, and nobody did that here. Find out who did, then print a new"
        " label for the customer."
    ),
    FlagKind.LOST: _("Ask the carrier for its investigation, then settle the device as lost or wait for it."),
    FlagKind.GOES_BACK: _("The carrier could not deliver it. Call the customer, and send a new label."),
    FlagKind.NOT_SCANNED: _("The carrier says it is here. Look for the box at the dock and scan it, or ask for proof."),
    FlagKind.NOT_DELIVERED: _(
        "The device was scanned here, and the carrier still has its parcel on the way. It may have come in another box:"
        " look what travels under this number."
    ),
    FlagKind.HELD_UP: _(
        "Nothing has moved for days. Ask the carrier what it waits for: an address, papers, a payment."
    ),
    FlagKind.NOT_ASKED: _("The carrier refuses to tell about this number, and is not asked again. Record by hand."),
}


class LaidAsideError(RuleBrokenError):
    """Somebody has looked at this already."""

    code = "flag-laid-aside"
    message = _("This was laid aside before. There is nothing to do.")


def working_days_before(day: date, count: int, is_working: Callable[[date], bool]) -> date:
    """Return the day that lies *count* working days before *day*."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working(day)
    return day
