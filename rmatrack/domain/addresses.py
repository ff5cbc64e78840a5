"""A place where a parcel is sent to or fetched from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Who and where; `country` is ISO 3166 alpha-2, `state` its subdivision as the post writes it, or empty."""

    recipient: str
    phone: str
    lines: tuple[str, ...]
    city: str
    postal_code: str
    country: str
    state: str = ""
    company: str = ""
