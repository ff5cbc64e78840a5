"""What goes over the line is what the carriers' published files allow; what they show as answers can be read."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from carriers.dhl_api import pickups as dhl_pickups
from carriers.dhl_api import shipping as dhl_shipping
from carriers.dhl_api import tracking as dhl_tracking
from carriers.dhl_api import wording as dhl_wording
from carriers.dhl_api.client import Dhl
from carriers.dhl_api.shipping import Product, Terms
from carriers.documents import DocumentKind
from carriers.errors import UnreadableError
from carriers.parcel_states import ParcelState, journey
from carriers.shipment import Address
from carriers.ups_api import pickups as ups_pickups
from carriers.ups_api.client import Ups
from tests.carriers import published
from tests.carriers.samples import (
    AUSTIN,
    DELFT,
    DEPOT,
    DHL_ACCOUNT,
    MUNICH,
    NOW,
    SAN_JUAN,
    TODAY,
    TORONTO,
    UPS_ACCOUNT,
    VENLO,
    goods,
    pickup,
    shipment,
)
from tests.carriers.stand_in import StandIn

WORLDWIDE = Product("P", "P", "EXPRESS WORLDWIDE", agreed=True)


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def ups(stand_in: StandIn) -> Ups:
    stand_in.heard.clear()
    return Ups(UPS_ACCOUNT, host=stand_in.host)


@pytest.fixture
def dhl(stand_in: StandIn) -> Dhl:
    stand_in.heard.clear()
    return Dhl(DHL_ACCOUNT, host=stand_in.host)


def found_wrong(stand_in: StandIn) -> list[str]:
    assert stand_in.heard
    return [problem for heard in stand_in.heard for problem in published.problems(heard)]


@pytest.mark.parametrize("origin", [AUSTIN, SAN_JUAN, DELFT], ids=lambda place: place.country)
def test_a_ups_label_is_asked_for_as_ups_wants(stand_in: StandIn, ups: Ups, origin: Address) -> None:
    made = ups.return_label(shipment(origin), "R26000123L1")

    ups.label_again(made.number)
    ups.void(made.shipment_number)

    assert found_wrong(stand_in) == []


def test_a_ups_pickup_is_booked_as_ups_wants(stand_in: StandIn, ups: Ups) -> None:
    booked = ups.book(pickup())

    ups.call_off(booked.number)

    assert found_wrong(stand_in) == []


def test_ups_is_asked_where_a_parcel_is_as_it_wants(stand_in: StandIn, ups: Ups) -> None:
    ups.events("1Z12345E6605272234")
    ups.made_under("R26000123L77", since=TODAY, until=TODAY + timedelta(days=1))

    assert found_wrong(stand_in) == []


@pytest.mark.parametrize("address", [AUSTIN, SAN_JUAN], ids=lambda place: place.country)
def test_ups_is_asked_about_an_address_as_it_wants(stand_in: StandIn, ups: Ups, address: Address) -> None:
    ups.check(address)

    assert found_wrong(stand_in) == []


@pytest.mark.parametrize("lane", [(MUNICH, VENLO), (TORONTO, DEPOT), (DELFT, VENLO)], ids=["EU", "customs", "NL"])
def test_a_dhl_shipment_is_asked_for_as_dhl_wants(stand_in: StandIn, dhl: Dhl, lane: tuple[Address, Address]) -> None:
    parcel = shipment(*lane)
    terms = Terms(account="123456789", product=WORLDWIDE, leaves_at=NOW, reference="R26000123L1", goods=(goods(),))

    dhl.products(parcel, TODAY)
    dhl.check(parcel, terms)
    made = dhl.ship(parcel, terms)
    dhl.waybills_under("R26000123L1", since=TODAY, until=TODAY)
    dhl.events(made.waybill)
    dhl.waybills_of([*made.pieces, "JD014600004617230779"])

    assert found_wrong(stand_in) == []


def test_a_dhl_pickup_is_booked_moved_and_called_off_as_dhl_wants(stand_in: StandIn, dhl: Dhl) -> None:
    asked = pickup(MUNICH, zone="Europe/Berlin", destination="NL")

    booked = dhl.book(asked, "U", customs=False)
    dhl.move(booked.number, asked, "U", customs=False)
    dhl.call_off(booked.number, by="Rita Returns", why="The customer is closed")

    assert found_wrong(stand_in) == []


def test_a_misspelt_key_is_found_though_the_schema_forbids_none() -> None:
    inner = {"type": "object", "properties": {"City": {"type": "string"}}}
    spec = {"components": {"schemas": {"Address": inner}}}
    schema = {"properties": {"To": {"type": "array", "items": {"$ref": "#/components/schemas/Address"}}}}

    found = published.schema_problems(spec, schema, {"To": [{"City": "Delft"}, {"Citty": 5}], "From": 1})

    assert found == ["/To/1/Citty: unknown key", "/From: unknown key"]


def test_every_sample_of_a_dhl_refusal_gives_its_reason() -> None:
    refusals = [value for _, status, value in published.samples(published.DHL_FILE, "answers") if status >= "400"]

    assert [value for value in refusals if isinstance(value, dict) and "detail" in value and not told(value)] == []


def test_every_sample_of_a_dhl_shipment_is_read() -> None:
    made = [value for value in answers("POST /shipments", "201") if "status" not in value]

    read = [dhl_shipping.read_made(with_whole_files(value)) for value in made]

    assert all(one.waybill.isdecimal() and one.pieces for one in read)
    assert all(one.documents[0].kind is DocumentKind.LABEL for one in read)
    assert all(dhl_wording.reason_in(value) for value in answers("POST /shipments", "201") if "status" in value)


def test_every_sample_of_a_dhl_pickup_and_of_its_products_is_read() -> None:
    booked = [dhl_pickups.read_created(value) for value in answers("POST /pickups", "201")]
    offered = [dhl_shipping.read_products(value) for value in answers("POST /rates", "200")]

    assert all(one.number.startswith("PRG") for one in booked)
    assert all(product.code for products in offered for product in products)


def test_every_sample_of_dhl_tracking_is_read() -> None:
    for value in answers("GET /shipments/{shipmentTrackingNumber}/tracking", "200"):
        story = journey(dhl_tracking.read_events(value))

        assert (story.state, story.moved_at) == (ParcelState.DELIVERED, datetime(2023, 8, 9, 13, 56, 21, tzinfo=UTC))
        assert dhl_tracking.read_waybills(value) == ["1234567890"]


def test_every_sample_of_a_ups_pickup_is_read_or_known_as_another_kind() -> None:
    for _, _, value in published.samples("ups/Pickup.yaml", "answers"):
        if "PickupCreationResponse" in value:
            assert ups_pickups.read_created(value) == "stringstrin"
        else:
            with pytest.raises(UnreadableError):
                ups_pickups.read_created(value)


def answers(operation: str, status: str) -> list[dict[str, Any]]:
    found = published.samples(published.DHL_FILE, "answers")
    return [value for name, code, value in found if (name, code) == (operation, status)]


def with_whole_files(value: Any) -> Any:
    """Some of the samples were shortened in the middle of their files: put a whole one there."""
    pdf = b64encode(b"%PDF-1.4").decode()
    return {**value, "documents": [{**part, "content": pdf} for part in value["documents"]]}


def told(value: object) -> str:
    return dhl_wording.reason_in(value)
