"""Expeditors' tracking API (version 2): which files belong to a reference, and its codes in our one vocabulary."""

import re
from datetime import datetime

from carriers.errors import BadReferenceError
from carriers.http import Question
from carriers.moments import whole_moment
from carriers.parcel_states import ParcelEvent, ParcelState
from carriers.reading import Json, many, optional

SHIPMENTS = "/shipments"

BY_CODE: dict[str, ParcelState | None] = {
    "BKD": ParcelState.ANNOUNCED,
    "FND": ParcelState.IN_TRANSIT,
    "FRD": ParcelState.IN_TRANSIT,
    "COB": ParcelState.IN_TRANSIT,
    "AFD": ParcelState.IN_TRANSIT,
    "RLS": ParcelState.IN_TRANSIT,
    "DLV": ParcelState.DELIVERED,
    "POD": ParcelState.DELIVERED,
    "DLY": ParcelState.HELD_UP,
    "ETA": None,
    "EDD": None,
    "EDL": None,
    "RDL": None,
    "RTD": None,
}
"""Estimates and requested dates say nothing of where the cartons are. `AFD` is the last airport, not the depot."""

_REFERENCE = re.compile(r"[0-9A-Z]{3,12}")


def by_reference(reference: str) -> Question:
    """Ask which files carry a reference that begins with *reference*; raises `BadReferenceError`.

    Anything but letters and digits makes the API fail with status 500, as if it were broken.
    """
    return Question("GET", SHIPMENTS, {"ref": _checked(reference)})


def changed_between(start: datetime, end: datetime) -> Question:
    """Ask which files changed between two moments, so that details are asked of those only."""
    return Question("GET", SHIPMENTS, {"start": _greenwich(start), "end": _greenwich(end)})


def references_of(file_number: str) -> Question:
    return Question("GET", f"{SHIPMENTS}/{_checked(file_number)}/references")


def events_of(file_number: str) -> Question:
    return Question("GET", f"{SHIPMENTS}/{_checked(file_number)}/events")


def read_files(body: Json) -> list[str]:
    """Read the file numbers in a list of shipments."""
    return [number for shipment in _rows(body) if (number := optional(shipment, "id"))]


def read_references(body: Json) -> list[str]:
    return [optional(reference, "refNumber").upper() for reference in _rows(body)]


def read_events(body: Json, file_number: str) -> list[ParcelEvent]:
    events = []
    for row in _rows(body):
        at = whole_moment(optional(row, "time"))
        if at:
            code = optional(row, "code").upper()
            words, place = optional(row, "description"), optional(row, "destination") or optional(row, "origin")
            events.append(ParcelEvent(file_number, at, code, state_of(code), words, place))
    return events


def state_of(code: str) -> ParcelState | None:
    return BY_CODE.get(code)


def reason_in(body: Json) -> str:
    """Return why Expeditors refuses, in its own words."""
    return ": ".join(filter(None, (optional(body, "error"), optional(body, "error_description"))))


def _rows(body: Json) -> list[Json]:
    """The API answers bare lists."""
    return many({"rows": body}, "rows")


def _checked(reference: str) -> str:
    if not _REFERENCE.fullmatch(reference):
        raise BadReferenceError(carrier="Expeditors", value=reference)
    return reference


def _greenwich(moment: datetime) -> str:
    return f"{whole_moment(moment.isoformat()):%Y-%m-%dT%H:%M:%SZ}"
