"""Who sends what to whom: what every carrier asks before it gives a number."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Carrier(StrEnum):
    """Who carries. These are built in; `carriers.kinds.join` adds others, which `Carrier(code)` then finds too."""

    UPS = "ups"
    DHL = "dhl"
    EXPEDITORS = "expeditors"

    @classmethod
    def joined(cls, code: str) -> "Carrier":
        """Return the carrier with *code*, made when it is not there yet."""
        known = cls._value2member_map_.get(code)
        if isinstance(known, Carrier):
            return known
        carrier = str.__new__(cls, code)
        carrier._name_, carrier._value_ = code.upper(), code
        cls._value2member_map_[code] = carrier
        return carrier


@dataclass(frozen=True, slots=True)
class Address:
    """A place and whom to ask for there. `lines` are the street lines, any number; `country` is two letters."""

    name: str
    lines: tuple[str, ...]
    city: str
    postal_code: str
    country: str
    state: str = ""
    attention: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One box. `size_mm` is length, width and height, the longest first."""

    weight_kg: float
    description: str
    size_mm: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    """One box on its way back. `number` of `count` is its place among the boxes that travel under the same RMA."""

    ship_from: Address
    ship_to: Address
    parcel: Parcel
    rma: str
    serial: str
    issued_on: date
    number: int = 1
    count: int = 1
