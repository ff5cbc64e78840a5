"""Where customs stands: between areas, and not always between countries."""

from datetime import date

import pytest

from carriers.customs import needs_papers
from carriers.customs_areas import APART, Standing, standing
from carriers.dhl import Product, TransportLabel
from carriers.shipment import Address, Parcel, Shipment


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


@pytest.mark.parametrize(
    ("origin", "destination", "papers"),
    [
        (at("DE", "78266"), at("CH", "8200"), False),
        (at("DE", "78266"), at("NL", "5928 LS"), True),
        (at("LI", "9490"), at("CH", "8001"), False),
        (at("IM", "IM1 1AA"), at("GB", "SW1A 1AA"), False),
        (at("IM", "IM1 1AA"), at("NL", "5928 LS"), True),
        (at("GB", "JE2 3AB"), at("GB", "SW1A 1AA"), True),
        (at("JE", "JE2 3AB"), at("NL", "5928 LS"), True),
        (at("DK", "3900"), at("NL", "5928 LS"), True),
        (at("FO", "100"), at("NL", "5928 LS"), True),
        (at("SM", "47890"), at("NL", "5928 LS"), True),
        (at("PR", "00901"), at("US", "78744"), False),
        (at("AU", "2036"), at("AU", "2000"), False),
        (at("AU", "2036"), at("US", "78744"), True),
        (at("SA", "11564"), at("NL", "5928 LS"), True),
    ],
    ids=lambda value: f"{value.country}{value.postal_code[:2]}" if isinstance(value, Address) else str(value),
)
def test_places_that_stand_elsewhere_than_their_country_does(
    origin: Address, destination: Address, papers: bool
) -> None:
    assert needs_papers(origin, destination) is papers


@pytest.mark.parametrize("place", APART, ids=lambda place: f"{place.country}{''.join(place.postal)}")
def test_each_exception_says_why_and_is_found_by_its_postal_code(place: Standing) -> None:
    for postal in place.postal or ("1000",):
        assert standing(at(place.country, f"{postal[:2]} {postal[2:]}00")) is place
    assert place.reason.endswith(".")


def test_a_label_across_a_customs_border_inside_one_country_is_dutiable() -> None:
    canaries = Shipment(at("ES", "35001"), at("ES", "28001"), Parcel(1, "Phone"), "R1", "S1", date(2026, 11, 22))
    belfast = Shipment(at("GB", "BT1 5GS"), at("NL", "5928 LS"), Parcel(1, "Phone"), "R1", "S1", date(2026, 11, 22))

    assert TransportLabel(canaries, "0000000173", "JD1").product is Product.WORLDWIDE
    assert not TransportLabel(belfast, "0000000173", "JD1").is_dutiable
