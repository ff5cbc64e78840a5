"""A label of any of the carriers, made from a shipment and the number that was issued for it."""

from carriers.dhl import TransportLabel
from carriers.expeditors import CartonLabel
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, SourceKind
from carriers.ups import ReturnLabel

Label = ReturnLabel | TransportLabel | CartonLabel


def label(carrier: Carrier, shipment: Shipment, issued: Issued) -> Label:
    """Return what *carrier*'s label for *shipment* says; a specimen is marked as one."""
    specimen = issued.kind is SourceKind.SPECIMEN
    match carrier:
        case Carrier.UPS:
            return ReturnLabel(shipment, issued.number, specimen=specimen)
        case Carrier.DHL:
            return TransportLabel(shipment, issued.number, issued.piece_id, specimen=specimen)
        case Carrier.EXPEDITORS:
            return CartonLabel(shipment, issued.number, specimen=specimen)
