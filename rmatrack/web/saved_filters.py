"""The saved filters above a list: where they lead, and whether the list as it stands can be saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, request, url_for

from rmatrack.domain.lists import ListName
from rmatrack.services.saved_filters import own_filters, tidied
from rmatrack.web.sessions import read_session

LISTS: dict[str, ListName] = {
    "units.index": ListName.DEVICES,
    "orders.index": ListName.ORDERS,
    "trials.index": ListName.TRIALS,
    "discrepancies.index": ListName.DISCREPANCIES,
    "labels.requests.index": ListName.REQUESTS,
    "mailbox.index": ListName.MAIL,
    "inbound.index": ListName.INCOMING_MAIL,
    "answers.index": ListName.ANSWERS,
    "charges.index": ListName.CHARGES,
    "parcels.index": ListName.PARCELS,
    "inspection.index": ListName.INSPECTIONS,
    "extensions.index": ListName.EXTENSIONS,
}
"""The lists whose filters can be saved, by their pages."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A saved filter as the page offers it."""

    id: int
    name: str
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class SavedFilters:
    """What stands above a list; `arguments` are those of this page where they can be saved, else empty."""

    list_name: ListName
    chips: Sequence[Chip]
    arguments: str


def saved_filters() -> SavedFilters:
    """Return the reader's saved filters of the list that this page shows."""
    endpoint = request.endpoint or ""
    here = tidied(request.query_string.decode("ascii", "replace"))
    chips = [
        Chip(each.id, each.name, f"{url_for(endpoint)}?{each.arguments}", each.arguments == here)
        for each in own_filters(read_session(), LISTS[endpoint], by=g.actor)
    ]
    is_saved = any(chip.is_here for chip in chips)
    return SavedFilters(LISTS[endpoint], chips, "" if is_saved else here)
