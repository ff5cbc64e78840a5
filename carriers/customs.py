"""Where customs stands between two addresses, and what it wants to know of a device that passes.

The destination counts as much as the origin: what leaves Northern Ireland needs papers to the United States, but none
to the Union and none to the rest of the United Kingdom.
"""

from dataclasses import dataclass
from decimal import Decimal

from carriers.customs_areas import standing
from carriers.shipment import Address


def needs_papers(origin: Address, destination: Address) -> bool:
    """Say whether customs papers go with a parcel from *origin* to *destination*."""
    return not standing(origin).areas & standing(destination).areas


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


def dotted(code: str) -> str:
    """Write a tariff number as customs do: 8517.62, 8517.62.0000."""
    digits = "".join(filter(str.isalnum, code))
    return ".".join(part for part in (digits[:4], digits[4:6], digits[6:]) if part)
