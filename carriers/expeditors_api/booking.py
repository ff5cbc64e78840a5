"""A booking request: what the branch desk is asked to fetch and carry, before it is put into a mail or a message."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from carriers.customs import Goods
from carriers.reading import Json
from carriers.shipment import Address, Shipment

INCOTERM = "DAP"


class Purpose(StrEnum):
    """What a message does to the booking; values are UN/EDIFACT 1225."""

    CANCEL = "1"
    REPLACE = "5"
    ORIGINAL = "9"


@dataclass(frozen=True, slots=True)
class Carton:
    """One carton: its container code (SSCC) and what is in it."""

    sscc: str
    shipment: Shipment
    goods: Goods


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """All cartons of one RMA that go from one address to the depot. `version` counts changes from 1."""

    rma: str
    account: str
    cartons: tuple[Carton, ...]
    ready_at: datetime
    closes_at: datetime
    written_at: datetime
    purpose: Purpose = Purpose.ORIGINAL
    version: int = 1
    instructions: str = ""

    @property
    def pickup_at(self) -> Address:
        return self.cartons[0].shipment.ship_from

    @property
    def deliver_to(self) -> Address:
        return self.cartons[0].shipment.ship_to

    @property
    def gross_kg(self) -> Decimal:
        kilos = sum(carton.shipment.parcel.weight_kg for carton in self.cartons)
        return round(Decimal(kilos), 1)

    @property
    def cubic_metres(self) -> Decimal:
        """The room that the cartons take; those without a size count as nothing."""
        sizes = (carton.shipment.parcel.size_mm or (0, 0, 0) for carton in self.cartons)
        cubic_mm = sum(length * width * height for length, width, height in sizes)
        return round(Decimal(cubic_mm) / 10**9, 3)

    @property
    def value(self) -> Decimal:
        return sum((carton.goods.value * len(carton.goods.serials) for carton in self.cartons), Decimal())

    @property
    def currency(self) -> str:
        return self.cartons[0].goods.currency


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class BookingMail:
    """What to send to the branch desk; `key` is the same when the same request is written again."""

    key: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...]


def as_json(booking: Booking) -> Json:
    """Write *booking* for a program, in plain words and ISO units."""
    return {
        "purpose": booking.purpose.name.lower(),
        "version": booking.version,
        "reference": booking.rma,
        "account": booking.account,
        "writtenAt": booking.written_at.isoformat(),
        "pickup": {
            "earliest": booking.ready_at.isoformat(),
            "latest": booking.closes_at.isoformat(),
            "instructions": booking.instructions,
            **_party(booking.pickup_at),
        },
        "delivery": _party(booking.deliver_to),
        "incoterm": INCOTERM,
        "grossKilograms": str(booking.gross_kg),
        "cubicMetres": str(booking.cubic_metres),
        "customsValue": {"amount": str(booking.value), "currency": booking.currency},
        "cartons": [_carton(carton) for carton in booking.cartons],
    }


def _carton(carton: Carton) -> Json:
    return {
        "sscc": carton.sscc,
        "kilograms": f"{carton.shipment.parcel.weight_kg:.1f}",
        "millimetres": list(carton.shipment.parcel.size_mm or ()),
        "description": carton.goods.description,
        "serials": list(carton.goods.serials),
        "tariffCode": carton.goods.code,
        "origin": carton.goods.origin,
        "value": {"amount": str(carton.goods.value), "currency": carton.goods.currency},
    }


def _party(address: Address) -> dict[str, Json]:
    return {
        "name": address.name,
        "attention": address.attention,
        "phone": address.phone,
        "lines": list(address.lines),
        "city": address.city,
        "state": address.state,
        "postalCode": address.postal_code,
        "country": address.country,
    }
