"""The policy files, from loaded TOML to a `Policy`; raises `PolicyError` at the first thing that is wrong."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rmatrack.domain.addresses import Address
from rmatrack.domain.policy import (
    Addressee,
    Carrier,
    CarrierContact,
    CarrierRow,
    Depot,
    DepotRow,
    Family,
    Model,
    Part,
    PickupRow,
    Policy,
    Region,
    ReminderStep,
    ShipToRow,
    Terms,
    Vertical,
    ZoneRow,
)
from rmatrack.domain.policy_customs import CustomsTerms, Importer, Party
from rmatrack.domain.policy_rows import PolicyError, Row, read, rows_of

_Made = TypeVar("_Made")
_NOBODY = "none"

TABLES: dict[str, tuple[str, ...]] = {
    "carriers": ("carrier",),
    "catalogue": ("family", "model", "part"),
    "contacts": ("contact",),
    "customs": ("terms", "importer"),
    "depots": ("depot", "route"),
    "limits": ("limit",),
    "pickups": ("hours",),
    "reminders": ("step",),
    "residency": ("region",),
    "shipto": ("list",),
    "verticals": ("vertical",),
    "zones": ("zone",),
}
"""The files, and the tables in each."""


def policy_from(tables: Mapping[str, object]) -> Policy:
    """Return the policy that the files say; *tables* has each file's content by its name without `.toml`."""
    _refuse_strangers(tables)
    families = _by_code(read(tables, "catalogue", "family", _family), lambda made: made.code)
    models = read(tables, "catalogue", "model", _model)
    parts = read(tables, "catalogue", "part", _part)
    ship_to = read(tables, "shipto", "list", _ship_to)
    depots = _by_code(read(tables, "depots", "depot", _depot), lambda made: made.code)
    routes = read(tables, "depots", "route", _depot_row)
    importers = read(tables, "customs", "importer", _importer)
    for row, importer in importers:
        _must_be_known(row, importer.depot, depots)
    for row, model in models:
        _must_be_known(row, model.family, families)
    for row, part in parts:
        _must_be_known(row, part.family, families)
    for row, listed in ship_to:
        _must_be_known(row, listed.family, families)
    for row, route in routes:
        _must_be_known(row, route.depot, depots)
    return Policy(
        terms=_terms(tables),
        carriers=_carriers(read(tables, "carriers", "carrier", _carrier)),
        families=families,
        models=_by_code(models, lambda made: made.code),
        parts=_each(parts),
        ship_to=_each(ship_to),
        depots=depots,
        depot_rows=_each(routes),
        contacts=_each(read(tables, "contacts", "contact", _contact)),
        pickups=_each(read(tables, "pickups", "hours", _pickup)),
        customs_terms=_each(read(tables, "customs", "terms", _customs_terms)),
        importers=_by_code(importers, lambda made: made.depot),
        ladder=tuple(_by_code(read(tables, "reminders", "step", _step), lambda made: made.code).values()),
        regions=_each(read(tables, "residency", "region", _region)),
        verticals=tuple(_by_code(read(tables, "verticals", "vertical", _vertical), lambda made: made.code).values()),
        zones=_zones(read(tables, "zones", "zone", _zone)),
        rows={f"{file}/{table}": tuple(rows_of(tables, file, table)) for file in TABLES for table in TABLES[file]},
    )


def _refuse_strangers(tables: Mapping[str, object]) -> None:
    for file, content in tables.items():
        if file not in TABLES:
            raise PolicyError(file, "name", f"there is no such file; the files are {', '.join(TABLES)}")
        for table in content if isinstance(content, Mapping) else ():
            if table not in TABLES[file]:
                raise PolicyError(file, str(table), f"the tables here are {', '.join(TABLES[file])}")


def _each(made: Iterable[tuple[Row, _Made]]) -> tuple[_Made, ...]:
    return tuple(thing for _row, thing in made)


def _by_code(made: Iterable[tuple[Row, _Made]], code: Callable[[_Made], str]) -> dict[str, _Made]:
    by_code: dict[str, _Made] = {}
    for row, thing in made:
        if code(thing) in by_code:
            raise row.wrong(f"{code(thing)} is there twice")
        by_code[code(thing)] = thing
    return by_code


def _must_be_known(row: Row, code: Hashable, known: Mapping[str, object]) -> None:
    if code not in known:
        raise row.wrong(f"{code} is not one of {', '.join(known)}")


def _terms(tables: Mapping[str, object]) -> Terms:
    """Read the limits by their names; each has exactly one row."""
    lists = {field.name for field in fields(Terms) if field.type is not int}

    def number(row: Row) -> tuple[str, int | tuple[int, ...]]:
        name = row.text("name").replace("-", "_")
        if name not in {field.name for field in fields(Terms)}:
            raise row.wrong(f"there is no limit called {row.text('name')}")
        row.since(), row.reason()
        return name, row.wholes("value") if name in lists else row.whole("value")

    numbers = dict(_by_code(read(tables, "limits", "limit", number), lambda made: made[0]).values())
    for field in fields(Terms):
        if field.name not in numbers:
            raise PolicyError("limits", "limit", f"{field.name.replace('_', '-')} is missing")
    return Terms(**numbers)  # type: ignore[arg-type]  # Each was read as its field's type says.


def _carrier(row: Row) -> CarrierRow:
    carrier = None if row.text("carrier") == _NOBODY else row.word("carrier", Carrier)
    return CarrierRow(row.country("country"), row.texts("states"), carrier, row.since(), row.reason())


def _carriers(made: Iterable[tuple[Row, CarrierRow]]) -> dict[tuple[str, str], tuple[CarrierRow, ...]]:
    """Return the rows of each place, the newest first."""
    by_place: dict[tuple[str, str], list[CarrierRow]] = {}
    for row, carrier in made:
        for state in carrier.states or ("",):
            others = by_place.setdefault((carrier.country, state.upper()), [])
            if any(other.since == carrier.since for other in others):
                raise row.wrong(f"{carrier.country} {state} from {carrier.since} is there twice")
            others.append(carrier)
    return {place: tuple(sorted(rows, key=lambda row: row.since, reverse=True)) for place, rows in by_place.items()}


def _family(row: Row) -> Family:
    return Family(
        code=row.text("code"),
        names=row.names("names"),
        most_per_order=row.whole("most-per-order"),
        most_per_model=row.whole("most-per-model"),
        holds_data=row.yes("holds-data"),
        since=row.since(),
        reason=row.reason(),
    )


def _part(row: Row) -> Part:
    return Part(
        code=row.text("code"),
        family=row.text("family"),
        names=row.names("names"),
        needed=row.yes("needed"),
        since=row.since(),
        reason=row.reason(),
    )


def _model(row: Row) -> Model:
    box = row.wholes("box-mm")
    if len(box) != 3 or min(box) <= 0:
        raise row.wrong("box-mm must be length, width and height above zero")
    return Model(
        code=row.text("code").upper(),
        family=row.text("family"),
        name=row.text("name"),
        weight_kg=row.amount("weight-kg"),
        box_mm=box,
        made_in=row.country("made-in"),
        hs_code=row.text("hs-code"),
        value=row.amount("value"),
        currency=row.text("currency"),
        since=row.since(),
        reason=row.reason(),
    )


def _ship_to(row: Row) -> ShipToRow:
    return ShipToRow(
        row.text("family"), row.text("model", "").upper(), row.countries("countries"), row.since(), row.reason()
    )


def _depot(row: Row) -> Depot:
    address = Address(
        company=row.text("company"),
        recipient=row.text("recipient"),
        phone=row.text("phone"),
        lines=row.texts("lines"),
        city=row.text("city"),
        state=row.text("state", ""),
        postal_code=row.text("postal-code"),
        country=row.country("country"),
    )
    return Depot(row.text("code"), address, row.text("email"), row.since(), row.reason())


def _depot_row(row: Row) -> DepotRow:
    return DepotRow(
        row.word("carrier", Carrier), row.countries("countries"), row.text("depot"), row.since(), row.reason()
    )


def _contact(row: Row) -> CarrierContact:
    return CarrierContact(
        carrier=row.word("carrier", Carrier),
        countries=row.countries("countries"),
        states=frozenset(state.upper() for state in row.texts("states")),
        phone=row.text("phone", ""),
        web=row.text("web", ""),
        email=row.text("email", ""),
        booking=row.names("booking"),
        since=row.since(),
        reason=row.reason(),
    )


def _customs_terms(row: Row) -> CustomsTerms:
    return CustomsTerms(
        countries=row.countries("countries"),
        exporter=row.word("exporter", Party),
        importer=row.word("importer", Party),
        incoterm=row.text("incoterm"),
        since=row.since(),
        reason=row.reason(),
    )


def _importer(row: Row) -> Importer:
    return Importer(row.text("depot"), row.text("company"), row.texts("numbers"), row.since(), row.reason())


def _pickup(row: Row) -> PickupRow:
    return PickupRow(
        carrier=row.word("carrier", Carrier),
        countries=row.countries("countries"),
        ready=row.clock("ready"),
        closes=row.clock("closes"),
        cut_off=row.clock("cut-off"),
        least_hours=row.whole("least-hours"),
        days_ahead=row.whole("days-ahead"),
        since=row.since(),
        reason=row.reason(),
    )


def _step(row: Row) -> ReminderStep:
    return ReminderStep(row.text("code"), row.whole("days"), _addressees(row), row.since(), row.reason())


def _addressees(row: Row) -> tuple[Addressee, ...]:
    """Return whom a rung is told to; the administrators of both sides where no column says otherwise."""
    named = row.texts("to") or (Addressee.CUSTOMER, Addressee.PARTNER)
    if strangers := [name for name in named if name not in set(Addressee)]:
        raise row.wrong(f"to has {strangers[0]}, and must be some of {', '.join(Addressee)}")
    return tuple(Addressee(name) for name in named)


def _region(row: Row) -> Region:
    return Region(row.text("code"), row.names("names"), row.countries("countries"), row.since(), row.reason())


def _vertical(row: Row) -> Vertical:
    return Vertical(row.text("code"), row.names("names"), row.since(), row.reason())


def _zone(row: Row) -> ZoneRow:
    return ZoneRow(row.mapping("places"), row.since(), row.reason())


def _zones(made: Iterable[tuple[Row, ZoneRow]]) -> dict[str, str]:
    zones: dict[str, str] = {}
    for row, zone_row in made:
        for place, zone in zone_row.places.items():
            row.known_country(place.partition("-")[0])
            if place in zones:
                raise row.wrong(f"{place} is there twice")
            zones[place] = _known_zone(row, zone)
    return zones


def _known_zone(row: Row, zone: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise row.wrong(f"{zone} is not a time zone of the IANA database") from None
