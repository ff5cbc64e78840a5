"""What the carriers' bar codes hold."""

from dataclasses import replace
from datetime import date

import pytest

from carriers import dhl, ups
from carriers.countries import COUNTRIES, country
from carriers.dhl import Product, TransportLabel
from carriers.errors import CannotEncodeError, UnknownCountryError
from carriers.shipment import Address, Parcel, Shipment
from carriers.ups import ReturnLabel

DEPOT = Address("Returns", ("100 Depot Way",), "San Jose", "95134", "US", state="CA")
CUSTOMER = Address("University", ("1 Square",), "Austin", "78705", "US", state="TX")
SHIPMENT = Shipment(CUSTOMER, DEPOT, Parcel(6.9, "Cisco Room Kit"), "R26000123", "FOC2345N0AB", date(2026, 11, 23))
MUNICH = Address("Depot", ("Straße 1",), "München", "80804", "DE")


def test_a_maxicode_in_the_united_states_is_mode_2() -> None:
    message = ReturnLabel(SHIPMENT, "1Z12345E0300001234").maxicode

    assert message.mode == 2
    assert message.primary == "951340000840003"
    assert message.message == (
        "[)>\x1e01\x1d96951340000\x1d840\x1d003\x1d1Z00001234\x1dUPSN\x1d12345E\x1d327\x1d\x1d1/1\x1d16\x1dN\x1d"
        "\x1dSAN JOSE\x1dCA\x1e\x04"
    )


def test_a_maxicode_abroad_is_mode_3_and_in_plain_capitals() -> None:
    message = ReturnLabel(replace(SHIPMENT, ship_to=MUNICH), "1Z12345E1100001234").maxicode

    assert message.mode == 3
    assert message.primary == "80804 276011"
    assert "\x1dMUNCHEN\x1d" in message.secondary


def test_a_postal_barcode_says_zip_or_country_and_code() -> None:
    assert ups.postal_barcode(DEPOT) == "42095134"
    assert ups.postal_barcode(replace(DEPOT, postal_code="95134-0001")) == "420951340001"
    assert ups.postal_barcode(MUNICH) == "42127680804"


def test_a_place_without_postal_code_has_no_postal_barcode() -> None:
    with pytest.raises(CannotEncodeError) as refused:
        ups.postal_barcode(replace(DEPOT, postal_code=""))

    assert refused.value.code == "cannot-encode"


def test_weight_is_in_whole_pounds_rounded_up() -> None:
    assert ups.pounds(6.9) == 16
    assert ups.pounds(1 / 2.20462262) == 1


@pytest.mark.parametrize(
    ("origin", "destination", "product", "dutiable"),
    [
        ("NL", "NL", Product.DOMESTIC, False),
        ("PL", "NL", Product.WORLDWIDE_EU, False),
        ("CH", "NL", Product.WORLDWIDE, True),
        ("CA", "US", Product.WORLDWIDE, True),
    ],
)
def test_the_product_of_dhl_follows_the_customs_border(
    origin: str, destination: str, product: Product, dutiable: bool
) -> None:
    sender, receiver = replace(CUSTOMER, country=origin), replace(DEPOT, country=destination)

    label = TransportLabel(replace(SHIPMENT, ship_from=sender, ship_to=receiver), "1103733901", "JD1")

    assert (label.product, label.is_dutiable) == (product, dutiable)


def test_a_routing_barcode_says_country_postal_code_and_product() -> None:
    place = replace(DEPOT, postal_code="76449")

    assert dhl.routing_barcode(place, Product.WORLDWIDE) == "US76449+48000001"
    assert dhl.routing_barcode(replace(place, country="GB", postal_code="TW4 6FD"), Product.WORLDWIDE).startswith(
        "GBTW46FD+48"
    )


def test_every_country_has_its_codes_once() -> None:
    assert len(COUNTRIES) == 249
    assert len({each.alpha3 for each in COUNTRIES.values()}) == 249
    assert (country("NL").alpha3, country("NL").numeric, country("NL").name) == ("NLD", "528", "Netherlands")


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(UnknownCountryError) as refused:
        country("XX")

    assert refused.value.code == "unknown-country"
