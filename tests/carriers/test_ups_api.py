"""UPS: what is asked of it, literally, and what its answers come to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from carriers.documents import DocumentKind
from carriers.errors import AddressTooLongError, PhoneMissingError, UnreadableError
from carriers.parcel_states import ParcelState
from carriers.ups_api import pickups, shipping, tracking
from carriers.ups_api.addresses import AddressVerdict, read_checked
from carriers.ups_api.client import Ups
from carriers.ups_api.wording import reason_in
from tests.carriers.samples import AUSTIN, SAN_JUAN, UPS_ACCOUNT, pickup, shipment
from tests.carriers.stand_in import StandIn
from tests.carriers.stand_in.ups import CANDIDATE, SUCCESS


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def ups(stand_in: StandIn) -> Ups:
    return Ups(UPS_ACCOUNT, host=stand_in.host)


def test_a_return_label_is_asked_for_in_these_words() -> None:
    asked = shipping.return_label(shipment(), "A1B2C3", "R26000123L7")

    depot = {
        "Name": "Acme Demo Depot",
        "AttentionName": "RMA Dock",
        "Phone": {"Number": "14085550100"},
        "Address": {
            "AddressLine": ["100 Depot Way"],
            "City": "San Jose",
            "StateProvinceCode": "CA",
            "PostalCode": "95134",
            "CountryCode": "US",
        },
    }
    assert (asked.method, asked.path, asked.makes) == ("POST", "/api/shipments/v2409/ship", True)
    assert asked.body["ShipmentRequest"]["Shipment"] == {
        "Description": "Cisco Room Kit",
        "ReturnService": {"Code": "9"},
        "Shipper": {**depot, "ShipperNumber": "A1B2C3"},
        "ShipTo": depot,
        "ShipFrom": {
            "Name": "Customer Inc",
            "AttentionName": "Jo Trial",
            "Phone": {"Number": "5125550123"},
            "Address": {
                "AddressLine": ["500 Congress Ave"],
                "City": "Austin",
                "StateProvinceCode": "TX",
                "PostalCode": "787011234",
                "CountryCode": "US",
            },
        },
        "PaymentInformation": {"ShipmentCharge": [{"Type": "01", "BillShipper": {"AccountNumber": "A1B2C3"}}]},
        "Service": {"Code": "03"},
        "Package": [
            {
                "Description": "Cisco Room Kit",
                "Packaging": {"Code": "02"},
                "PackageWeight": {"UnitOfMeasurement": {"Code": "LBS"}, "Weight": "15.3"},
                "Dimensions": {"UnitOfMeasurement": {"Code": "IN"}, "Length": "20", "Width": "14", "Height": "10"},
                "ReferenceNumber": [
                    {"Code": "RZ", "Value": "R26000123", "BarCodeIndicator": ""},
                    {"Code": "SE", "Value": "FOC2345N0AB"},
                    {"Code": "TN", "Value": "R26000123L7"},
                ],
            }
        ],
    }


def test_between_puerto_rico_and_the_mainland_references_belong_to_the_shipment() -> None:
    asked = shipping.return_label_body(shipment(SAN_JUAN), "A1B2C3", "R26000123L7")["ShipmentRequest"]["Shipment"]

    assert [reference["Code"] for reference in asked["ReferenceNumber"]] == ["RZ", "SE", "TN"]
    assert "ReferenceNumber" not in asked["Package"][0]
    assert asked["Service"] == {"Code": "02"}


def test_a_street_is_broken_between_words_and_never_cut() -> None:
    long = replace(AUSTIN, lines=("Building 7, third floor, at the very end of the corridor", "500 Congress Ave"))

    asked = shipping.return_label_body(shipment(long), "A1B2C3", "R1L1")["ShipmentRequest"]["Shipment"]

    assert asked["ShipFrom"]["Address"]["AddressLine"] == [
        "Building 7, third floor, at the",
        "very end of the corridor 500",
        "Congress Ave",
    ]


def test_a_street_that_does_not_fit_is_refused_rather_than_cut() -> None:
    endless = replace(AUSTIN, lines=("word " * 40,))

    with pytest.raises(AddressTooLongError):
        shipping.return_label(shipment(endless), "A1B2C3", "R1L1")


def test_a_label_comes_with_its_number_and_picture(ups: Ups) -> None:
    made = ups.return_label(shipment(), "R26000123L1")

    assert made.number.startswith("1ZA1B2C303")
    assert [(part.kind, part.media_type) for part in made.documents] == [(DocumentKind.LABEL, "image/gif")]


def test_a_single_package_may_come_without_brackets() -> None:
    package = {"TrackingNumber": "1Z1", "ShippingLabel": {"GraphicImage": "R0lGODlh"}}
    results = {"ShipmentIdentificationNumber": "1Z1", "PackageResults": package}

    made = shipping.read_label({"ShipmentResponse": {"Response": SUCCESS, "ShipmentResults": results}})

    assert made.number == "1Z1"


@pytest.mark.parametrize("body", [None, [], {}, {"ShipmentResponse": "?"}, {"ShipmentResponse": {"Response": SUCCESS}}])
def test_an_answer_without_a_label_is_not_read_as_one(body: object) -> None:
    with pytest.raises(UnreadableError):
        shipping.read_label(body)


def test_the_same_label_comes_again_as_pdf(ups: Ups) -> None:
    made = ups.return_label(shipment(), "R26000123L1")

    again = ups.label_again(made.number)

    assert again is not None
    assert again.number == made.number
    assert again.documents[0].media_type == "application/pdf"


def test_candidates_instead_of_labels_are_no_label() -> None:
    answer = {"Response": SUCCESS, "LabelResults": [], "TrackingCandidate": [{"TrackingNumber": "1Z1"}]}

    assert shipping.read_recovered({"LabelRecoveryResponse": answer}) == ()


def test_a_label_is_taken_back_and_may_be_again(ups: Ups, stand_in: StandIn) -> None:
    made = ups.return_label(shipment(), "R26000123L1")

    assert ups.void(made.shipment_number)
    assert ups.void(made.shipment_number)
    assert stand_in.ups.live == {}


def test_a_label_that_was_not_voided_is_said_to_be_so() -> None:
    status = {"Code": "0", "Description": "Not voided"}
    package = {"TrackingNumber": "1Z1", "Status": status}
    answer = {"Response": SUCCESS, "SummaryResult": {"Status": status}, "PackageLevelResults": [package]}

    assert not shipping.read_voided({"VoidShipmentResponse": answer})


def test_a_pickup_asked_for_twice_is_recognised(ups: Ups) -> None:
    first = ups.book(pickup())

    second = ups.book(pickup(), known=frozenset({first.number}))

    assert not first.again
    assert second.again
    assert second.number == first.number
    assert ups.call_off(first.number)


def test_a_pickup_says_when_where_and_how_much() -> None:
    asked = pickups.create_body(pickup(), "A1B2C3", "US", "03")["PickupCreationRequest"]

    assert asked["PickupDateInfo"] == {"PickupDate": "20261125", "ReadyTime": "1000", "CloseTime": "1730"}
    assert asked["PickupPiece"] == [
        {"ServiceCode": "003", "Quantity": "2", "DestinationCountryCode": "US", "ContainerCode": "01"}
    ]
    assert asked["OverweightIndicator"] == "Y"
    assert asked["TrackingData"] == [{"TrackingNumber": "1Z12345E6605272234"}]


def test_a_pickup_without_a_telephone_number_is_refused() -> None:
    with pytest.raises(PhoneMissingError, match="Customer Inc"):
        pickups.create(pickup(replace(AUSTIN, phone="")), "A1B2C3", "US")


def test_events_are_moments_at_greenwich(ups: Ups) -> None:
    made = ups.return_label(shipment(), "R26000123L1")

    (event,) = ups.events(made.number)

    assert event.at == datetime(2026, 11, 24, 7, 47, tzinfo=UTC)
    assert event.state is ParcelState.ANNOUNCED
    assert event.place == "Austin, US"


def test_a_local_clock_is_read_with_its_offset() -> None:
    activity = {"date": "20261124", "time": "014700", "gmtOffset": "-06:00", "status": {"type": "D"}}
    package = {"trackingNumber": "1Z1", "activity": [activity, {"date": "?", "status": {"type": "D"}}]}

    (event,) = tracking.read_events({"trackResponse": {"shipment": {"package": package}}})

    assert event.at == datetime(2026, 11, 24, 7, 47, tzinfo=UTC)


def test_a_number_that_ups_does_not_know_has_no_events(ups: Ups) -> None:
    assert ups.events("1Z12345E6605272234") == []


def test_a_warning_instead_of_a_package_is_no_event() -> None:
    warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
    body = {"trackResponse": {"shipment": [{"inquiryNumber": "1Z1", "warnings": [warning]}]}}

    assert tracking.read_events(body) == []
    assert tracking.read_numbers(body) == []


def test_an_address_comes_back_with_suggestions_that_keep_the_person(ups: Ups) -> None:
    checked = ups.check(AUSTIN)

    assert checked.verdict is AddressVerdict.AMBIGUOUS
    assert checked.suggestions == (
        replace(AUSTIN, lines=("500 CONGRESS AVE STE 100",), city="AUSTIN", postal_code="78701-4321"),
    )


@pytest.mark.parametrize(
    ("answer", "verdict", "suggested"),
    [
        ({"ValidAddressIndicator": "", "Candidate": CANDIDATE}, AddressVerdict.KNOWN, 1),
        ({"NoCandidatesIndicator": ""}, AddressVerdict.UNKNOWN, 0),
    ],
)
def test_an_address_is_known_or_not(answer: dict[str, object], verdict: AddressVerdict, suggested: int) -> None:
    checked = read_checked({"XAVResponse": {"Response": SUCCESS, **answer}}, AUSTIN)

    assert (checked.verdict, len(checked.suggestions)) == (verdict, suggested)


def test_trace_ids_fit_and_are_new_each_time(ups: Ups, stand_in: StandIn) -> None:
    ups.events("1Z12345E6605272234")
    ups.events("1Z12345E6605272234")

    ids = [heard.headers["transId"] for heard in stand_in.heard if "transId" in heard.headers]
    assert len(set(ids)) == 2
    assert all(len(one) <= 32 for one in ids)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"response": {"errors": [{"code": "120500", "message": "No"}]}}, "120500 No"),
        ({"response": {"errors": [{"code": "1"}, {"message": "Two"}]}}, "1; Two"),
        (
            {
                "Fault": {
                    "detail": {"Errors": {"ErrorDetail": {"PrimaryErrorCode": {"Code": "9", "Description": "No"}}}}
                }
            },
            "9 No",
        ),
        ({"Fault": {"faultstring": "Gateway"}}, "Gateway"),
        ({"status": "down"}, ""),
        (None, ""),
    ],
)
def test_a_refusal_is_found_in_every_shape(body: object, reason: str) -> None:
    assert reason_in(body) == reason
