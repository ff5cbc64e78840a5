"""What did not match: its types, and why one may be closed (SPEC R-2, R-4, R-5)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from rmatrack.domain.errors import RuleBrokenError, _


class DiscrepancyType(StrEnum):
    """What is wrong between the record and what stands on the dock."""

    UNKNOWN_SERIAL = "unknown-serial"
    WRONG_ORDER = "wrong-order"
    WRONG_MODEL = "wrong-model"
    CAME_BACK_AFTER_SETTLED = "came-back-after-settled"
    MALFORMED = "malformed"
    MISSING = "missing"


WORDS: dict[DiscrepancyType, str] = {
    DiscrepancyType.UNKNOWN_SERIAL: _("unknown serial"),
    DiscrepancyType.WRONG_ORDER: _("unit of another order"),
    DiscrepancyType.WRONG_MODEL: _("wrong model"),
    DiscrepancyType.CAME_BACK_AFTER_SETTLED: _("came back after it was settled"),
    DiscrepancyType.MALFORMED: _("unreadable code"),
    DiscrepancyType.MISSING: _("missing from the box"),
}


class Age(StrEnum):
    """How long a discrepancy has been open."""

    TODAY = "today"
    DAYS = "days"
    LONG = "long"


AGE_WORDS: dict[Age, str] = {
    Age.TODAY: _("less than a day"),
    Age.DAYS: _("1 to 3 days"),
    Age.LONG: _("longer than 3 days"),
}

AT_LEAST: dict[Age, timedelta] = {Age.TODAY: timedelta(0), Age.DAYS: timedelta(days=1), Age.LONG: timedelta(days=3)}


def age_of(opened_at: datetime, now: datetime) -> Age:
    """Return how long something opened then has been open."""
    return next((age for age in reversed(Age) if now - opened_at >= AT_LEAST[age]), Age.TODAY)


class ClosingReason(StrEnum):
    """Why a discrepancy needs no more attention."""

    MATCHED_LATER = "matched-later"
    SHIPMENT_CORRECTED = "shipment-corrected"
    SCANNED_AGAIN = "scanned-again"
    NOT_OURS = "not-ours"
    TAKEN_INTO_STOCK = "taken-into-stock"
    RECEIVED_ON_OWN_ORDER = "received-on-own-order"
    MODEL_CHECKED = "model-checked"
    SETTLEMENT_REVERSED = "settlement-reversed"
    SENT_BACK = "sent-back"
    NOT_A_UNIT = "not-a-unit"
    FOUND = "found"
    SETTLED = "settled"
    SCAN_UNDONE = "scan-undone"


REASON_WORDS: dict[ClosingReason, str] = {
    ClosingReason.MATCHED_LATER: _("the shipment was imported or corrected, and it matched"),
    ClosingReason.SHIPMENT_CORRECTED: _("the recorded shipment was wrong and is corrected"),
    ClosingReason.SCANNED_AGAIN: _("misread; the right serial is scanned"),
    ClosingReason.NOT_OURS: _("not ours; sent back to its owner"),
    ClosingReason.TAKEN_INTO_STOCK: _("ours without a demo order; taken into stock"),
    ClosingReason.RECEIVED_ON_OWN_ORDER: _("received on its own order"),
    ClosingReason.MODEL_CHECKED: _("looked at; the unit is the one we shipped"),
    ClosingReason.SETTLEMENT_REVERSED: _("the settlement is reversed"),
    ClosingReason.SENT_BACK: _("sent back to the customer"),
    ClosingReason.NOT_A_UNIT: _("no device belongs to this code"),
    ClosingReason.FOUND: _("found"),
    ClosingReason.SETTLED: _("settled as lost, bought or written off"),
    ClosingReason.SCAN_UNDONE: _("the scan was undone"),
}

ADVICE: dict[DiscrepancyType, str] = {
    DiscrepancyType.UNKNOWN_SERIAL: _(
        "Read the serial on the device once more. If its shipment is missing here, import it; it matches by itself."
    ),
    DiscrepancyType.WRONG_ORDER: _("It belongs to %(order)s and is received there. Take it out of this box."),
    DiscrepancyType.WRONG_MODEL: _("We shipped it as %(model)s, and it says %(claimed)s. Look at the device."),
    DiscrepancyType.CAME_BACK_AFTER_SETTLED: _(
        "It was settled as %(status)s before it came. Reverse the settlement, or send the device back."
    ),
    DiscrepancyType.MALFORMED: _("This is not a serial number. Scan the barcode marked S/N on the device."),
    DiscrepancyType.MISSING: _("It should have been in the box. Ask the customer, or look for it in the others."),
}
"""What to do; filled with what was kept as the suggestion."""

_R = ClosingReason

CLOSED_BY: dict[DiscrepancyType, frozenset[ClosingReason]] = {
    DiscrepancyType.UNKNOWN_SERIAL: frozenset(
        {_R.MATCHED_LATER, _R.SHIPMENT_CORRECTED, _R.SCANNED_AGAIN, _R.NOT_OURS, _R.TAKEN_INTO_STOCK, _R.SCAN_UNDONE}
    ),
    DiscrepancyType.WRONG_ORDER: frozenset({_R.RECEIVED_ON_OWN_ORDER, _R.SHIPMENT_CORRECTED, _R.SCAN_UNDONE}),
    DiscrepancyType.WRONG_MODEL: frozenset({_R.MODEL_CHECKED, _R.SHIPMENT_CORRECTED, _R.NOT_OURS, _R.SCAN_UNDONE}),
    DiscrepancyType.CAME_BACK_AFTER_SETTLED: frozenset({_R.SETTLEMENT_REVERSED, _R.SENT_BACK, _R.SCAN_UNDONE}),
    DiscrepancyType.MALFORMED: frozenset({_R.SCANNED_AGAIN, _R.NOT_A_UNIT, _R.NOT_OURS, _R.SCAN_UNDONE}),
    DiscrepancyType.MISSING: frozenset({_R.FOUND, _R.SHIPMENT_CORRECTED, _R.SETTLED}),
}

BY_ITSELF = frozenset({_R.MATCHED_LATER, _R.SCAN_UNDONE})
"""Reasons that the system gives; a person is not offered them."""


class ClosingReasonError(RuleBrokenError):
    """The reason does not fit the type of discrepancy."""

    code = "wrong-closing-reason"
    message = _("A discrepancy of the type %(type)s is not closed because of: %(reason)s. Choose another reason.")

    def __init__(self, type_: DiscrepancyType, reason: ClosingReason) -> None:
        super().__init__(field="reason", type=type_, reason=reason)


def closing_reason(type_: DiscrepancyType, reason: ClosingReason) -> ClosingReason:
    """Return *reason*, if it closes a discrepancy of that type."""
    if reason not in CLOSED_BY[type_]:
        raise ClosingReasonError(type_, reason)
    return reason


SCANNED_AGAIN_WITHIN = timedelta(hours=1)
"""A serial that was misread is read again at once; a device that comes later is another."""


def safe_reason(
    type_: DiscrepancyType,
    opened_at: datetime,
    *,
    unit_received: datetime | None,
    near_received: datetime | None,
) -> ClosingReason | None:
    """Return the reason that what happened since speaks for by itself, for one click; None where a person must look.

    `near_received` is when the serial that was probably meant came in.
    """
    match type_:
        case DiscrepancyType.WRONG_ORDER if unit_received:
            return ClosingReason.RECEIVED_ON_OWN_ORDER
        case DiscrepancyType.MISSING if unit_received:
            return ClosingReason.FOUND
        case DiscrepancyType.UNKNOWN_SERIAL if near_received:
            is_soon = opened_at <= near_received <= opened_at + SCANNED_AGAIN_WITHIN
            return ClosingReason.SCANNED_AGAIN if is_soon else None
    return None


def common_reasons(types: Collection[DiscrepancyType]) -> list[ClosingReason]:
    """Return the reasons that a person may close all of these with; none where their types share none."""
    if not types:
        return []
    return [reason for reason in ClosingReason if all(reason in CLOSED_BY[type_] - BY_ITSELF for type_ in types)]


def reasons_offered(type_: DiscrepancyType) -> list[ClosingReason]:
    """Return the reasons that a person may choose from, in their order."""
    return [reason for reason in ClosingReason if reason in CLOSED_BY[type_] - BY_ITSELF]
