"""What people answer to a reminder: sent, a label is needed, lost, we want to buy (SPEC R-8)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, WrongStatusError, _
from rmatrack.domain.mails import LinkPurpose

LONGEST_NOTE = 500


class AnswerKind(StrEnum):
    """What is said of a unit."""

    SENT = "sent"
    LABEL = "label"
    LOST = "lost"
    BUY = "buy"


KIND_WORDS: dict[AnswerKind, str] = {
    AnswerKind.SENT: _("sent"),
    AnswerKind.LABEL: _("needs a label"),
    AnswerKind.LOST: _("said to be lost"),
    AnswerKind.BUY: _("wants to buy"),
}


class AnswerState(StrEnum):
    """What became of an answer."""

    OPEN = "open"
    REPLACED = "replaced"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DONE = "done"


STATE_WORDS: dict[AnswerState, str] = {
    AnswerState.OPEN: _("open"),
    AnswerState.REPLACED: _("replaced by a later answer"),
    AnswerState.ACCEPTED: _("accepted"),
    AnswerState.REFUSED: _("refused"),
    AnswerState.DONE: _("dealt with"),
}

_S = AnswerState

NEXT: dict[AnswerState, frozenset[AnswerState]] = {
    _S.OPEN: frozenset({_S.REPLACED, _S.ACCEPTED, _S.REFUSED, _S.DONE}),
    _S.REPLACED: frozenset(),
    _S.ACCEPTED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.DONE: frozenset(),
}


def move(current: AnswerState, target: AnswerState) -> AnswerState:
    """Return *target*, if an answer may go there from *current*."""
    if target not in NEXT[current]:
        raise WrongStatusError(current, target)
    return target


PURPOSES: dict[LinkPurpose, AnswerKind] = {
    LinkPurpose.RETURN_SENT: AnswerKind.SENT,
    LinkPurpose.RETURN_LABEL: AnswerKind.LABEL,
    LinkPurpose.RETURN_LOST: AnswerKind.LOST,
    LinkPurpose.RETURN_BUY: AnswerKind.BUY,
}
"""The signed links, each of which gives one answer."""


class Topic(StrEnum):
    """What an answer is about; of a unit one answer a topic stands, and a later one replaces it."""

    WHEREABOUTS = "whereabouts"
    LABEL = "label"
    WISH = "wish"


TOPICS: dict[AnswerKind, Topic] = {
    AnswerKind.SENT: Topic.WHEREABOUTS,
    AnswerKind.LOST: Topic.WHEREABOUTS,
    AnswerKind.LABEL: Topic.LABEL,
    AnswerKind.BUY: Topic.WISH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer about some units. `carrier` and `tracking` are what a typed number was recognised as."""

    kind: AnswerKind
    unit_ids: Collection[int]
    sent_on: date | None = None
    carrier: str = ""
    tracking: str = ""
    note: str = ""


class NoDevicesError(BadInputError):
    """An answer is about something."""

    code = "no-devices-chosen"
    message = _("Choose the devices that this is about.")

    def __init__(self) -> None:
        super().__init__(field="units")


class SentOnMissingError(BadInputError):
    """A parcel left on some day."""

    code = "sent-on-missing"
    message = _("Say on which day the carrier took the parcel.")

    def __init__(self) -> None:
        super().__init__(field="sent_on")


class SentOnError(BadInputError):
    """Nothing is sent back before it came, or tomorrow."""

    code = "bad-sent-on"
    message = _("The devices reached you after %(shipped)s, and today is %(today)s. Choose a day in between.")

    def __init__(self, shipped: date, today: date) -> None:
        super().__init__(field="sent_on", shipped=shipped, today=today)


class TrackingError(BadInputError):
    """A number that no carrier of ours gives."""

    code = "bad-tracking"
    message = _(
        "%(number)s is not a tracking number of UPS, DHL or Expeditors. Read it off the receipt again, or leave it out."
    )

    def __init__(self, number: str) -> None:
        super().__init__(field="tracking", number=number)


class NoteMissingError(BadInputError):
    """Logistics settles a loss by what is told of it."""

    code = "loss-not-told"
    message = _("Say in a few words what happened. Logistics decides by it.")

    def __init__(self) -> None:
        super().__init__(field="note")


class DecisionReasonError(BadInputError):
    """A decision needs a reason, for whoever reads the history."""

    code = "decision-reason-missing"
    message = _("Say in a few words why. The reason stands in the history of this device.")

    def __init__(self) -> None:
        super().__init__(field="reason")


class AllBackError(RuleBrokenError):
    """There is nothing left to answer."""

    code = "all-back"
    message = _("Thank you. Everything of order %(order)s is back or settled, so there is nothing left to do.")

    def __init__(self, order: str) -> None:
        super().__init__(order=order)


def checked(said: Said, *, shipped_on: date, today: date) -> Said:
    """Return *said*, if it has what its kind needs; *today* is the customer's."""
    if not said.unit_ids:
        raise NoDevicesError
    if said.kind is AnswerKind.SENT:
        if said.sent_on is None:
            raise SentOnMissingError
        # Somewhere it may be tomorrow already: a parcel is handed over where it is.
        if not shipped_on <= said.sent_on <= today + timedelta(days=1):
            raise SentOnError(shipped_on, today)
    if said.kind is AnswerKind.LOST and not said.note.strip():
        raise NoteMissingError
    return said
