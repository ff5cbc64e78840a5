"""Reports of the carriers become one story, the same in whatever order they come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.dhl_api import tracking as dhl
from carriers.expeditors_api import tracking as expeditors
from carriers.parcel_states import MOVED, ParcelEvent, ParcelState, journey
from carriers.ups_api import tracking as ups

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUMBER = "1Z12345E6605272234"

DHL_CODES = (
    "PU", "PL", "DF", "AF", "AR", "IC", "CR", "CD", "UD", "RR", "WC", "OK", "DD", "PD", "CC", "NH", "BA", "CA", "CM",
    "RD", "RT", "ND", "MS", "MC", "MD", "OH", "HP", "BN", "SS", "TP", "TR", "SA", "SC", "SM", "DS", "FD", "PY",
    "101", "102", "103", "104",
)  # fmt: skip
UPS_STATUSES = (
    3, 38, 5, 10, 39, 6, 21, 11, 7, 12, 14, 58, 92, 22, 23, 24, 59, 64, 65, 131, 135, 68, 69, 34, 35, 36, 133, 129,
    130, 127,
)  # fmt: skip
UPS_TYPES = ("D", "I", "M", "MV", "X", "NA", "U", "DO", "DD", "W")
EXPEDITORS_CODES = (
    "BKD", "FND", "FRD", "COB", "ETA", "EDD", "AFD", "RLS", "EDL", "DLV", "POD", "DLY", "RDL", "RTD",
)  # fmt: skip


def event(hours: float, state: ParcelState | None, code: str = "") -> ParcelEvent:
    return ParcelEvent(NUMBER, MONDAY + timedelta(hours=hours), code or str(state), state)


@pytest.mark.parametrize("code", DHL_CODES)
def test_every_code_of_dhl_has_its_word(code: str) -> None:
    assert code in dhl.BY_CODE


@pytest.mark.parametrize("status", UPS_STATUSES)
def test_every_status_of_ups_has_its_word(status: int) -> None:
    assert ups.state_of("I", "", f"{status:03d}") is ups.BY_STATUS[status]


@pytest.mark.parametrize("code", [*UPS_TYPES, "MP", "DP", "VP"])
def test_every_kind_of_report_of_ups_has_its_word(code: str) -> None:
    assert code in ups.BY_TYPE or code in ups.BY_CODE


@pytest.mark.parametrize("code", EXPEDITORS_CODES)
def test_every_code_of_expeditors_has_its_word(code: str) -> None:
    assert code in expeditors.BY_CODE


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        (("M", "MP", "003"), ParcelState.ANNOUNCED),
        (("I", "", "038"), ParcelState.IN_TRANSIT),
        (("I", "OT", "999"), ParcelState.IN_TRANSIT),
        (("D", "FS", "011"), ParcelState.DELIVERED),
        (("X", "48", ""), ParcelState.HELD_UP),
        (("M", "VP", ""), ParcelState.VOIDED),
        (("M", "DP", ""), ParcelState.ANNOUNCED),
        (("I", "DP", ""), ParcelState.IN_TRANSIT),
        (("MV", "", ""), ParcelState.VOIDED),
        (("?", "?", "?"), None),
    ],
)
def test_the_finest_code_of_ups_decides(codes: tuple[str, str, str], state: ParcelState | None) -> None:
    assert ups.state_of(*codes) is state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({"type": "M", "code": "MP", "descriptionCode": "003"}, ParcelState.ANNOUNCED),
        ({"type": "I", "code": "DP", "descriptionCode": "005"}, ParcelState.IN_TRANSIT),
        ({"type": "I", "code": "OT", "descriptionCode": "021"}, ParcelState.OUT_FOR_DELIVERY),
        ({"type": "X", "code": "48", "descriptionCode": "064"}, ParcelState.HELD_UP),
        ({"type": "D", "code": "FS", "descriptionCode": "011"}, ParcelState.DELIVERED),
    ],
)
def test_what_ups_tells_of_itself_is_as_fine_as_what_it_answers(status: dict[str, str], state: ParcelState) -> None:
    message = {
        "trackingNumber": f" {NUMBER}",
        "localActivityDate": "20261123",
        "localActivityTime": "030000",
        "activityLocation": {"city": "Hickory", "stateProvince": "NC", "postalCode": "", "country": "US"},
        "activityStatus": {**status, "description": "On the Way"},
        "scheduledDeliveryDate": "20261124",
        "actualDeliveryDate": "",
        "actualDeliveryTime": "",
        "gmtActivityDate": "20261123",
        "gmtActivityTime": "080000",
        "deliveryStartTime": "",
        "deliveryEndTime": "",
        "deliveryTimeDescription": "end of day",
    }

    [told] = ups.read_push(message)

    assert (told.number, told.state, told.place) == (NUMBER, state, "Hickory, NC, US")
    assert told.at == datetime(2026, 11, 23, 8, tzinfo=UTC)


states = st.sampled_from([*ParcelState, None])
events = st.builds(
    ParcelEvent,
    number=st.just(NUMBER),
    at=st.integers(0, 6).map(lambda hours: MONDAY + timedelta(hours=hours)),
    code=st.sampled_from("ABC"),
    state=states,
    words=st.sampled_from(["", "Picked up", "At the depot"]),
    place=st.sampled_from(["", "Austin"]),
)


@given(told=st.lists(events, max_size=8), data=st.data())
def test_the_order_and_number_of_reports_change_nothing(told: list[ParcelEvent], data: st.DataObject) -> None:
    other = data.draw(st.permutations(told + told[:3]))

    assert journey(other) == journey(told)


@given(told=st.lists(events, max_size=8), cut=st.integers(0, 8))
def test_a_story_told_from_a_story_and_the_rest_is_the_whole_story(told: list[ParcelEvent], cut: int) -> None:
    early, late = told[:cut], told[cut:]

    assert journey([*journey(early).events, *late]) == journey(told)


@given(told=st.lists(events, max_size=8))
def test_what_moved_is_never_said_to_be_only_announced_or_void(told: list[ParcelEvent]) -> None:
    story = journey(told)

    assert (story.moved_at is None) == (story.state not in MOVED)


def test_a_scan_that_comes_in_after_delivery_does_not_bring_the_parcel_back() -> None:
    story = journey(
        [event(1, ParcelState.IN_TRANSIT), event(5, ParcelState.DELIVERED), event(6, ParcelState.IN_TRANSIT)]
    )

    assert story.state is ParcelState.DELIVERED
    assert story.delivered_at == MONDAY + timedelta(hours=5)


def test_of_two_reports_of_one_moment_the_further_one_counts() -> None:
    story = journey([event(5, ParcelState.DELIVERED), event(5, ParcelState.OUT_FOR_DELIVERY)])

    assert story.state is ParcelState.DELIVERED


def test_a_parcel_handed_over_on_its_way_back_is_with_its_sender() -> None:
    story = journey(
        [event(1, ParcelState.IN_TRANSIT), event(2, ParcelState.RETURNING), event(9, ParcelState.DELIVERED)]
    )

    assert story.state is ParcelState.RETURNED
    assert story.delivered_at is None


def test_a_voided_label_that_travels_is_noticed() -> None:
    story = journey([event(1, ParcelState.ANNOUNCED), event(2, ParcelState.VOIDED), event(30, ParcelState.IN_TRANSIT)])

    assert story.moves_though_voided
    assert story.state is ParcelState.IN_TRANSIT


def test_a_report_that_says_nothing_of_the_place_is_kept_and_changes_nothing() -> None:
    told = [event(1, ParcelState.IN_TRANSIT), event(2, None, "ETA")]

    story = journey(told)

    assert story.state is ParcelState.IN_TRANSIT
    assert len(story.events) == 2


def test_nothing_told_is_no_story() -> None:
    assert journey([]).state is None
