"""The manifest of a shift: what a station keeps to judge scans while there is no network.

It holds every unit that is out and those that came back lately, at most `MOST_UNITS`; what it does not hold a station
cannot tell from what was never shipped, and the server has the last word on every scan.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta

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
    orders: list[list[str | None]] = []
    places: dict[int, int] = {}
    for id_, number, rma, customer, shipped_on in questions.orders_for_stations(session, since):
        places[id_] = len(orders)
        orders.append([number, rma, customer, shipped_on.isoformat()])
    models: dict[str, int] = {}
    states = {status.value: place for place, status in enumerate(_STATUSES)}
    units = [
        [key, places[order], models.setdefault(model, len(models)), states[status], _seconds(received)]
        for order, key, model, status, received in questions.units_for_stations(session, since, limit=MOST_UNITS)
    ]
    marks = {
        mark: places[order]
        for order, number, piece in questions.marks_for_stations(session, since)
        for mark in (number, piece)
        if mark
    }
    whole = {
        "form": _FORM,
        "made_at": now.astimezone(UTC).isoformat(),
        "is_whole": len(units) < MOST_UNITS,
        "statuses": _STATUSES,
        "models": list(models),
        "catalogue": sorted(known_numbers(session)),
        "countries": sorted(NUMERIC),
        "orders": orders,
        "units": units,
        "marks": marks,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _since(now: datetime) -> datetime:
    """Return the beginning of the day from which on a return is recent, so that the version lasts a day."""
    return datetime.combine((now.astimezone(UTC) - RECENT).date(), datetime.min.time(), tzinfo=UTC)


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None
