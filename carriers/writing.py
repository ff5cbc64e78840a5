"""An address as people in its country write it."""

from carriers.shipment import Address

TOWN_FIRST = frozenset({"US", "PR", "CA", "AU", "GB", "IE"})
"""Where the postal code stands behind the town."""


def town(place: Address) -> str:
    """Return the line with town, state and postal code, in the order that *place*'s country writes them."""
    if place.country in TOWN_FIRST:
        parts = (place.city, place.state, place.postal_code)
    else:
        parts = (place.postal_code, place.city, place.state)
    return " ".join(part for part in parts if part)
