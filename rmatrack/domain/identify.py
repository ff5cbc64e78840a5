"""What a scanned or typed text is: a serial, one of our own numbers, or a carrier's."""

import re
from collections.abc import Container
from enum import StrEnum

from rmatrack.domain.box_codes import opened
from rmatrack.domain.errors import _
from rmatrack.domain.orders import is_order_number
from rmatrack.domain.rma import is_mistyped_rma_number, is_rma_number
from rmatrack.domain.serials import is_cisco_style, normalise

_OTHER_SERIAL = re.compile(r"(?=.*[A-Z])(?=.*[0-9])[0-9A-Z]{6,16}")
_INNER_BLANK = re.compile(r"\S\s+\S")


class Kind(StrEnum):
    """What a text is; the carrier kinds are recognised by the carriers' own rules.

    The second half is what else a box wears: the dock passes over it, and `identify` calls it unknown.
    """

    SERIAL = "serial"
    UPS_TRACKING = "ups-tracking"
    DHL_WAYBILL = "dhl-waybill"
    DHL_PIECE = "dhl-piece"
    SSCC = "sscc"
    ORDER = "order"
    RMA = "rma"
    UNKNOWN = "unknown"

    MODEL = "model"
    QUANTITY = "quantity"
    POSTAL = "postal"
    ROUTING = "routing"
    MISTYPED_RMA = "mistyped-rma"


WORDS: dict[Kind, str] = {
    Kind.SERIAL: _("serial number"),
    Kind.UPS_TRACKING: _("UPS tracking number"),
    Kind.DHL_WAYBILL: _("DHL waybill number"),
    Kind.DHL_PIECE: _("DHL piece number"),
    Kind.SSCC: _("carton number (SSCC)"),
    Kind.ORDER: _("demo order number"),
    Kind.RMA: _("RMA number"),
    Kind.UNKNOWN: _("something we do not know"),
    Kind.MODEL: _("model number"),
    Kind.QUANTITY: _("quantity"),
    Kind.POSTAL: _("postal code"),
    Kind.ROUTING: _("routing code"),
    Kind.MISTYPED_RMA: _("RMA number with a typing error"),
}

NAMES_NOTHING = frozenset({Kind.MODEL, Kind.QUANTITY, Kind.POSTAL, Kind.ROUTING, Kind.MISTYPED_RMA})
"""Codes that lead to no device, no parcel and no order."""

_CARRIER_KINDS = {
    kind.value: kind
    for kind in (Kind.UPS_TRACKING, Kind.DHL_WAYBILL, Kind.DHL_PIECE, Kind.SSCC, Kind.POSTAL, Kind.ROUTING)
}


def identify(text: str, carrier_kind: str | None, *, models: Container[str] = frozenset()) -> Kind:
    """Return what *text* is, in the words of `rmatrack identify`: what leads nowhere is `unknown`.

    *carrier_kind* says which carrier's number it was recognised as, if any; *models* are the product codes we know.
    """
    kind = Kind.SERIAL if opened(text, models).serials else code_on_box(text, carrier_kind, models=models)
    return Kind.UNKNOWN if kind in NAMES_NOTHING else kind


def code_on_box(text: str, carrier_kind: str | None, *, models: Container[str] = frozenset()) -> Kind:
    """Return what *text* is among all that a box wears; arguments as for `identify`."""
    key = normalise(text)
    if is_order_number(key):
        return Kind.ORDER
    if is_rma_number(key):
        return Kind.RMA
    if carrier_kind is not None:
        return _CARRIER_KINDS.get(carrier_kind, Kind.UNKNOWN)
    held = opened(text, models)
    if held.model:
        return Kind.MODEL
    if held.is_quantity:
        return Kind.QUANTITY
    if is_mistyped_rma_number(key):
        return Kind.MISTYPED_RMA
    return Kind.SERIAL if is_serial_shaped(text) else Kind.UNKNOWN


def is_serial_shaped(text: str) -> bool:
    """Say whether *text* could be a serial: Cisco-style, or 6 to 16 letters and digits in one piece, both present."""
    key = normalise(text)
    if is_cisco_style(key):
        return True
    return _OTHER_SERIAL.fullmatch(key) is not None and not _INNER_BLANK.search(text)
