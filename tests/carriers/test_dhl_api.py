"""DHL: what is asked of it, literally, and what its answers come to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from carriers.customs import Goods
from carriers.dhl_api import pickups, shipping
from carriers.dhl_api.client import Dhl
from carriers.dhl_api.shipping import Product, Terms
from carriers.dhl_api.wording import planned, reason_in
from carriers.documents import DocumentKind
from carriers.errors import GoodsUnknownError, NoProductError, PhoneMissingError, TooFarAheadError
from carriers.live import LiveDhl
from carriers.parcel_states import ParcelState
from tests.carriers.samples import DEPOT, DHL_ACCOUNT, MUNICH, NOW, TODAY, TORONTO, VENLO, goods, pickup, shipment
from tests.carriers.stand_in import StandIn

LEAVES_AT = datetime(2026, 11, 30, 14, 0, tzinfo=ZoneInfo("Europe/Berlin"))
INTRA_EU = Product("U", "U", "EXPRESS WORLDWIDE EU", agreed=True)
TERMS = Terms(account="123456789", product=INTRA_EU, leaves_at=LEAVES_AT, reference="R26000123L7")
ACROSS = replace(TERMS, product=Product("P", "P", "EXPRESS WORLDWIDE", agreed=True), goods=(goods(),))


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def dhl(stand_in: StandIn) -> Dhl:
    return Dhl(DHL_ACCOUNT, host=stand_in.host)


def test_a_return_shipment_is_asked_for_in_these_words() -> None:
    asked = shipping.create(shipment(MUNICH, VENLO), TERMS)

    assert (asked.method, asked.path, asked.makes) == ("POST", "/shipments", True)
    assert asked.body == {
        "plannedShippingDateAndTime": "2026-11-30T14:00:00 GMT+01:00",
        "pickup": {"isRequested": False},
        "productCode": "U",
        "localProductCode": "U",
        "accounts": [{"typeCode": "shipper", "number": "123456789"}],
        "customerReferences": [
            {"typeCode": "CU", "value": "R26000123"},
            {"typeCode": "AAO", "value": "R26000123L7"},
        ],
        "outputImageProperties": {
            "printerDPI": 300,
            "encodingFormat": "pdf",
            "imageOptions": [
                {"typeCode": "label", "templateName": "ECOM26_A6_002"},
                {
                    "typeCode": "waybillDoc",
                    "templateName": "ARCH_8X4",
                    "isRequested": True,
                    "hideAccountNumber": True,
                },
            ],
            "splitTransportAndWaybillDocLabels": True,
        },
        "customerDetails": {
            "shipperDetails": {
                "postalAddress": {
                    "postalCode": "80804",
                    "cityName": "München",
                    "countryCode": "DE",
                    "addressLine1": "Hauptstraße 1",
                },
                "contactInformation": {
                    "phone": "+49 89 5550",
                    "companyName": "Kunde GmbH",
                    "fullName": "Jo Probe",
                },
                "typeCode": "business",
            },
            "receiverDetails": {
                "postalAddress": {
                    "postalCode": "5928 LX",
                    "cityName": "Venlo",
                    "countryCode": "NL",
                    "addressLine1": "Depotweg 1",
                },
                "contactInformation": {
                    "phone": "+31 77 5550100",
                    "companyName": "Returns Venlo",
                    "fullName": "Dock",
                },
                "typeCode": "business",
            },
        },
        "content": {
            "packages": [
                {
                    "weight": 6.9,
                    "dimensions": {"length": 50.0, "width": 35.0, "height": 25.0},
                    "customerReferences": [{"typeCode": "CU", "value": "FOC2345N0AB"}],
                    "description": "Cisco Room Kit",
                }
            ],
            "isCustomsDeclarable": False,
            "description": "Cisco Room Kit",
            "incoterm": "DAP",
            "unitOfMeasurement": "metric",
        },
    }


def test_across_a_customs_border_the_invoice_names_rma_and_serials() -> None:
    asked = shipping.create_body(shipment(TORONTO, DEPOT), ACROSS)

    content = asked["content"]
    (line,) = content["exportDeclaration"]["lineItems"]
    assert content["isCustomsDeclarable"]
    assert (content["declaredValue"], content["declaredValueCurrency"]) == (1200.1, "CAD")
    assert content["exportDeclaration"]["invoice"] == {
        "number": "R26000123",
        "date": "2026-11-23",
        "customerReferences": [{"typeCode": "RMA", "value": "R26000123"}],
    }
    assert line["customerReferences"] == [{"typeCode": "SE", "value": "FOC2345N0AB"}]
    assert line["commodityCodes"] == [{"typeCode": "outbound", "value": "8517620000"}]
    assert asked["outputImageProperties"]["imageOptions"][-1] == {
        "typeCode": "invoice",
        "templateName": "RET_COM_INVOICE_A4_01",
        "invoiceType": "returns",
        "isRequested": True,
        "languageCode": "eng",
    }


def test_the_declared_value_counts_every_piece() -> None:
    three = replace(ACROSS, goods=(goods("A", "B"), goods("C")))

    content = shipping.create_body(shipment(TORONTO, DEPOT), three)["content"]

    assert content["declaredValue"] == 3600.3
    assert [line["quantity"]["value"] for line in content["exportDeclaration"]["lineItems"]] == [2, 1]


UNKNOWN: dict[str, tuple[Goods, ...]] = {
    "nothing": (),
    "no value": (replace(goods(), value=Decimal(0)),),
    "no code": (replace(goods(), code=""),),
    "two currencies": (goods(), replace(goods(), currency="USD")),
}


@pytest.mark.parametrize("unknown", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_customs_is_not_told_half_of_it(unknown: tuple[Goods, ...]) -> None:
    with pytest.raises(GoodsUnknownError) as refused:
        shipping.create(shipment(TORONTO, DEPOT), replace(ACROSS, goods=unknown))

    assert "catalogue" in str(refused.value)


def test_dhl_calls_before_it_comes_so_it_needs_a_number() -> None:
    with pytest.raises(PhoneMissingError, match="Jo Probe"):
        shipping.create(shipment(replace(MUNICH, phone=" "), VENLO), TERMS)


def test_the_first_label_is_the_label_whatever_the_waybill_calls_itself() -> None:
    part = {"imageFormat": "PDF", "content": "JVBERi0xLjQ=", "typeCode": "label"}
    answer = {
        "shipmentTrackingNumber": "1103733901",
        "packages": [{"trackingNumber": "JD014600004617230770"}],
        "documents": [part, part, {**part, "typeCode": "invoice"}, {**part, "typeCode": "qr-code"}],
    }

    made = shipping.read_made(answer)

    assert [part.kind for part in made.documents] == [DocumentKind.LABEL, DocumentKind.WAYBILL, DocumentKind.INVOICE]


def test_a_live_label_is_checked_before_it_is_made_and_all_its_files_are_kept(stand_in: StandIn, dhl: Dhl) -> None:
    source = LiveDhl(dhl, leaves_at=NOW)

    issued = source.issue(shipment(MUNICH, VENLO), 7)

    asked = [(heard.path, "validateDataOnly" in heard.query) for heard in stand_in.heard]
    assert asked == [("/products", False), ("/shipments", True), ("/shipments", False)]
    assert (issued.image or b"").startswith(b"%PDF")
    assert issued.piece_id.startswith("JD")
    assert [part.kind for part in issued.documents] == [DocumentKind.LABEL, DocumentKind.WAYBILL]


def test_a_product_that_dhl_does_not_sell_there_is_not_guessed() -> None:
    with pytest.raises(NoProductError):
        shipping.choose([INTRA_EU], "P", shipment(TORONTO, DEPOT))


def test_a_day_too_far_ahead_is_refused_before_dhl_does() -> None:
    shipping.must_be_soon(NOW + timedelta(days=10), NOW)

    with pytest.raises(TooFarAheadError):
        shipping.must_be_soon(NOW + timedelta(days=10, minutes=1), NOW)


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 11, 30, 14, 0, tzinfo=UTC), "2026-11-30T14:00:00 GMT+00:00"),
        (datetime(2026, 7, 1, 9, 30, tzinfo=ZoneInfo("America/St_Johns")), "2026-07-01T09:30:00 GMT-02:30"),
    ],
)
def test_a_moment_is_written_as_dhl_reads_it(moment: datetime, written: str) -> None:
    assert planned(moment) == written


def test_a_pickup_is_booked_moved_and_called_off(dhl: Dhl, stand_in: StandIn) -> None:
    asked = pickup(MUNICH, zone="Europe/Berlin", destination="NL")

    booked = dhl.book(asked, "U", customs=False)
    moved = dhl.move(booked.number, replace(asked, day=asked.day + timedelta(days=1)), "U", customs=False)

    assert moved.number == booked.number
    assert dhl.call_off(booked.number, by="Rita", why="Closed")
    assert dhl.call_off(booked.number, by="Rita", why="Closed")
    assert stand_in.dhl.pickups == {}


def test_a_pickup_is_planned_by_the_clock_at_the_address() -> None:
    asked = pickups.create_body(pickup(MUNICH, zone="Europe/Berlin", destination="NL"), "123", "U", customs=False)

    assert asked["plannedPickupDateAndTime"] == "2026-11-25T10:00:00 GMT+01:00"
    assert asked["closeTime"] == "17:30"
    assert [parcel["weight"] for parcel in asked["shipmentDetails"][0]["packages"]] == [6.9, 33.0]


def test_events_and_pieces_lead_to_the_waybill(dhl: Dhl) -> None:
    made = dhl.ship(shipment(MUNICH, VENLO), TERMS)

    (event,) = dhl.events(made.waybill)

    assert dhl.waybills_of(made.pieces) == [made.waybill]
    assert event.at == datetime(2026, 11, 24, 12, 56, 21, tzinfo=UTC)
    assert event.state is ParcelState.IN_TRANSIT


def test_what_dhl_does_not_know_is_nothing(dhl: Dhl) -> None:
    assert dhl.events("3318810025") == []
    assert dhl.waybills_under("R26000123L1", since=TODAY, until=TODAY) == []


def test_of_multiple_problems_each_is_told() -> None:
    body = {"detail": "Multiple problems found", "additionalDetails": ["7120: one", "7127: two"]}

    assert reason_in(body) == "7120: one; 7127: two"
