"""The policy as tables to read: a title, the columns, and for each row its reason and the day it counts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from babel.numbers import format_decimal

from rmatrack.domain.errors import _
from rmatrack.domain.policy import CARRIER_NAMES, Policy
from rmatrack.web import languages
from rmatrack.web.places import country

_TITLES: dict[str, str] = {
    "carriers/carrier": _("Who carries returns, by country"),
    "catalogue/family": _("Families of models"),
    "catalogue/model": _("Models"),
    "catalogue/part": _("Checklists of parts"),
    "contacts/contact": _("How to reach a carrier"),
    "customs/terms": _("Who exports and who imports a return"),
    "customs/importer": _("Importers at customs"),
    "depots/depot": _("Depots"),
    "depots/route": _("Which depot takes which carrier's returns"),
    "limits/limit": _("Limits and periods"),
    "pickups/hours": _("When carriers fetch boxes"),
    "reminders/step": _("The ladder of reminders"),
    "residency/region": _("Where data is kept"),
    "shipto/list": _("Where models ship to"),
    "verticals/vertical": _("Lines of business"),
    "zones/zone": _("Time zones proposed for customers"),
}
_COLUMNS: dict[str, str] = {
    "booking": _("How to book"),
    "box-mm": _("Box in mm"),
    "carrier": _("Carrier"),
    "city": _("City"),
    "closes": _("Until"),
    "code": _("Code"),
    "company": _("Company"),
    "countries": _("Countries"),
    "country": _("Country"),
    "currency": _("Currency"),
    "cut-off": _("Same day until"),
    "days": _("Days after the due day"),
    "days-ahead": _("Days ahead"),
    "depot": _("Depot"),
    "email": _("E-mail"),
    "exporter": _("Exporter"),
    "family": _("Family"),
    "hs-code": _("HS code"),
    "holds-data": _("Holds data"),
    "importer": _("Importer"),
    "incoterm": _("Incoterm"),
    "least-hours": _("At least so many hours"),
    "lines": _("Address"),
    "made-in": _("Made in"),
    "model": _("Model"),
    "most-per-model": _("At most per model"),
    "most-per-order": _("At most per order"),
    "name": _("Name"),
    "names": _("Name"),
    "numbers": _("Numbers at customs"),
    "needed": _("Needed"),
    "phone": _("Phone"),
    "places": _("Places"),
    "postal-code": _("Postal code"),
    "ready": _("From"),
    "recipient": _("Recipient"),
    "state": _("State"),
    "states": _("States"),
    "value": _("Value"),
    "web": _("Website"),
    "weight-kg": _("Weight in kg"),
}
_LIMITS: dict[str, str] = {
    "trial-durations-days": _("Durations of a trial, in days"),
    "licences-least": _("Licences in a trial, at least"),
    "licences-most": _("Licences in a trial, at most"),
    "licences-proposed": _("Licences in a trial, proposed"),
    "registrations-least": _("Device registrations, at least"),
    "registrations-most": _("Device registrations, at most"),
    "registrations-proposed": _("Device registrations, proposed"),
    "consent-window-days": _("Days to consent"),
    "extension-days": _("Days of an extension, from its day"),
    "expiry-reminder-days": _("Reminders, days before expiry"),
    "grace-days": _("Days of grace after expiry"),
    "numbers-kept-days": _("Days that phone numbers are kept after grace"),
    "return-window-days": _("Days to return after the EULA expires"),
    "device-trial-most-days": _("Days a device is out, at most"),
    "label-life-days": _("Days a label is good for"),
    "due-soon-days": _("Days before the due day that count as soon"),
    "units-per-order": _("Units in an order, at most"),
    "shipments-per-model": _("Shipments of a model in a trial, at most"),
    "device-trials-per-partner": _("Device trials of a partner at one time, at most"),
    "device-trials-warning": _("Device trials left at which we warn"),
    "answers-kept-days": _("Days that a program may repeat a request under its key"),
    "replacement-labels-per-order-day": _("Replacement labels for one order in 24 hours"),
    "replacement-labels-per-unit-day": _("Replacement labels for one device in 24 hours"),
    "replacement-labels-per-partner-day": _("Replacement labels for one partner in 24 hours"),
}
_CARRIERS: dict[str, str] = {carrier.value: name for carrier, name in CARRIER_NAMES.items()}
_APART = ("from", "reason")


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A row: its cells in the order of the columns, the day it counts from, and why it is there."""

    cells: Sequence[str]
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """A table of the policy. `anchor` is its id on the page."""

    anchor: str
    title: str
    columns: Sequence[str]
    rows: Sequence[PolicyRow]


def tables_of(policy: Policy) -> list[PolicyTable]:
    """Return every table, in the reader's language."""
    return [_table(name, rows) for name, rows in policy.rows.items()]


def _table(name: str, rows: Sequence[Mapping[str, object]]) -> PolicyTable:
    columns = [column for column in dict.fromkeys(key for row in rows for key in row) if column not in _APART]
    return PolicyTable(
        anchor=name.replace("/", "-"),
        title=languages._(_TITLES.get(name, name)),
        columns=[languages._(_COLUMNS.get(column, column)) for column in columns],
        rows=[
            PolicyRow(
                cells=[_cell(column, row.get(column)) for column in columns],
                since=cast(date, row["from"]),
                reason=str(row["reason"]),
            )
            for row in rows
        ],
    )


def _cell(column: str, value: object) -> str:
    match column, value:
        case _, None:
            return ""
        case "country" | "made-in", str():
            return _named(value)
        case "countries", list():
            return ", ".join(sorted(country(code) for code in value))
        case "box-mm", list():
            return " × ".join(_written(each) for each in value)
        case "carrier", str():
            return _CARRIERS.get(value) or languages._(_("none"))
        case "name", str():
            return languages._(_LIMITS[value]) if value in _LIMITS else value
        case "places", dict():
            return ", ".join(f"{place} {zone}" for place, zone in value.items())
        case _, dict():
            return str(value.get(languages.language(), ""))
        case _, list():
            return ", ".join(_written(each) for each in value)
    return _written(value)


def _named(code: str) -> str:
    return f"{country(code)} ({code})"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return languages._("yes") if value else languages._("no")
    if isinstance(value, int | Decimal):
        return str(format_decimal(value, locale=languages.current_locale()))
    return str(value)
