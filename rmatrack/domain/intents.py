"""The life of a label that a carrier is asked for, and of a number that it is to take back (SPEC C-6, C-11)."""

from enum import StrEnum

from rmatrack.domain.errors import _


class IntentState(StrEnum):
    """How far buying a label is. What is `unclear` is asked about before anything is bought again."""

    WANTED = "wanted"
    CALLING = "calling"
    UNCLEAR = "unclear"
    MADE = "made"
    REFUSED = "refused"
    DROPPED = "dropped"


WORDS: dict[IntentState, str] = {
    IntentState.WANTED: _("waits for the carrier"),
    IntentState.CALLING: _("being asked for"),
    IntentState.UNCLEAR: _("answer lost, being asked again"),
    IntentState.MADE: _("made"),
    IntentState.REFUSED: _("refused by the carrier"),
    IntentState.DROPPED: _("not needed any more"),
}

OPEN = frozenset({IntentState.WANTED, IntentState.CALLING, IntentState.UNCLEAR})


class VoidState(StrEnum):
    """Whether a carrier took a number back. One that cannot be taken back is watched: it may turn up on a box."""

    WANTED = "wanted"
    VOIDED = "voided"
    REFUSED = "refused"


VOID_WORDS: dict[VoidState, str] = {
    VoidState.WANTED: _("being taken back"),
    VoidState.VOIDED: _("taken back"),
    VoidState.REFUSED: _("not taken back"),
}
