"""DHL's tracking: by waybill, by piece and by reference, and its codes in our one vocabulary.

Only the question about a single waybill tells how far each local clock is from Greenwich. So pieces and references are
looked up for their waybills, and what happened is asked of each waybill.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import quote

from carriers.http import Question
from carriers.moments import moment, whole_moment
from carriers.parcel_states import ParcelEvent, ParcelState
from carriers.reading import Json, many, optional

TRACKING = "/tracking"
SHIPMENTS = "/shipments"
MOST_AT_ONCE = 200

_OFFSET = re.compile(r"T.*[+-]\d\d:?\d\d$")

BY_CODE: dict[str, ParcelState | None] = {
    "SA": ParcelState.ANNOUNCED,
    "SM": ParcelState.ANNOUNCED,
    "PU": ParcelState.IN_TRANSIT,
    "PL": ParcelState.IN_TRANSIT,
    "DF": ParcelState.IN_TRANSIT,
    "AF": ParcelState.IN_TRANSIT,
    "AR": ParcelState.IN_TRANSIT,
    "TR": ParcelState.IN_TRANSIT,
    "FD": ParcelState.IN_TRANSIT,
    "TP": ParcelState.IN_TRANSIT,
    "IC": ParcelState.CUSTOMS,
    "CR": ParcelState.IN_TRANSIT,
    "RR": ParcelState.CUSTOMS,
    "BN": ParcelState.CUSTOMS,
    "CD": ParcelState.CUSTOMS,
    "UD": ParcelState.CUSTOMS,
    "PY": ParcelState.CUSTOMS,
    "HP": ParcelState.HELD_UP,
    "WC": ParcelState.OUT_FOR_DELIVERY,
    "OK": ParcelState.DELIVERED,
    "DD": ParcelState.DELIVERED,
    "PD": ParcelState.HELD_UP,
    "CC": ParcelState.HELD_UP,
    "NH": ParcelState.HELD_UP,
    "BA": ParcelState.HELD_UP,
    "CA": ParcelState.HELD_UP,
    "CM": ParcelState.HELD_UP,
    "RD": ParcelState.HELD_UP,
    "ND": ParcelState.HELD_UP,
    "MS": ParcelState.HELD_UP,
    "MC": ParcelState.HELD_UP,
    "MD": ParcelState.HELD_UP,
    "OH": ParcelState.HELD_UP,
    "SS": ParcelState.HELD_UP,
    "RT": ParcelState.RETURNING,
    "DS": ParcelState.LOST,
    "SC": None,
    "101": ParcelState.DELIVERED,
    "102": ParcelState.IN_TRANSIT,
    "103": ParcelState.HELD_UP,
    "104": ParcelState.ANNOUNCED,
}
"""`PD`, delivered in part, waits for the rest; `DS` is *destroyed*; `SC` changes the service and moves nothing."""

BY_PUSH: dict[str, ParcelState | None] = {
    "pre-transit": ParcelState.ANNOUNCED,
    "transit": ParcelState.IN_TRANSIT,
    "delivered": ParcelState.DELIVERED,
    "failure": ParcelState.HELD_UP,
    "unknown": None,
}
"""The coarse words in which DHL tells of itself what happened."""


def by_waybill(waybill: str) -> Question:
    query = {"levelOfDetail": "all", "requestGMTOffsetPerEvent": "true"}
    return Question("GET", f"{SHIPMENTS}/{quote(waybill, safe='')}/tracking", query)


def by_pieces(pieces: Sequence[str]) -> Question:
    """Ask for at most `MOST_AT_ONCE` pieces at once."""
    query = {"pieceTrackingNumber": pieces[:MOST_AT_ONCE], "trackingView": "shipment-details-only"}
    return Question("GET", TRACKING, query)


def by_reference(reference: str, reference_type: str, account: str, *, since: date, until: date) -> Question:
    """Ask for what *account* shipped under *reference* between two days, both included."""
    query = {
        "shipmentReference": reference,
        "shipmentReferenceType": reference_type,
        "shipperAccountNumber": account,
        "dateRangeFrom": f"{since:%Y-%m-%d}",
        "dateRangeTo": f"{until:%Y-%m-%d}",
    }
    return Question("GET", TRACKING, query)


def read_events(body: Json) -> list[ParcelEvent]:
    """Read what happened, under the number of the waybill; what pieces tell of themselves is told of it too."""
    return [event for shipment in many(body, "shipments") for event in _events_of(shipment)]


def read_push(body: Json) -> list[ParcelEvent]:
    """Read what DHL sends of itself; an event without a moment or without its offset from Greenwich is left out.

    Unified Push sends the answer of *Shipment Tracking – Unified* (developer.dhl.com): `shipments`, each with an `id`,
    its `events` and its latest `status`. In 2025 DHL did not list Express among what can be subscribed to, so that
    asking stays the way that is relied on.
    """
    return [event for shipment in many(body, "shipments") for event in _pushed(shipment)]


def read_pushed_numbers(body: Json) -> list[str]:
    """Read which shipments DHL tells of."""
    return [number for shipment in many(body, "shipments") if (number := optional(shipment, "id"))]


def read_waybills(body: Json) -> list[str]:
    numbers = (optional(shipment, "shipmentTrackingNumber") for shipment in many(body, "shipments"))
    return [number for number in numbers if number]


def state_of(code: str) -> ParcelState | None:
    return BY_CODE.get(code)


def _events_of(shipment: Json) -> Iterator[ParcelEvent]:
    waybill = optional(shipment, "shipmentTrackingNumber")
    for events in (shipment, *many(shipment, "pieces")):
        for event in many(events, "events"):
            at = moment(optional(event, "date"), optional(event, "time"), optional(event, "GMTOffset"))
            if at:
                code = optional(event, "typeCode")
                words, place = optional(event, "description"), optional(event, "serviceArea", "description")
                yield ParcelEvent(waybill, at, code, state_of(code), words, place)


def _pushed(shipment: Json) -> Iterator[ParcelEvent]:
    for event in (*many(shipment, "events"), *many(shipment, "status")):
        told_at = optional(event, "timestamp")
        at = whole_moment(told_at) if _has_offset(told_at) else None
        if at:
            code = optional(event, "statusCode").lower()
            place = optional(event, "location", "address", "addressLocality")
            words = optional(event, "description") or optional(event, "status")
            yield ParcelEvent(optional(shipment, "id"), at, f"push/{code}", BY_PUSH.get(code), words, place)


def _has_offset(text: str) -> bool:
    return text.endswith("Z") or _OFFSET.search(text) is not None
