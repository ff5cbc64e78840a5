"""Where customs stands between two addresses, and what it wants to know of a device that passes.

The European Union is one area for goods, but not all of its postal codes belong to it, and some others do.
"""

from dataclasses import dataclass
from decimal import Decimal

from carriers.dhl import EU
from carriers.shipment import Address

OUTSIDE = {
    "ES": ("35", "38", "51", "52"),
    "FI": ("22",),
    "FR": ("971", "972", "973", "974", "975", "976", "977", "978", "984", "986", "987", "988"),
    "DE": ("27498", "78266"),
    "IT": ("22061", "23041"),
    "GR": ("63086",),
}
"""Postal codes of member states with papers of their own: the Canary Islands, Ceuta and Melilla; Åland; France
overseas; Heligoland and Büsingen; Campione and Livigno; Mount Athos. Some are inside for duties, none for taxes."""

MONACO = "MC"
NORTHERN_IRELAND = ("GB", "BT")


def needs_papers(origin: Address, destination: Address) -> bool:
    """Say whether customs papers go with a parcel from *origin* to *destination*."""
    return not areas(origin) & areas(destination)


def areas(address: Address) -> frozenset[str]:
    """Return the areas without papers inside that *address* is in. Northern Ireland is in two."""
    postal = "".join(filter(str.isalnum, address.postal_code.upper()))
    outside = next((code for code in OUTSIDE.get(address.country, ()) if postal.startswith(code)), "")
    if outside:
        return frozenset({f"{address.country}-{outside}"})
    if address.country == NORTHERN_IRELAND[0] and postal.startswith(NORTHERN_IRELAND[1]):
        return frozenset({"EU", "GB"})
    return frozenset({"EU" if address.country in EU or address.country == MONACO else address.country})


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One kind of thing in a parcel. `code` is its customs tariff number (HS), `origin` the country that made it.

    `value` is for one of them, in `currency`; weights in kilograms for all of them.
    """

    description: str
    serials: tuple[str, ...]
    value: Decimal
    currency: str
    code: str
    origin: str
    net_kg: Decimal
    gross_kg: Decimal

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing that a customs paper must say."""
        return all((self.description, self.value > 0, self.currency, self.code, self.origin, self.net_kg > 0))
