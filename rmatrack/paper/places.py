"""An address as lines of print."""

from carriers.countries import country
from carriers.shipment import Address

TOWN_FIRST = frozenset({"US", "PR", "CA", "AU", "GB", "IE"})
"""Where the postal code stands behind the town."""


def person(place: Address) -> str:
    """Return whom to ask for and the phone number, on one line."""
    return ", ".join(part for part in (place.attention, place.phone) if part)


def town(place: Address) -> str:
    """Return the line with town, state and postal code, in the order that *place*'s country writes them."""
    if place.country in TOWN_FIRST:
        parts = (place.city, place.state, place.postal_code)
    else:
        parts = (place.postal_code, place.city, place.state)
    return " ".join(part for part in parts if part)


def land(place: Address) -> str:
    """Return the country's name in English capitals, as carriers sort by it."""
    return country(place.country).name.upper()
