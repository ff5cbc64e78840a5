"""The life of a label: one carrier document for one parcel, with one number for ever (SPEC C-6, C-8, C-9)."""

from datetime import date, timedelta
from enum import StrEnum

from rmatrack.domain.errors import WrongStatusError, _


class LabelState(StrEnum):
    """Where a label stands. That it was replaced is recorded beside it too: voiding moves the state on."""

    INTENT = "intent"
    HELD = "held"
    CREATED = "created"
    PRINTED = "printed"
    IN_TRANSIT = "in-transit"
    DELIVERED = "delivered"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    VOID_REQUESTED = "void-requested"
    VOIDED = "voided"
    VOID_FAILED = "void-failed"
    EXPIRED = "expired"


WORDS: dict[LabelState, str] = {
    LabelState.INTENT: _("being made"),
    LabelState.HELD: _("held back"),
    LabelState.CREATED: _("ready"),
    LabelState.PRINTED: _("printed"),
    LabelState.IN_TRANSIT: _("on its way"),
    LabelState.DELIVERED: _("delivered"),
    LabelState.RETURNED: _("back with the sender"),
    LabelState.SUPERSEDED: _("superseded"),
    LabelState.VOID_REQUESTED: _("being voided"),
    LabelState.VOIDED: _("voided"),
    LabelState.VOID_FAILED: _("could not be voided"),
    LabelState.EXPIRED: _("expired"),
}

_L = LabelState
_SEEN = {_L.IN_TRANSIT, _L.DELIVERED, _L.RETURNED}
_AGED = {_L.SUPERSEDED, _L.VOID_REQUESTED, _L.EXPIRED}

NEXT: dict[LabelState, frozenset[LabelState]] = {
    _L.INTENT: frozenset({_L.CREATED, _L.HELD, _L.VOIDED, _L.VOID_REQUESTED}),
    _L.HELD: frozenset({_L.CREATED, _L.SUPERSEDED, _L.VOID_REQUESTED}),
    _L.CREATED: frozenset({_L.PRINTED, _L.HELD} | _SEEN | _AGED),
    _L.PRINTED: frozenset(_SEEN | _AGED),
    _L.SUPERSEDED: frozenset({_L.VOID_REQUESTED, _L.EXPIRED} | _SEEN),
    _L.VOID_REQUESTED: frozenset({_L.VOIDED, _L.VOID_FAILED} | _SEEN),
    _L.VOID_FAILED: frozenset({_L.VOID_REQUESTED, _L.EXPIRED} | _SEEN),
    _L.VOIDED: frozenset(_SEEN),
    _L.EXPIRED: frozenset({_L.SUPERSEDED} | _SEEN),
    _L.IN_TRANSIT: frozenset({_L.DELIVERED, _L.RETURNED}),
    _L.DELIVERED: frozenset({_L.IN_TRANSIT, _L.RETURNED}),
    _L.RETURNED: frozenset({_L.IN_TRANSIT, _L.DELIVERED}),
}
"""A dead label that turns up on a box still travels. An intent that a carrier refused is void from the start. What a
carrier says later may belong before what it said first, and what a person recorded may be taken back: `domain.tracking`
says where a label stands by all reports together."""

MOVING = frozenset({_L.IN_TRANSIT, _L.DELIVERED})
"""The carrier has the parcel: reminders and charges stop (SPEC D-5)."""

WITHOUT_END = frozenset({"expeditors"})
"""Carriers whose labels are ours alone, so that nobody lets them expire."""

PRINTABLE = frozenset({_L.CREATED, _L.PRINTED})
"""Released and not replaced: the only labels that may leave the system."""

DEAD = frozenset({_L.SUPERSEDED, _L.VOID_REQUESTED, _L.VOIDED, _L.VOID_FAILED, _L.EXPIRED, _L.RETURNED})
"""Should not be on a box; where a carrier sees one, somebody must look at it."""


def needs_check(
    state: LabelState,
    carrier: str,
    *,
    issued_on: date,
    due_on: date,
    today: date,
    life_days: int,
    sight_days: int,
) -> bool:
    """Return whether a label is *life_days* old while its unit is not due within *sight_days*: it may expire before."""
    is_aged = today >= issued_on + timedelta(days=life_days)
    is_far = due_on > today + timedelta(days=sight_days)
    return state in PRINTABLE and carrier not in WITHOUT_END and is_aged and is_far


def move(current: LabelState, target: LabelState) -> LabelState:
    """Return *target*, if a label may go there from *current*."""
    if target not in NEXT[current]:
        raise WrongStatusError(current, target)
    return target


class NumberSource(StrEnum):
    """Where an account's numbers come from."""

    LIVE = "live"
    RANGE = "range"
    SPECIMEN = "specimen"


SOURCE_WORDS: dict[NumberSource, str] = {
    NumberSource.LIVE: _("from the carrier"),
    NumberSource.RANGE: _("from an allotted range"),
    NumberSource.SPECIMEN: _("specimen, not for carriage"),
}
