"""Addresses of lists and things, as pages about something else link to them."""

from urllib.parse import urlencode


def units_url(**filters: str | int | None) -> str:
    """Return the address of the list of devices, narrowed by `state`, `country`, `carrier`, `customer`, `week` …"""
    asked = {name: value for name, value in filters.items() if value is not None}
    return f"/units?{urlencode(asked)}" if asked else "/units"


def order_url(number: str) -> str:
    """Return the address of a demo order."""
    return f"/orders/{number}"


def discrepancy_url(discrepancy_id: int) -> str:
    """Return the address of a discrepancy."""
    return f"/discrepancies/{discrepancy_id}"
