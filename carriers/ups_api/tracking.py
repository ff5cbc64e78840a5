"""UPS' tracking: by number or by reference, and its many codes in our one vocabulary."""

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import quote

from carriers.http import Question
from carriers.moments import moment
from carriers.parcel_states import ParcelEvent, ParcelState
from carriers.reading import Json, below, many, optional

BY_NUMBER = "/api/track/v1/details"
BY_REFERENCE = "/api/track/v1/reference/details"

BY_TYPE: dict[str, ParcelState | None] = {
    "D": ParcelState.DELIVERED,
    "I": ParcelState.IN_TRANSIT,
    "M": ParcelState.ANNOUNCED,
    "MV": ParcelState.VOIDED,
    "X": ParcelState.HELD_UP,
    "P": ParcelState.IN_TRANSIT,
    "O": ParcelState.OUT_FOR_DELIVERY,
    "RS": ParcelState.RETURNING,
    "W": ParcelState.IN_TRANSIT,
    "DO": ParcelState.IN_TRANSIT,
    "DD": ParcelState.DELIVERED,
    "NA": None,
    "U": None,
}
"""Types of activity, where the status code says nothing finer. `NA` and `U` only change what is known."""

BY_CODE: dict[str, ParcelState | None] = {
    "MP": ParcelState.ANNOUNCED,
    "DP": ParcelState.ANNOUNCED,
    "VP": ParcelState.VOIDED,
}
"""Codes of the manifest: billing information came in, was processed, was taken back."""

OF_MANIFEST = frozenset({"", "M", "MV"})
"""Types of activity of which `BY_CODE` speaks: with type `I`, the code `DP` is a departure from a building."""

BY_STATUS: dict[int, ParcelState | None] = {
    3: ParcelState.ANNOUNCED,
    5: ParcelState.IN_TRANSIT,
    6: ParcelState.OUT_FOR_DELIVERY,
    7: ParcelState.VOIDED,
    10: ParcelState.IN_TRANSIT,
    11: ParcelState.DELIVERED,
    12: ParcelState.CUSTOMS,
    14: ParcelState.CUSTOMS,
    21: ParcelState.OUT_FOR_DELIVERY,
    22: ParcelState.HELD_UP,
    23: ParcelState.HELD_UP,
    24: ParcelState.HELD_UP,
    34: ParcelState.RETURNING,
    35: ParcelState.RETURNING,
    36: ParcelState.RETURNING,
    38: ParcelState.IN_TRANSIT,
    39: ParcelState.IN_TRANSIT,
    58: ParcelState.CUSTOMS,
    59: ParcelState.HELD_UP,
    64: ParcelState.HELD_UP,
    65: ParcelState.MISSED,
    68: ParcelState.HELD_UP,
    69: ParcelState.HELD_UP,
    92: ParcelState.CUSTOMS,
    127: ParcelState.LOST,
    129: ParcelState.LOST,
    130: ParcelState.LOST,
    131: ParcelState.MISSED,
    133: ParcelState.ANNOUNCED,
    135: ParcelState.MISSED,
}
"""Status codes. At 64, *refused*, and 68, *lost and found*, the box waits until somebody decides. 65, 131 and 135 are
pickups that UPS tried in vain; 127, 129 and 130 investigations and claims; 133 is a label left with the customer."""


def by_number(number: str) -> Question:
    return Question("GET", f"{BY_NUMBER}/{quote(number, safe='')}", {"locale": "en_US"})


def by_reference(reference: str, account: str, *, since: date, until: date) -> Question:
    """Ask for what *account* shipped under *reference* between two days, both included."""
    query = {
        "locale": "en_US",
        "fromPickUpDate": f"{since:%Y%m%d}",
        "toPickUpDate": f"{until:%Y%m%d}",
        "shipperNum": account,
        "refNumType": "SmallPackage",
    }
    return Question("GET", f"{BY_REFERENCE}/{quote(reference, safe='')}", query)


def read_events(body: Json) -> list[ParcelEvent]:
    """Read the events of all parcels in an answer; none for a number that UPS does not know (yet)."""
    return [event for package in _packages(body) for event in _events(package)]


def read_push(body: Json) -> list[ParcelEvent]:
    """Read what Track Alert sends of itself; nothing where it does not say when by Greenwich time.

    One message tells of one activity; its `descriptionCode` is the status code of `BY_STATUS` (`webhooks` of UPS'
    published `UPSTrackAlert.yaml`).
    """
    at = moment(optional(body, "gmtActivityDate"), optional(body, "gmtActivityTime"))
    if at is None or not optional(body, "gmtActivityTime"):
        return []
    status = below(body, "activityStatus")
    type_, code = optional(status, "type"), optional(status, "code")
    state, words = state_of(type_, code, optional(status, "descriptionCode")), optional(status, "description")
    place = _place(below(body, "activityLocation"))
    return [ParcelEvent(read_pushed_number(body), at, f"{type_}/{code}", state, words, place)]


def read_pushed_number(body: Json) -> str:
    """Read which parcel Track Alert tells of."""
    return optional(body, "trackingNumber")


def read_numbers(body: Json) -> list[str]:
    """Read which parcels an answer is about."""
    return [number for package in _packages(body) if (number := optional(package, "trackingNumber"))]


def state_of(type_: str, code: str, status: str) -> ParcelState | None:
    """Return what UPS' three codes for one event mean: the finest that we know decides."""
    if status.isdecimal() and int(status) in BY_STATUS:
        return BY_STATUS[int(status)]
    if code in BY_CODE and type_ in OF_MANIFEST:
        return BY_CODE[code]
    return BY_TYPE.get(type_)


def _packages(body: Json) -> list[Json]:
    shipments = many(body, "trackResponse", "shipment")
    return [package for shipment in shipments for package in many(shipment, "package")]


def _events(package: Json) -> Iterator[ParcelEvent]:
    number = optional(package, "trackingNumber")
    for activity in many(package, "activity"):
        at = _moment(activity)
        if at is None:
            continue
        status = below(activity, "status")
        type_, code = optional(status, "type"), optional(status, "code")
        fine = optional(status, "statusCode")
        yield ParcelEvent(
            number=number,
            at=at,
            code=f"{type_}/{code}",
            state=state_of(type_, code, fine),
            words=optional(status, "description"),
            place=_place(below(activity, "location", "address")),
        )


def _moment(activity: Json) -> datetime | None:
    """Return when something happened: by Greenwich time where UPS tells it, else by the local clock and its offset."""
    greenwich = moment(optional(activity, "gmtDate"), optional(activity, "gmtTime"))
    if greenwich and optional(activity, "gmtTime"):
        return greenwich
    return moment(optional(activity, "date"), optional(activity, "time"), optional(activity, "gmtOffset"))


def _place(address: Json) -> str:
    parts = (optional(address, "city"), optional(address, "stateProvince"), optional(address, "countryCode"))
    return ", ".join(filter(None, (*parts[:2], parts[2] or optional(address, "country"))))
