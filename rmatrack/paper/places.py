"""An address as lines of print."""

from carriers.countries import country
from carriers.shipment import Address

TOWN_FIRST = frozenset({"US", "PR", "CA", "AU", "GB", "IE"})
"""Where the postal code stands behind the town."""


def street_lines(place: Address) -> list[str]:
    """Return name, person and street, without what is empty."""
    return [line for line in (place.name, place.attention, *place.lines) if line.strip()]


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
