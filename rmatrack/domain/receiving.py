"""What a scan at the dock means: one of seven outcomes, and what has to be done about it (SPEC R-1, R-2, R-4, R-7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rmatrack.domain.discrepancies import DiscrepancyType
from rmatrack.domain.errors import _
from rmatrack.domain.identify import Kind
from rmatrack.domain.orders import GIVEN_UP, UnitStatus, is_settled
from rmatrack.domain.sentences import Sentence
from rmatrack.domain.serials import SerialKey


class Outcome(StrEnum):
    """The answer to a scan; these words are part of the API."""

    MATCHED = "matched"
    ALREADY_RECEIVED = "already_received"
    WRONG_ORDER = "wrong_order"
    WRONG_MODEL = "wrong_model"
    NEVER_SHIPPED = "never_shipped"
    NOT_A_SERIAL = "not_a_serial"
    SETTLED_BEFORE = "settled_before"


WORDS: dict[Outcome, str] = {
    Outcome.MATCHED: _("Matched"),
    Outcome.ALREADY_RECEIVED: _("Already received"),
    Outcome.WRONG_ORDER: _("Wrong order"),
    Outcome.WRONG_MODEL: _("Wrong model"),
    Outcome.NEVER_SHIPPED: _("Never shipped"),
    Outcome.NOT_A_SERIAL: _("Not a serial"),
    Outcome.SETTLED_BEFORE: _("Settled before"),
}

_O = Outcome

RECEIVES = frozenset({_O.MATCHED, _O.WRONG_ORDER, _O.WRONG_MODEL, _O.SETTLED_BEFORE})
"""The unit is in the building, so it is received, on its own order, whatever else is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """One unit on one demo order, as far as a scan needs it."""

    order: str
    model: str
    status: UnitStatus
    shipped_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was scanned, the loan its serial belongs to, and what the station expected.

    Without a box being open (`expected_order`) no unit can be in the wrong one; without a model read from the device
    (`claimed_model`) none can be the wrong model.
    """

    serial: SerialKey
    kind: Kind
    loan: Loan | None
    expected_order: str | None = None
    claimed_model: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the words that go with it, and which discrepancies it opens."""

    outcome: Outcome
    sentence: Sentence
    opens: tuple[DiscrepancyType, ...] = ()

    @property
    def receives(self) -> bool:
        """Say whether the unit is now received."""
        return self.outcome in RECEIVES


def loan_meant(loans: Iterable[Loan]) -> Loan | None:
    """Return the loan that a scan of a serial is about: the one that is still out, else the latest."""
    return max(
        loans, key=lambda loan: (not is_settled(loan.status), loan.shipped_on or date.min, loan.order), default=None
    )


def judge(seen: Seen) -> Verdict:
    """Return what a scan means. A serial that we shipped is one, whatever else it looks like."""
    if seen.loan is None:
        return _judge_stranger(seen)
    outcome = _outcome(seen, seen.loan)
    return Verdict(outcome, sentence(outcome, _params(seen, seen.loan)), tuple(_opened_by(seen, seen.loan)))


def sentence(outcome: Outcome, params: Mapping[str, object]) -> Sentence:
    """Return what is said with *outcome*; *params* are those of the first answer, where a scan is sent twice."""
    if outcome is Outcome.NOT_A_SERIAL and params["kind"] in OTHERWISE:
        return Sentence(OTHERWISE[params["kind"]], params)
    return Sentence(SENTENCES[outcome], params)


def _outcome(seen: Seen, loan: Loan) -> Outcome:
    if loan.status is UnitStatus.RECEIVED:
        return Outcome.ALREADY_RECEIVED
    if loan.status in GIVEN_UP:
        return Outcome.SETTLED_BEFORE
    if _is_in_wrong_box(seen, loan):
        return Outcome.WRONG_ORDER
    if _is_other_model(seen, loan):
        return Outcome.WRONG_MODEL
    return Outcome.MATCHED


def _opened_by(seen: Seen, loan: Loan) -> Iterable[DiscrepancyType]:
    """Yield everything that is wrong, not only what the outcome names.

    A unit that is received already may still lie in the wrong box: which of two scans came first makes no difference.
    """
    if loan.status in GIVEN_UP:
        yield DiscrepancyType.CAME_BACK_AFTER_SETTLED
    if _is_in_wrong_box(seen, loan):
        yield DiscrepancyType.WRONG_ORDER
    if _is_other_model(seen, loan):
        yield DiscrepancyType.WRONG_MODEL


def _is_in_wrong_box(seen: Seen, loan: Loan) -> bool:
    return seen.expected_order is not None and seen.expected_order != loan.order


def _is_other_model(seen: Seen, loan: Loan) -> bool:
    return seen.claimed_model is not None and seen.claimed_model.upper() != loan.model.upper()


def _judge_stranger(seen: Seen) -> Verdict:
    """Judge what no loan of ours carries. Another number of the box's is a slip of the gun and opens nothing."""
    params = {"serial": seen.serial, "kind": seen.kind}
    if seen.kind is Kind.SERIAL:
        outcome, opens = Outcome.NEVER_SHIPPED, [DiscrepancyType.UNKNOWN_SERIAL]
    else:
        outcome, opens = Outcome.NOT_A_SERIAL, [DiscrepancyType.MALFORMED] if seen.kind is Kind.UNKNOWN else []
    return Verdict(outcome, sentence(outcome, params), tuple(opens))


def _params(seen: Seen, loan: Loan) -> dict[str, object]:
    return {
        "serial": seen.serial,
        "order": loan.order,
        "model": loan.model,
        "status": loan.status,
        "expected": seen.expected_order or loan.order,
        "claimed": seen.claimed_model or loan.model,
    }


SENTENCES: dict[Outcome, str] = {
    Outcome.MATCHED: _("%(serial)s (%(model)s) is back from %(order)s. Put it with the received units."),
    Outcome.ALREADY_RECEIVED: _("%(serial)s of %(order)s is received already. There is nothing to do."),
    Outcome.WRONG_ORDER: _(
        "%(serial)s belongs to %(order)s, not to %(expected)s. It is received on %(order)s: take it out of this box."
    ),
    Outcome.WRONG_MODEL: _(
        "%(serial)s of %(order)s went out as %(model)s and says %(claimed)s. It is received: put it aside for checking."
    ),
    Outcome.NEVER_SHIPPED: _(
        "We never shipped %(serial)s. It is parked: put the device aside, and read the serial on it once more."
    ),
    Outcome.NOT_A_SERIAL: _("That was the %(kind)s on the box. Scan the serial number on the device."),
    Outcome.SETTLED_BEFORE: _(
        "%(serial)s of %(order)s was settled as %(status)s, and now it is here. It is received: put it aside."
    ),
}

OTHERWISE: dict[object, str] = {
    Kind.UNKNOWN: _("That was not a serial number. Scan the barcode marked S/N on the device."),
    Kind.MISTYPED_RMA: _(
        "%(serial)s looks like an RMA number, but its last character does not fit the others. Scan it again, or check"
        " it for a typing error."
    ),
}
"""By what was scanned instead of a serial, where the usual sentence does not do."""
