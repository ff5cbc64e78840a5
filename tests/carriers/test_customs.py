"""Where customs stands: between areas, and not always between countries."""

import pytest

from carriers.customs import needs_papers
from carriers.shipment import Address


def at(country: str, postal_code: str = "") -> Address:
    return Address("Somebody", ("1 Street",), "Somewhere", postal_code, country)


@pytest.mark.parametrize(
    ("origin", "destination", "papers"),
    [
        (at("DE", "80804"), at("NL", "5928 LX"), False),
        (at("NL", "2628 CD"), at("NL", "5928 LX"), False),
        (at("CA", "M5H 1A1"), at("US", "95134"), True),
        (at("GB", "SW1A 1AA"), at("NL", "5928 LX"), True),
        (at("GB", "BT1 5GS"), at("NL", "5928 LX"), False),
        (at("GB", "BT1 5GS"), at("GB", "SW1A 1AA"), False),
        (at("GB", "BT1 5GS"), at("US", "95134"), True),
        (at("CH", "8001"), at("NL", "5928 LX"), True),
        (at("NO", "0150"), at("NL", "5928 LX"), True),
        (at("ES", "28001"), at("NL", "5928 LX"), False),
        (at("ES", "35001"), at("NL", "5928 LX"), True),
        (at("ES", "35001"), at("ES", "28001"), True),
        (at("ES", "51001"), at("NL", "5928 LX"), True),
        (at("FI", "22100"), at("NL", "5928 LX"), True),
        (at("AX", "22100"), at("FI", "00100"), True),
        (at("FR", "97400"), at("FR", "75001"), True),
        (at("IT", "23041"), at("IT", "20121"), True),
        (at("DE", "27498"), at("DE", "80804"), True),
        (at("GR", "63086"), at("GR", "10431"), True),
        (at("MC", "98000"), at("FR", "75001"), False),
    ],
    ids=lambda value: f"{value.country}{value.postal_code[:2]}" if isinstance(value, Address) else str(value),
)
def test_papers_go_along_where_an_area_ends(origin: Address, destination: Address, papers: bool) -> None:
    assert needs_papers(origin, destination) is papers
    assert needs_papers(destination, origin) is papers
