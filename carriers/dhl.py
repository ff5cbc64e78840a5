"""DHL Express: waybill and piece numbers, what its barcodes hold, and what its transport label says."""

import re
from dataclasses import dataclass
from enum import Enum

from carriers.countries import country
from carriers.customs import needs_papers
from carriers.customs_areas import UNION
from carriers.errors import BadPostalCodeError, TooManyDigitsError
from carriers.shipment import Address, Shipment


class Product(Enum):
    """What DHL sells for a parcel: code on the waybill, name, mark on the label, number in the routing barcode."""

    WORLDWIDE = ("P", "EXPRESS WORLDWIDE", "WPX", "48")
    WORLDWIDE_EU = ("U", "EXPRESS WORLDWIDE", "ECX", "08")
    DOMESTIC = ("N", "EXPRESS DOMESTIC", "DOM", "36")

    def __init__(self, code: str, title: str, mark: str, number: str) -> None:
        self.code = code
        self.title = title
        self.mark = mark
        self.number = number


def product_between(origin: str, destination: str) -> Product:
    """Return the product for a parcel from country *origin* to *destination*; dutiable lanes take `P`."""
    if origin == destination:
        return Product.DOMESTIC
    return Product.WORLDWIDE_EU if {origin, destination} <= UNION else Product.WORLDWIDE


def holds(waybill: str) -> bool:
    """Whether the tenth digit is the remainder of the first nine divided by seven."""
    return int(waybill[:9]) % 7 == int(waybill[9])


def waybill(sequence: int) -> str:
    """Return the ten digits of a waybill number: *sequence* of nine digits and its check digit."""
    if not 0 <= sequence < 1_000_000_000:
        raise TooManyDigitsError(value=sequence, digits=9)
    return f"{sequence:09d}{sequence % 7}"


def piece(sequence: int) -> str:
    """Return a piece number: `JD` and 18 digits, without check digit."""
    if not 0 <= sequence < 10**18:
        raise TooManyDigitsError(value=sequence, digits=18)
    return f"JD{sequence:018d}"


def grouped_waybill(number: str) -> str:
    """Write a waybill number as DHL prints it: `11 0373 3901`."""
    return f"{number[:2]} {number[2:6]} {number[6:]}"


def grouped_piece(number: str) -> str:
    """Write a piece number as DHL prints it: `(J) JD01 4600 0046 1723 0770`."""
    return "(J) " + " ".join(re.findall(".{4}", number))


def routing_barcode(to: Address, product: Product, features: str = "000001") -> str:
    """Return what the routing barcode holds, without its data identifier `2L`: `US76449+48000001`."""
    country(to.country)
    postal = re.sub(r"[^0-9A-Z]", "", to.postal_code.upper())
    if len(postal) > 12:
        raise BadPostalCodeError(value=to.postal_code)
    return f"{to.country}{postal}+{product.number}{features}"


@dataclass(frozen=True, slots=True)
class TransportLabel:
    """The label on one DHL parcel.

    `origin` and `destination` are DHL's service areas (`LOD`, `SJC-FTW`) where the account knows them.
    """

    shipment: Shipment
    number: str
    piece_id: str
    origin: str = ""
    destination: str = ""
    specimen: bool = True

    @property
    def product(self) -> Product:
        """What is sold for the lane; across a customs border, also inside one country, it is the one with papers."""
        if self.is_dutiable:
            return Product.WORLDWIDE
        return product_between(self.shipment.ship_from.country, self.shipment.ship_to.country)

    @property
    def is_dutiable(self) -> bool:
        """Whether a customs border lies between; then papers go with the parcel."""
        return needs_papers(self.shipment.ship_from, self.shipment.ship_to)

    @property
    def origin_area(self) -> str:
        return self.origin or country(self.shipment.ship_from.country).alpha3

    @property
    def routing_line(self) -> str:
        """The large line that sorts the parcel: country, service area, facility; else country and postal code."""
        to = self.shipment.ship_to
        return f"{to.country}-{self.destination or to.postal_code}"

    @property
    def routing(self) -> str:
        return routing_barcode(self.shipment.ship_to, self.product)
