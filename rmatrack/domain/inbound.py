"""Mail that comes in: answered by itself where everything holds, else left to a person (SPEC F-4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _


class InboundState(StrEnum):
    """How far an incoming mail is."""

    STORED = "stored"
    """Taken in, not judged yet: a moment, or until the next round after a crash."""
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


WORDS: dict[InboundState, str] = {
    InboundState.STORED: _("just came in"),
    InboundState.WAITING: _("waits for a person"),
    InboundState.ANSWERED: _("answered by itself"),
    InboundState.CLOSED: _("closed"),
}


class WhyNot(StrEnum):
    """Why a mail was not answered by itself, the first reason that holds."""

    UNREADABLE = "unreadable"
    LOOP = "loop"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    TOO_MANY = "too-many"
    NO_KEYS = "no-keys"
    STRANGER = "stranger"
    FORGED = "not-authenticated"
    NOT_PROVEN = "not-proven"


WHY_WORDS: dict[WhyNot, str] = {
    WhyNot.UNREADABLE: _("cannot be read"),
    WhyNot.LOOP: _("our own mail, come back"),
    WhyNot.BOUNCE: _("a mail of ours was not delivered"),
    WhyNot.AUTOMATIC: _("sent by a program"),
    WhyNot.TOO_MANY: _("many answers to this address today"),
    WhyNot.NO_KEYS: _("no number in it that we know how to look up"),
    WhyNot.STRANGER: _("the sender is nobody we know"),
    WhyNot.FORGED: _("the sender is not authenticated"),
    WhyNot.NOT_PROVEN: _("what it says proves no order"),
}


class Closing(StrEnum):
    """Why a person closed a mail."""

    ANSWERED = "answered"
    BY_PHONE = "by-phone"
    NOTHING_TO_DO = "nothing-to-do"
    NOT_FOR_US = "not-for-us"


CLOSING_WORDS: dict[Closing, str] = {
    Closing.ANSWERED: _("answered by mail"),
    Closing.BY_PHONE: _("answered by phone"),
    Closing.NOTHING_TO_DO: _("nothing to do"),
    Closing.NOT_FOR_US: _("not for us"),
}

ANSWERS_A_DAY = 5
"""More than so many answers to one address in a day, and two programs may be talking to each other."""

DAY = timedelta(days=1)

MOST_BYTES = 10 * 1024 * 1024
"""What is kept of a message; text stands at its beginning."""

LONGEST_TEXT = 100_000
LONGEST_SUBJECT = 500
LONGEST_NOTE = 500
MOST_HOPS = 25
"""A mail that passed more servers is going round in circles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides whether a mail is answered by itself."""

    readable: bool
    is_our_own: bool
    is_bounce: bool
    is_automatic: bool
    answered_today: int
    has_keys: bool
    is_known: bool
    """The sender is a user of a partner or a customer's administrator."""
    is_authentic: bool
    numbers: Sequence[str]
    """The orders that the sender proved, among those it may be told of."""


def why_not(facts: Facts) -> WhyNot | None:
    """Return the first reason against an answer, or None."""
    reasons = (
        (not facts.readable, WhyNot.UNREADABLE),
        (facts.is_our_own, WhyNot.LOOP),
        (facts.is_bounce, WhyNot.BOUNCE),
        (facts.is_automatic, WhyNot.AUTOMATIC),
        (facts.answered_today >= ANSWERS_A_DAY, WhyNot.TOO_MANY),
        (not facts.has_keys, WhyNot.NO_KEYS),
        (not facts.is_known, WhyNot.STRANGER),
        (not facts.is_authentic, WhyNot.FORGED),
        (not facts.numbers, WhyNot.NOT_PROVEN),
    )
    return next((why for holds, why in reasons if holds), None)


class MailIsClosedError(RuleBrokenError):
    """Somebody was faster, or it was answered by itself."""

    code = "mail-is-closed"
    message = _("This mail is %(state)s; nothing is left to do with it.")

    def __init__(self, state: InboundState) -> None:
        super().__init__(state=state)


class NoteTooLongError(BadInputError):
    """A note is a line or two."""

    code = "note-too-long"
    message = _("A note has at most %(most)s characters. Shorten it.")

    def __init__(self) -> None:
        super().__init__(field="note", most=LONGEST_NOTE)
