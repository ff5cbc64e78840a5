"""UPS: its 1Z numbers, what its barcodes hold, and what its return label says."""

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from carriers.capitals import plain_capitals
from carriers.countries import country
from carriers.errors import (
    BadAccountError,
    BadPostalCodeError,
    BadServiceError,
    ServiceWithoutDigitsError,
    TooManyDigitsError,
)
from carriers.shipment import Address, Shipment

GROUND = "03"
SERVICES = {GROUND: "UPS GROUND", "02": "UPS 2ND DAY AIR", "01": "UPS NEXT DAY AIR", "11": "UPS STANDARD"}
POUNDS_PER_KG = 2.20462262

SPECIMEN_SHIPPER = "SAMPLE"

_VALUES = {**{str(digit): digit for digit in range(10)}, **{chr(code): (code - 3) % 10 for code in range(65, 91)}}
_SHIPPER = re.compile(r"[0-9A-Z]{6}")
_SERVICE = re.compile(r"[0-9A-Z]{2}")


def check_digit(body: str) -> int:
    """Return the check digit of the 15 characters between `1Z` and the check digit."""
    values = [_VALUES[character] for character in body]
    return -(sum(values[::2]) + 2 * sum(values[1::2])) % 10


def holds(number: str) -> bool:
    """Whether the last character of a whole 1Z *number* is its check digit. UPS' own test numbers mostly fail."""
    return number[-1] == str(check_digit(number[2:-1]))


def number(shipper: str, service: str, sequence: int) -> str:
    """Return a 1Z number: *shipper* account of 6 characters, *service* of 2, *sequence* below ten million."""
    if not _SHIPPER.fullmatch(shipper):
        raise BadAccountError(value=shipper)
    if not _SERVICE.fullmatch(service):
        raise BadServiceError(value=service)
    if not 0 <= sequence < 10_000_000:
        raise TooManyDigitsError(value=sequence, digits=7)
    body = f"{shipper}{service}{sequence:07d}"
    return f"1Z{body}{check_digit(body)}"


def grouped(tracking: str) -> str:
    """Write a tracking number as UPS prints it: `1Z 999 AA1 01 2345 6784`."""
    places = (0, 2, 5, 8, 10, 14, 18)
    return " ".join(tracking[start:end] for start, end in pairwise(places))


def postal_barcode(to: Address) -> str:
    """Return what the postal barcode holds: 420 and the ZIP code, or 421, the country's digits and the postal code."""
    postal = _code_characters(to.postal_code)
    if to.country == "US":
        return f"420{postal}"
    return f"421{country(to.country).numeric}{postal}"


def routing_line(to: Address, sort: str = "9-00") -> str:
    """Return the large line beside the MaxiCode: `CA 951 9-00`, abroad `DEU 098 9-00`.

    UPS gives each account the real line of its depot; this one stands in until that is entered.
    """
    if to.country == "US":
        return f"{to.state} {to.postal_code[:3]} {sort}"
    return f"{country(to.country).alpha3} {_code_characters(to.postal_code)[:3]} {sort}"


def pounds(weight_kg: float) -> int:
    """Return the weight in whole pounds as UPS bills it, rounded up."""
    return math.ceil(round(weight_kg * POUNDS_PER_KG, 3))


@dataclass(frozen=True, slots=True)
class MaxiCode:
    """UPS' structured carrier message: the `primary` part (postal code, country, class), the rest, and the mode."""

    mode: int
    primary: str
    secondary: str

    @property
    def message(self) -> str:
        """The whole message as a reader gives it back."""
        place, land, service = self.primary[:-6], self.primary[-6:-3], self.primary[-3:]
        return f"[)>\x1e01\x1d96{place}\x1d{land}\x1d{service}\x1d{self.secondary}"


@dataclass(frozen=True, slots=True)
class ReturnLabel:
    """A print return label for one box. `routing` is the depot's routing line where UPS gave the account one.

    A `specimen` is marked as such across the page and carries a number that UPS does not know.
    """

    shipment: Shipment
    number: str
    routing: str = ""
    barcoded_rma: bool = True
    specimen: bool = True

    @property
    def service(self) -> str:
        """The two characters of the number that say how the box travels."""
        return self.number[8:10]

    @property
    def service_title(self) -> str:
        return SERVICES.get(self.service, "UPS GROUND")

    @property
    def routing_line(self) -> str:
        return self.routing or routing_line(self.shipment.ship_to)

    @property
    def maxicode(self) -> MaxiCode:
        """What the MaxiCode holds: mode 2 for a numeric postal code in the United States, else mode 3."""
        to = self.shipment.ship_to
        if not self.service.isdecimal():
            raise ServiceWithoutDigitsError(value=self.service)
        postal = _code_characters(to.postal_code)
        domestic = to.country == "US" and postal.isdecimal()
        place = postal.ljust(9, "0") if domestic else postal[:6].ljust(6)
        secondary = "\x1d".join(
            (
                f"1Z{self.number[-8:]}",
                "UPSN",
                self.number[2:8],
                f"{self.shipment.issued_on:%j}",
                "",  # UPS' shipment id, unknown to us
                f"{self.shipment.number}/{self.shipment.count}",
                f"{min(pounds(self.shipment.parcel.weight_kg), 999)}",
                "N",  # The address was not validated by UPS.
                "",  # Street: optional, and the symbol is small.
                plain_capitals(to.city)[:20],
                plain_capitals(to.state)[:2],
            )
        )
        primary = f"{place}{country(to.country).numeric}0{self.service}"
        return MaxiCode(mode=2 if domestic else 3, primary=primary, secondary=f"{secondary}\x1e\x04")


def _code_characters(postal_code: str) -> str:
    """Drop blanks and dashes from a postal code; refuse one that no barcode of UPS can hold."""
    code = re.sub(r"[^0-9A-Z]", "", postal_code.upper())
    if not 0 < len(code) <= 9:
        raise BadPostalCodeError(value=postal_code)
    return code
