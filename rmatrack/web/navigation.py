"""Where one can go from everywhere: what the side of each page offers, and the keys that lead there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import current_app, g, request, url_for

from rmatrack.db.inbound import number_waiting
from rmatrack.domain.people import PARTNER_ROLES, Permission
from rmatrack.web.languages import _l
from rmatrack.web.sessions import read_session


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the side offers. `key` follows `g` on the keyboard."""

    endpoint: str
    label: str
    icon: str
    key: str
    permission: Permission
    with_pages: frozenset[str] = frozenset()
    """Other parts of the product that people look for here."""
    waiting: Callable[[], int] | None = None
    """How many things there wait for a person, shown beside the label."""

    @property
    def is_here(self) -> bool:
        """Say whether the page shown belongs to this place: the same part of the product."""
        return not {self.endpoint.partition(".")[0], *self.with_pages}.isdisjoint(request.blueprints)


@dataclass(frozen=True, slots=True)
class Group:
    """Places that belong together, under a title; the first group has none."""

    title: str | None
    places: Sequence[Place]


def _mails_waiting() -> int:
    return number_waiting(read_session())


_FIRST = Place("dashboard.show", _l("Dashboard"), "grid", "d", Permission.SEE_ORDERS)
_FIRST_OF_PARTNERS = replace(_FIRST, label=_l("Your customers"), icon="people")
_DISCREPANCIES = Place(
    "discrepancies.index",
    _l("Discrepancies"),
    "exclamation-diamond",
    "m",
    Permission.SEE_EVERYTHING,
    frozenset({"closing"}),
)
_OF_TRIALS = frozenset({"starting", "managing", "setting_up", "customers"})

GROUPS = (
    Group(
        None,
        (
            _FIRST,
            Place("calendar.show", _l("Due days"), "calendar3", "c", Permission.SEE_ORDERS),
            Place("units.index", _l("Devices"), "display", "u", Permission.SEE_ORDERS),
            Place("orders.index", _l("Demo orders"), "box-seam", "o", Permission.SEE_ORDERS),
            Place("trials.index", _l("Trials"), "calendar-check", "t", Permission.SEE_ORDERS, _OF_TRIALS),
            Place("extensions.index", _l("Device extensions"), "hourglass-split", "x", Permission.SEE_ORDERS),
            Place("answers.index", _l("Answers"), "chat-dots", "a", Permission.SEE_ORDERS),
            Place("charges.index", _l("Charges"), "receipt", "q", Permission.SEE_CHARGES),
        ),
    ),
    Group(
        _l("At the dock"),
        (
            Place("today.show", _l("Today"), "calendar-check", "1", Permission.FOLLOW_PARCELS),
            Place("to_ship.index", _l("To ship"), "truck", "b", Permission.RECORD_SHIPMENTS),
            Place("scan.station", _l("Scan station"), "upc-scan", "s", Permission.SCAN, frozenset({"stations"})),
            Place("inspection.index", _l("Inspection"), "clipboard-check", "n", Permission.INSPECT),
            _DISCREPANCIES,
            Place("pickups.index", _l("Pickups"), "calendar-event", "f", Permission.FOLLOW_PARCELS),
            Place("parcels.index", _l("Parcels to look at"), "geo-alt", "k", Permission.FOLLOW_PARCELS),
            Place("labels.index", _l("Labels"), "printer", "l", Permission.PRINT_LABELS),
            Place("imports.index", _l("Import shipments"), "box-arrow-in-down", "i", Permission.RECORD_SHIPMENTS),
        ),
    ),
    Group(
        _l("Programme"),
        (
            Place("people.index", _l("People"), "people", "p", Permission.MANAGE_PEOPLE),
            Place("carrier_accounts.index", _l("Carrier accounts"), "truck", "v", Permission.MANAGE_PEOPLE),
            Place("partners.index", _l("Partners"), "building", "r", Permission.CERTIFY_PARTNERS),
            Place("inbound.index", _l("Incoming mail"), "inbox", "w", Permission.ANSWER_MAIL, waiting=_mails_waiting),
            Place("mailbox.index", _l("Mail"), "envelope", "e", Permission.SEE_MAIL),
            Place("jobs.index", _l("Background work"), "gear", "j", Permission.LOOK_AFTER_JOBS),
            Place("doors.index", _l("Messages from carriers"), "key", "z", Permission.MANAGE_PEOPLE),
            Place("history.index", _l("History"), "clock-history", "h", Permission.SEE_HISTORY),
            Place("catalogue.index", _l("Catalogue"), "box-seam", "g", Permission.EDIT_CATALOGUE),
            Place("policy.index", _l("Policy"), "sliders", "y", Permission.SEE_POLICY),
        ),
    ),
)


def navigation() -> list[Group]:
    """Return the places that exist and that this person may visit."""
    if g.actor is None:
        return []
    groups = (Group(group.title, [_own(place) for place in group.places if _is_open(place)]) for group in GROUPS)
    return [group for group in groups if group.places]


def here(**changes: str | None) -> str:
    """Return this page's URL with some query arguments changed, or left out where the value is `None`."""
    arguments = {**request.args.to_dict(flat=False), **(request.view_args or {}), **changes}
    return url_for(request.endpoint or "dashboard.show", **arguments)


def _own(place: Place) -> Place:
    """Return *place* as this person knows it: partners have a first page of their own."""
    return _FIRST_OF_PARTNERS if place is _FIRST and g.actor.role in PARTNER_ROLES else place


def _is_open(place: Place) -> bool:
    return place.endpoint in current_app.view_functions and g.actor.may(place.permission)
