"""A label of any of the carriers, made from a shipment and the number that was issued for it."""

from collections.abc import Callable
from dataclasses import dataclass

from carriers.dhl import TransportLabel
from carriers.expeditors import CartonLabel
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, SourceKind
from carriers.ups import ReturnLabel


@dataclass(frozen=True, slots=True)
class PlainLabel:
    """What every parcel needs, for a carrier without a layout of its own: addresses, its name, and the number."""

    shipment: Shipment
    number: str
    title: str
    specimen: bool = True


Label = ReturnLabel | TransportLabel | CartonLabel | PlainLabel


_LAYOUTS: dict[Carrier, Callable[[Shipment, Issued, bool], Label]] = {
    Carrier.UPS: lambda shipment, issued, specimen: ReturnLabel(shipment, issued.number, specimen=specimen),
    Carrier.DHL: lambda shipment, issued, specimen: TransportLabel(
        shipment, issued.number, issued.piece_id, specimen=specimen
    ),
    Carrier.EXPEDITORS: lambda shipment, issued, specimen: CartonLabel(shipment, issued.number, specimen=specimen),
}


def label(carrier: Carrier, shipment: Shipment, issued: Issued, *, title: str = "") -> Label:
    """Return what *carrier*'s label for *shipment* says; a specimen is marked as one.

    *title* is the name on the label of a carrier without a layout of its own.
    """
    specimen = issued.kind is SourceKind.SPECIMEN
    if carrier in _LAYOUTS:
        return _LAYOUTS[carrier](shipment, issued, specimen)
    return PlainLabel(shipment, issued.number, title or carrier.upper(), specimen=specimen)
