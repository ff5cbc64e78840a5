"""Countries in the reader's language, and addresses in the order their country reads them."""

from typing import Protocol

from rmatrack.web.languages import current_locale, language


class Address(Protocol):
    """Where a parcel goes, as demo orders keep it."""

    address_1: str
    address_2: str
    address_3: str
    city: str
    state: str
    postal_code: str
    country: str


_CODE_LAST = frozenset({"US", "CA", "AU", "PR", "GU", "VI", "AS", "MP"})
"""Countries that write "Austin, TX 78701" on one line."""
_CODE_BELOW = frozenset({"GB", "IE", "GG", "JE", "IM"})
"""Countries that write the postal code on a line of its own, below the city."""

_ARTICLES: dict[str, dict[str, str]] = {
    "en": dict.fromkeys(("AE", "BS", "CF", "DO", "FO", "GB", "GM", "KM", "MV", "NL", "PH", "SC", "US"), "the"),
    "nl": dict.fromkeys(("AE", "BS", "CF", "DO", "FO", "KM", "MV", "PH", "SC", "US"), "de") | {"GB": "het"},
}
"""Countries whose name takes an article within a sentence, by language."""


def country(code: str) -> str:
    """Return the reader's name for an ISO 3166 country; the code itself where there is none."""
    return str(current_locale().territories.get(code, code))


def country_in_sentence(code: str) -> str:
    """Return the name as it reads after "from": "the Netherlands", "het Verenigd Koninkrijk"."""
    article = _ARTICLES.get(language(), {}).get(code)
    return f"{article} {country(code)}" if article else country(code)


def address_lines(address: Address) -> list[str]:
    """Return the lines of an address, the country last, empty ones left out."""
    lines = [address.address_1, address.address_2, address.address_3, *_place(address), country(address.country)]
    return [line for line in lines if line.strip()]


def _place(address: Address) -> list[str]:
    if address.country in _CODE_LAST:
        return [f"{address.city}, {address.state} {address.postal_code}".replace(",  ", " ").strip()]
    if address.country in _CODE_BELOW:
        return [address.city, address.state, address.postal_code]
    return [f"{address.postal_code} {address.city}".strip(), address.state]
