"""The manifest of a shift: what a station keeps to judge scans while there is no network.

It holds every unit that is out and those that came back lately, at most `MOST_UNITS`; what it does not hold a station
cannot tell from what was never shipped, and the server has the last word on every scan.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from json.encoder import encode_basestring as _quoted

from sqlalchemy.orm import Session

from carriers.countries import NUMERIC
from rmatrack.db import scan_manifest as questions
from rmatrack.db.catalogue import known_numbers
from rmatrack.domain.orders import GIVEN_UP, UnitStatus
from rmatrack.domain.people import Actor, Permission

RECENT = timedelta(days=60)
MOST_UNITS = 200_000
_FORM = 1
"""Goes up when what is written here changes its form, so that no station reads an older one."""

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_STATUSES = [UnitStatus.SHIPPED, UnitStatus.RECEIVED, *sorted(GIVEN_UP)]


def manifest_version(session: Session, *, by: Actor, now: datetime) -> str:
    """Return what differs whenever the manifest does; takes milliseconds where the manifest takes a second."""
    by.must(Permission.SCAN)
    extent = questions.extent(session, _since(now))
    return hashlib.sha256(repr((_FORM, _since(now), *extent)).encode()).hexdigest()[:20]


def manifest(session: Session, *, by: Actor, now: datetime) -> str:
    """Return the manifest as JSON, compact: units point to orders, models and states by their place in lists.

    `units`: [serial key, order, model, status, moment of receipt in seconds or null]; `orders`: [number, RMA or null,
    customer, day of shipment]; `marks`: number of a label to its order; `countries`: numeric codes in postal barcodes.
    """
    by.must(Permission.SCAN)
    since = _since(now)
    places: dict[int, int] = {}
    orders, models = _orders(session, since, places), dict[str, int]()
    units = _units(session, since, places, models)
    marks = ",".join(
        f"{_quoted(mark)}:{places[order]}"
        for order, number, piece in questions.marks_for_stations(session, since)
        for mark in (number, piece)
        if mark
    )
    parts = {
        "form": _json(_FORM),
        "made_at": _json(now.astimezone(UTC).isoformat()),
        "is_whole": _json(len(units) < MOST_UNITS),
        "statuses": _json(_STATUSES),
        "models": _json(list(models)),
        "catalogue": _json(sorted(known_numbers(session))),
        "countries": _json(sorted(NUMERIC)),
        "orders": f"[{','.join(orders)}]",
        "units": f"[{','.join(units)}]",
        "marks": f"{{{marks}}}",
    }
    return "{" + ",".join(f'"{name}":{text}' for name, text in parts.items()) + "}"


def _orders(session: Session, since: datetime, places: dict[int, int]) -> list[str]:
    """Return each order as JSON, and note under its id in *places* which it is."""
    orders: list[str] = []
    for id_, number, rma, customer, shipped_on in questions.orders_for_stations(session, since):
        places[id_] = len(orders)
        orders.append(_json([number, rma, customer, shipped_on.isoformat()]))
    return orders


def _units(session: Session, since: datetime, places: Mapping[int, int], models: dict[str, int]) -> list[str]:
    """Return each unit as JSON, and note in *models* which model is which."""
    states = {status.value: place for place, status in enumerate(_STATUSES)}
    return [
        f"[{_quoted(key)},{places[order]},{models.setdefault(model, len(models))},{states[status]},"
        f"{'null' if received_at is None else received_at}]"
        for order, key, model, status, received_at in questions.units_for_stations(session, since, limit=MOST_UNITS)
    ]


def _since(now: datetime) -> datetime:
    """Return the beginning of the day from which on a return is recent, so that the version lasts a day."""
    return datetime.combine((now.astimezone(UTC) - RECENT).date(), datetime.min.time(), tzinfo=UTC)
