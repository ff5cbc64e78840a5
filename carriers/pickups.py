"""A visit of the carrier to fetch parcels: what is asked for, and what it says to it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from carriers.shipment import Address, Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """Parcels for `destination`, a country, that stand ready at one address on one day.

    Times are those of the clock at the address, whose zone `zone` is. `numbers` are the labels on the boxes.
    """

    address: Address
    parcels: tuple[Parcel, ...]
    destination: str
    day: date
    ready_at: time
    closes_at: time
    zone: str
    reference: str
    numbers: tuple[str, ...] = ()
    instructions: str = ""

    @property
    def ready(self) -> datetime:
        """The moment from which the carrier may come."""
        return datetime.combine(self.day, self.ready_at, ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class PickupBooked:
    """The carrier's number for a visit. `again` says that it was booked before and this is the same one."""

    number: str
    again: bool = False
    warnings: tuple[str, ...] = ()
