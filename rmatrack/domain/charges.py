"""Proposals to charge for a unit that does not come back, or comes back damaged: their life and who decides (R-9)."""

from enum import StrEnum

from rmatrack.domain.errors import BadInputError, WrongStatusError, _

LONGEST_WORDS = 1000


class ChargeState(StrEnum):
    """How far a proposal is."""

    PROPOSED = "proposed"
    NOTIFIED = "notified"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"
    TO_CREDIT = "to-credit"
    CREDITED = "credited"


WORDS: dict[ChargeState, str] = {
    ChargeState.PROPOSED: _("proposed"),
    ChargeState.NOTIFIED: _("partner notified"),
    ChargeState.DISPUTED: _("disputed"),
    ChargeState.ACCEPTED: _("to be charged"),
    ChargeState.WAIVED: _("waived"),
    ChargeState.WITHDRAWN: _("withdrawn"),
    ChargeState.TO_CREDIT: _("to credit"),
    ChargeState.CREDITED: _("credited"),
}

_C = ChargeState

NEXT: dict[ChargeState, frozenset[ChargeState]] = {
    _C.PROPOSED: frozenset({_C.NOTIFIED, _C.DISPUTED, _C.ACCEPTED, _C.WAIVED, _C.WITHDRAWN}),
    _C.NOTIFIED: frozenset({_C.DISPUTED, _C.ACCEPTED, _C.WAIVED, _C.WITHDRAWN}),
    _C.DISPUTED: frozenset({_C.ACCEPTED, _C.WAIVED, _C.WITHDRAWN}),
    _C.ACCEPTED: frozenset({_C.TO_CREDIT}),
    _C.WAIVED: frozenset(),
    _C.WITHDRAWN: frozenset(),
    _C.TO_CREDIT: frozenset({_C.CREDITED, _C.ACCEPTED}),
    _C.CREDITED: frozenset(),
}
"""A unit that comes in after all withdraws what is undecided, and turns what was charged into something to credit."""

UNDECIDED = frozenset({_C.PROPOSED, _C.NOTIFIED, _C.DISPUTED})
STANDING = UNDECIDED | {_C.ACCEPTED, _C.TO_CREDIT}
"""Of a unit and cause at most one proposal stands; the database says so."""
FINAL = STANDING | {_C.WAIVED, _C.CREDITED}
"""While it stands, or once it was decided so, nothing is proposed again for the same due day."""
CHARGED = frozenset({_C.ACCEPTED, _C.TO_CREDIT})
DECISIONS = (_C.ACCEPTED, _C.WAIVED, _C.CREDITED)
"""What a person decides; the rest follows from what happens."""


class ChargeCause(StrEnum):
    """Why a charge is proposed."""

    NOT_RETURNED = "not-returned"
    CONDITION = "condition"


CAUSE_WORDS: dict[ChargeCause, str] = {
    ChargeCause.NOT_RETURNED: _("not returned"),
    ChargeCause.CONDITION: _("damaged or incomplete"),
}


class Withdrawal(StrEnum):
    """What made a proposal untrue."""

    RECEIVED = "received"
    MOVED = "moved"
    EXTENDED = "extended"
    SETTLED = "settled"
    REVISED = "revised"


WITHDRAWAL_WORDS: dict[Withdrawal, str] = {
    Withdrawal.RECEIVED: _("The device has come in."),
    Withdrawal.MOVED: _("The carrier has the parcel."),
    Withdrawal.EXTENDED: _("The device has a new due day."),
    Withdrawal.SETTLED: _("The device was settled otherwise."),
    Withdrawal.REVISED: _("The inspection has another verdict."),
}

CREDITS = frozenset({Withdrawal.RECEIVED, Withdrawal.REVISED})
"""What happened after a device was charged, so that the charge is to be credited."""


class ChargeReasonError(BadInputError):
    """A decision is told to the partner with its reason."""

    code = "charge-reason-missing"
    message = _("Give the reason in a few words. The partner reads it.")

    def __init__(self) -> None:
        super().__init__(field="reason")


class DisputeWordsError(BadInputError):
    """A dispute says what is wrong."""

    code = "dispute-words-missing"
    message = _("Say what is not right about this charge. Logistics reads it and decides.")

    def __init__(self) -> None:
        super().__init__(field="words")


def move(current: ChargeState, target: ChargeState) -> ChargeState:
    """Return *target*, if a proposal may go there from *current*."""
    if target not in NEXT[current]:
        raise WrongStatusError(current, target)
    return target


def decisions_open_to(state: ChargeState) -> list[ChargeState]:
    """Return what a person may decide about a proposal that is *state*; what was charged is at most credited."""
    return [target for target in DECISIONS if target in NEXT[state] and not (state in CHARGED and target in CHARGED)]


def decided(current: ChargeState, target: ChargeState) -> ChargeState:
    """Return *target*, if a person may decide it about a proposal that is *current*."""
    if target not in decisions_open_to(current):
        raise WrongStatusError(current, target)
    return target
