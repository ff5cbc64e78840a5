"""Which scan stations an order's return waits for, on the order's page; for those inside."""

from collections.abc import Mapping

from flask import g
from sqlalchemy.orm import Session

from rmatrack.domain.people import Permission
from rmatrack.services.orders import OrderFile
from rmatrack.services.scan_stations import called, waited_for

TEMPLATE = "scan/waited_for.html"


def fill(session: Session, file: OrderFile) -> Mapping[str, object] | None:
    """Return the stations, or None where the return waits for none."""
    if file.rma is None or not g.actor.may(Permission.SEE_EVERYTHING):
        return None
    stations = waited_for(session, [file.rma.id], now=g.now)
    return {"stations": [(called(one.station, one.station_id), one.person) for one in stations]} if stations else None
