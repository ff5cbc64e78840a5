"""What a scanned or typed text is: a serial, one of our own numbers, or a carrier's; and every key in a pasted mail.

One text is one thing at the dock (`identify`); in the look-up box it may hold many (`look_up_keys`, SPEC F-1).
"""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, _
from rmatrack.domain.orders import is_order_number, order_number_from
from rmatrack.domain.orgids import org_id_from
from rmatrack.domain.rma import is_rma_number
from rmatrack.domain.serials import is_cisco_style, normalise

MOST_KEYS = 200
_MOST_CHARACTERS = 100_000
_SSCC_DIGITS = 18

_OTHER_SERIAL = re.compile(r"(?=.*[A-Z])(?=.*[0-9])[0-9A-Z]{6,16}")
_INNER_BLANK = re.compile(r"\S\s+\S")


class Kind(StrEnum):
    """What a text is; the carrier kinds are recognised by the carriers' own rules."""

    SERIAL = "serial"
    UPS_TRACKING = "ups-tracking"
    DHL_WAYBILL = "dhl-waybill"
    DHL_PIECE = "dhl-piece"
    SSCC = "sscc"
    ORDER = "order"
    RMA = "rma"
    UNKNOWN = "unknown"


WORDS: dict[Kind, str] = {
    Kind.SERIAL: _("serial number"),
    Kind.UPS_TRACKING: _("UPS tracking number"),
    Kind.DHL_WAYBILL: _("DHL waybill number"),
    Kind.DHL_PIECE: _("DHL piece number"),
    Kind.SSCC: _("carton number (SSCC)"),
    Kind.ORDER: _("demo order number"),
    Kind.RMA: _("RMA number"),
    Kind.UNKNOWN: _("something we do not know"),
}

_CARRIER_KINDS = {kind.value: kind for kind in (Kind.UPS_TRACKING, Kind.DHL_WAYBILL, Kind.DHL_PIECE, Kind.SSCC)}


def identify(text: str, carrier_kind: str | None, *, models: Container[str] = frozenset()) -> Kind:
    """Return what *text* is.

    *carrier_kind* says which carrier's number it was recognised as, if any: one that names no parcel (a postal or
    routing barcode) makes it `unknown`, and so does a product code among *models*.
    """
    key = normalise(text)
    if is_order_number(key):
        return Kind.ORDER
    if is_rma_number(key):
        return Kind.RMA
    if carrier_kind is not None:
        return _CARRIER_KINDS.get(carrier_kind, Kind.UNKNOWN)
    if text.strip().upper() in models:
        return Kind.UNKNOWN
    return Kind.SERIAL if is_serial_shaped(text) else Kind.UNKNOWN


def is_serial_shaped(text: str) -> bool:
    """Say whether *text* could be a serial: Cisco-style, or 6 to 16 letters and digits in one piece, both present."""
    key = normalise(text)
    if is_cisco_style(key):
        return True
    return _OTHER_SERIAL.fullmatch(key) is not None and not _INNER_BLANK.search(text)


class KeyKind(StrEnum):
    """What an order can be found by, besides its customer's name."""

    ORDER = "order"
    RMA = "rma"
    TRACKING = "tracking"
    SERIAL = "serial"
    ORG_ID = "org-id"
    EMAIL = "e-mail"


KEY_WORDS: dict[KeyKind, str] = {
    KeyKind.ORDER: _("demo order number"),
    KeyKind.RMA: _("RMA number"),
    KeyKind.TRACKING: _("tracking number"),
    KeyKind.SERIAL: _("serial number"),
    KeyKind.ORG_ID: _("organisation id"),
    KeyKind.EMAIL: _("e-mail address"),
}


@dataclass(frozen=True, slots=True)
class LookUpKey:
    """One key: what it is, as it was typed, and in the form that is stored."""

    kind: KeyKind
    typed: str
    value: str


def look_up_keys(text: str) -> list[LookUpKey]:
    """Return every key in *text*, in the order of its kinds and each once, at most `MOST_KEYS`."""
    rest = text[:_MOST_CHARACTERS]
    found: dict[tuple[KeyKind, str], LookUpKey] = {}
    for kind, pattern, read in _PATTERNS:
        keys, rest = _mine(rest, kind, pattern, read)
        for key in keys:
            found.setdefault((key.kind, key.value), key)
    return list(found.values())[:MOST_KEYS]


def _mine(
    text: str, kind: KeyKind, pattern: re.Pattern[str], read: Callable[[str], str | None]
) -> tuple[list[LookUpKey], str]:
    """Return the keys of one kind, and the text without them."""
    keys = []

    def take(match: re.Match[str]) -> str:
        value = read(match[0])
        if value is None:
            return match[0]
        keys.append(LookUpKey(kind, match[0].strip(), value))
        return " "

    rest = pattern.sub(take, text)
    return keys, rest


def _compact(typed: str) -> str:
    return re.sub(r"[\s()-]", "", typed).upper()


def _piece(typed: str) -> str:
    return _compact(typed).removeprefix("J") if typed[:2].upper() == "JJ" else _compact(typed)


def _carton(typed: str) -> str:
    return _compact(typed)[-_SSCC_DIGITS:]


def _org_id(typed: str) -> str | None:
    try:
        return org_id_from(typed)
    except BadInputError:
        return None


def _rma(typed: str) -> str | None:
    return _compact(typed) if is_rma_number(_compact(typed)) else None


def _serial(typed: str) -> str | None:
    return normalise(typed) if is_serial_shaped(typed) else None


_PATTERNS: tuple[tuple[KeyKind, re.Pattern[str], Callable[[str], str | None]], ...] = (
    (KeyKind.EMAIL, re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), str.lower),
    (KeyKind.ORG_ID, re.compile(r"ciscospark://\S+|\bY2lzY29zcGFyazovL[0-9A-Za-z+/_-]+=*"), _org_id),
    (KeyKind.ORG_ID, re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), _org_id),
    (KeyKind.TRACKING, re.compile(r"\b1Z(?:[ -]?[0-9A-Z]){16}\b", re.IGNORECASE), _compact),
    (KeyKind.TRACKING, re.compile(r"\bJ?JD(?:[ -]?[0-9]){18}\b", re.IGNORECASE), _piece),
    (KeyKind.TRACKING, re.compile(r"(?:\(00\) ?|\b00 ?)?\b[0-9](?: ?[0-9]){17}\b"), _carton),
    (KeyKind.TRACKING, re.compile(r"\b[0-9]{2} ?[0-9]{4} ?[0-9]{4}\b"), _compact),
    (KeyKind.ORDER, re.compile(r"\bD[ -]?[0-9]{2,11}\b", re.IGNORECASE), order_number_from),
    (KeyKind.RMA, re.compile(r"\bR[ -]?[0-9]{6,10}[0-9A-Z]\b", re.IGNORECASE), _rma),
    (KeyKind.SERIAL, re.compile(r"\A\s*S?[A-Z]{3} ?[0-9]{4} ?[0-9A-Z]{4}\s*\Z", re.IGNORECASE), _serial),
    (KeyKind.SERIAL, re.compile(r"(?<![\w-])(?:\][A-Z][0-9])?[0-9A-Z-]{6,40}(?![\w-])", re.IGNORECASE), _serial),
)
