"""What the waybill-style document says that goes with a booking.

It is numbered with the RMA. An air waybill's number is the airline's to give, so none is invented here.
"""

from dataclasses import dataclass

from carriers.countries import country
from carriers.customs import dotted
from carriers.expeditors_api.booking import INCOTERM, Booking
from carriers.gs1 import grouped
from carriers.shipment import Address
from carriers.writing import town

TITLE = "Shipper's letter of instruction"
REASON = "Return of demonstration equipment"
NOT_NEGOTIABLE = "Not negotiable. This is not an air waybill."


@dataclass(frozen=True, slots=True)
class WaybillLine:
    """One carton as the document lists it."""

    sscc: str
    description: str
    serials: str
    tariff_code: str
    origin: str
    kilograms: str
    size: str
    value: str


@dataclass(frozen=True, slots=True)
class Waybill:
    number: str
    shipper: tuple[str, ...]
    consignee: tuple[str, ...]
    notify: tuple[str, ...]
    account: str
    incoterm: str
    reason: str
    pieces: str
    gross_weight: str
    volume: str
    customs_value: str
    lines: tuple[WaybillLine, ...]


def waybill(booking: Booking) -> Waybill:
    """Return what the document for *booking* says."""
    return Waybill(
        number=booking.rma,
        shipper=written(booking.pickup_at),
        consignee=written(booking.deliver_to),
        notify=written(booking.deliver_to),
        account=booking.account,
        incoterm=f"{INCOTERM} {booking.deliver_to.city}",
        reason=REASON,
        pieces=str(len(booking.cartons)),
        gross_weight=f"{booking.gross_kg} kg",
        volume=f"{booking.cubic_metres} m³",
        customs_value=f"{booking.value:,.2f} {booking.currency}",
        lines=_lines(booking),
    )


def written(address: Address) -> tuple[str, ...]:
    """Return *address* as the lines of a block."""
    land = country(address.country).name
    lines = (address.name, address.attention, *address.lines, town(address), land, address.phone)
    return tuple(filter(None, lines))


def _lines(booking: Booking) -> tuple[WaybillLine, ...]:
    return tuple(
        WaybillLine(
            sscc=grouped(carton.sscc),
            description=carton.goods.description,
            serials=", ".join(carton.goods.serials),
            tariff_code=dotted(carton.goods.code),
            origin=country(carton.goods.origin).name,
            kilograms=f"{carton.shipment.parcel.weight_kg:.1f}",
            size=" × ".join(str(round(side / 10)) for side in carton.shipment.parcel.size_mm or ()),
            value=f"{carton.goods.value * len(carton.goods.serials):,.2f} {carton.goods.currency}",
        )
        for carton in booking.cartons
    )
