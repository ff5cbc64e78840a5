"""An answer of any shape is read or said to be unreadable; it never breaks the reader."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.dhl_api import pickups as dhl_pickups
from carriers.dhl_api import shipping as dhl_shipping
from carriers.dhl_api import tracking as dhl_tracking
from carriers.dhl_api.wording import reason_in as dhl_reason
from carriers.errors import UnreadableError
from carriers.expeditors_api import tracking as expeditors
from carriers.reading import Json, optional
from carriers.ups_api import addresses, pickups, shipping, tracking
from carriers.ups_api.wording import reason_in as ups_reason
from tests.carriers.samples import AUSTIN

READERS: dict[str, Callable[[Json], object]] = {
    "ups label": shipping.read_label,
    "ups recovery": shipping.read_recovered,
    "ups void": shipping.read_voided,
    "ups pickup": pickups.read_created,
    "ups cancelled": pickups.read_cancelled,
    "ups events": tracking.read_events,
    "ups numbers": tracking.read_numbers,
    "ups address": lambda body: addresses.read_checked(body, AUSTIN),
    "ups reason": ups_reason,
    "dhl shipment": dhl_shipping.read_made,
    "dhl products": dhl_shipping.read_products,
    "dhl pickup": dhl_pickups.read_created,
    "dhl moved": dhl_pickups.read_moved,
    "dhl events": dhl_tracking.read_events,
    "dhl waybills": dhl_tracking.read_waybills,
    "dhl reason": dhl_reason,
    "expeditors files": expeditors.read_files,
    "expeditors references": expeditors.read_references,
    "expeditors events": lambda body: expeditors.read_events(body, "123"),
    "expeditors reason": expeditors.reason_in,
}

KEYS = (
    "ShipmentResponse", "ShipmentResults", "PackageResults", "TrackingNumber", "Response", "ResponseStatus", "Code",
    "LabelRecoveryResponse", "LabelResults", "LabelImage", "GraphicImage", "ShippingLabel", "VoidShipmentResponse",
    "SummaryResult", "Status", "PickupCreationResponse", "PRN", "XAVResponse", "Candidate", "AddressKeyFormat",
    "AddressLine", "trackResponse", "shipment", "package", "activity", "status", "date", "time", "shipments", "events",
    "documents", "packages", "trackingNumber", "shipmentTrackingNumber", "content", "typeCode", "products",
    "productCode", "dispatchConfirmationNumbers", "id", "refNumber", "code", "response", "errors", "Fault", "detail",
)  # fmt: skip

leaves = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "1", "label", "JVBERi0=", "x"])
bodies = st.recursive(
    leaves,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inside, max_size=6),
    max_leaves=25,
)


@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
@given(body=bodies)
def test_no_answer_breaks_its_reader(read: Callable[[Json], object], body: Json) -> None:
    try:
        read(body)
    except UnreadableError as unreadable:
        said = str(unreadable)
    else:
        said = "The carrier's answer has"

    assert said.startswith("The carrier's answer has")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"a": {"b": "x"}}, "x"),
        ({"a": [{"b": ["x", "y"]}]}, "x"),
        ({"a": {"b": 5}}, "5"),
        ({"a": {"b": True}}, ""),
        ([], ""),
    ],
)
def test_words_are_found_by_their_path(body: Json, words: str) -> None:
    assert optional(body, "a", "b") == words
