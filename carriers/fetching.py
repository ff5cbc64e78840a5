"""Having any carrier fetch boxes: booked, moved, called off, whatever its API makes of that."""

from contextlib import suppress
from dataclasses import dataclass

from carriers.connections import Connection, DhlConnection, UpsConnection
from carriers.dhl import Product, product_between
from carriers.errors import CarrierError
from carriers.pickups import Pickup, PickupBooked


@dataclass(frozen=True, slots=True)
class Visit:
    """A pickup with what some carriers want to know beside it: whether customs papers go along, and our own numbers."""

    pickup: Pickup
    customs: bool = False
    known: frozenset[str] = frozenset()

    @property
    def product(self) -> str:
        """DHL's product for the lane."""
        if self.customs:
            return Product.WORLDWIDE.code
        return product_between(self.pickup.address.country, self.pickup.destination).code


def can_fetch(connection: Connection) -> bool:
    """Say whether pickups are booked over this line; else somebody phones or writes."""
    return isinstance(connection, UpsConnection | DhlConnection)


def asked_twice_books_twice(connection: Connection) -> bool:
    """Say whether a lost answer leaves a doubt: UPS knows an address again, DHL does not."""
    return isinstance(connection, DhlConnection)


def book(connection: Connection, visit: Visit) -> PickupBooked:
    """Book a visit. Raises what the clients raise; `CarrierUnclearError` where it may be booked now."""
    match connection:
        case UpsConnection():
            return connection.client.book(visit.pickup, visit.known)
        case DhlConnection():
            return connection.client.book(visit.pickup, visit.product, customs=visit.customs)
    raise TypeError(connection)


def move(connection: Connection, number: str, visit: Visit) -> PickupBooked:
    """Move the visit with the carrier's *number*. UPS moves none: the old one is called off, a new one is booked."""
    match connection:
        case UpsConnection():
            with suppress(CarrierError):
                connection.client.call_off(number)
            return connection.client.book(visit.pickup, visit.known - {number})
        case DhlConnection():
            return connection.client.move(number, visit.pickup, visit.product, customs=visit.customs)
    raise TypeError(connection)


def call_off(connection: Connection, number: str, *, by: str, why: str) -> None:
    """Call off the visit with the carrier's *number*."""
    match connection:
        case UpsConnection():
            connection.client.call_off(number)
        case DhlConnection():
            connection.client.call_off(number, by=by, why=why)
