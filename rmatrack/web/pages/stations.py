"""Scan stations: what waits in each, and giving up on one (see `domain/stations.py`)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.stations import LONGEST_REASON
from rmatrack.services import scan_stations
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.languages import _
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("stations", __name__, url_prefix="/stations")


@bp.get("")
@allowed(Permission.SEE_EVERYTHING)
def index() -> str:
    """Show every station of late, and which returns wait for it."""
    return _page()


@bp.post("/<uuid:station_id>/lost")
@allowed(Permission.SETTLE)
def lose(station_id: object) -> ResponseReturnValue:
    """Stop waiting for a station."""
    try:
        with write_session() as session:
            name = scan_stations.declare_lost(
                session, str(station_id), reason=request.form.get("reason", ""), by=g.actor, now=g.now
            )
    except RmatrackError as error:
        return _page(refused=str(station_id), problem=say(error)), status_of(error)
    flash(_("%(station)s is declared lost; nothing waits for it any more.", station=name))
    return redirect(url_for(".index"))


def _page(*, refused: str | None = None, problem: str | None = None) -> str:
    return render_template(
        "scan/stations.html",
        stations=scan_stations.stations(read_session(), now=g.now),
        longest=LONGEST_REASON,
        refused=refused,
        problem=problem,
        may_settle=g.actor.may(Permission.SETTLE),
    )
