"""An address as lines of print."""

from carriers.countries import country
from carriers.shipment import Address


def person(place: Address) -> str:
    """Return whom to ask for and the phone number, on one line."""
    return ", ".join(part for part in (place.attention, place.phone) if part)


def land(place: Address) -> str:
    """Return the country's name in English capitals, as carriers sort by it."""
    return country(place.country).name.upper()
