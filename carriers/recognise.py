"""What the scanner just read: a carrier's number, another of its barcodes, or nothing of a carrier's.

A box wears several barcodes, so the tell-tale beginnings are tried before the plain rows of digits.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from carriers import dhl, gs1, ups
from carriers.countries import NUMERIC


class Kind(StrEnum):
    UPS_TRACKING = "ups-tracking"
    DHL_PIECE = "dhl-piece"
    SSCC = "sscc"
    POSTAL = "postal"
    ROUTING = "routing"
    DHL_WAYBILL = "dhl-waybill"


@dataclass(frozen=True, slots=True)
class Recognised:
    """`holds` says whether the check character is right; None where the number has none."""

    kind: Kind
    number: str
    holds: bool | None


def recognise(raw: str) -> Recognised | None:
    """Return which carrier's number *raw* is, as scanned or typed; None when it is none."""
    if "[)>" in raw:
        return _ups_message(raw)
    text = bare(raw)
    return next((found for reader in _READERS if (found := reader(text))), None)


def bare(raw: str) -> str:
    """Return *raw* in capitals without the scanner's prefix (`]C0`) and without blanks, dashes and brackets."""
    unprefixed = re.sub(r"^\s*\][A-Za-z][0-9A-Za-z]", "", raw)
    return re.sub(r"[\s()\x1d-]", "", unprefixed.upper())


def _ups_tracking(text: str) -> Recognised | None:
    if not re.fullmatch(r"1Z[0-9A-Z]{15}[0-9]", text):
        return None
    return Recognised(Kind.UPS_TRACKING, text, ups.holds(text))


def _dhl_piece(text: str) -> Recognised | None:
    match = re.fullmatch(r"J?(JD[0-9]{18})", text)
    return Recognised(Kind.DHL_PIECE, match[1], None) if match else None


def _sscc(text: str) -> Recognised | None:
    match = re.fullmatch(r"00([0-9]{18})", text)
    if match:
        return Recognised(Kind.SSCC, match[1], gs1.holds(match[1]))
    if re.fullmatch(r"[0-9]{18}", text) and gs1.holds(text):
        return Recognised(Kind.SSCC, text, True)
    return None


def _postal(text: str) -> Recognised | None:
    if re.fullmatch(r"420[0-9]{5}([0-9]{4})?", text):
        return Recognised(Kind.POSTAL, text, None)
    abroad = re.fullmatch(r"421([0-9]{3})[0-9A-Z]{3,9}", text)
    return Recognised(Kind.POSTAL, text, None) if abroad and abroad[1] in NUMERIC else None


def _routing(text: str) -> Recognised | None:
    if not re.fullmatch(r"2L[A-Z]{2}[0-9A-Z]*\+[0-9]{8}", text):
        return None
    return Recognised(Kind.ROUTING, text, None)


def _dhl_waybill(text: str) -> Recognised | None:
    """Ten digits are a waybill only if the check digit holds: there is nothing else to tell them by."""
    if not (re.fullmatch(r"[0-9]{10}", text) and dhl.holds(text)):
        return None
    return Recognised(Kind.DHL_WAYBILL, text, True)


def _ups_message(raw: str) -> Recognised | None:
    """Put the tracking number together from a MaxiCode: service class, shipper and the last eight characters."""
    message = re.search(r"([0-9A-Z]{3})\x1d?1Z([0-9A-Z]{8})\x1d?UPSN\x1d?([0-9A-Z]{6})", raw)
    if message is None:
        return None
    return _ups_tracking(f"1Z{message[3]}{message[1][-2:]}{message[2]}")


_READERS: tuple[Callable[[str], Recognised | None], ...] = (
    _ups_tracking, _dhl_piece, _sscc, _postal, _routing, _dhl_waybill,
)  # fmt: skip
