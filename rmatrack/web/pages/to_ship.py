"""What partners asked for and logistics ships: the queue, and what left for one request (SPEC D-1)."""

from collections.abc import Iterable, Iterator
from datetime import date

from flask import Blueprint, Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.serials import Hint, hints, normalise
from rmatrack.domain.shipment_problems import ShipmentRefusedError
from rmatrack.services import parcels
from rmatrack.services.parcel_columns import COLUMNS
from rmatrack.services.parcels import PAGE, Waiting
from rmatrack.services.shipment_plans import OrderPlan
from rmatrack.web import dates
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.links import order_url
from rmatrack.web.navigation import here
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.to_ship_form import ToShipForm

bp = Blueprint("to_ship", __name__, url_prefix="/to-ship")


@bp.get("")
@allowed(Permission.RECORD_SHIPMENTS)
def index() -> str:
    """Show what is to be shipped, the oldest first."""
    session, after = read_session(), request.args.get("after", type=int)
    asked = {"seen_by": g.actor, "policy": given().policy, "now": g.now}
    queue = parcels.waiting_devices(session, after=after, limit=PAGE + 1, **asked)
    return render_template(
        "to_ship/index.html",
        queue=queue[:PAGE],
        ready=parcels.count_ready_devices(session, **asked),
        newer=here(after=None) if after else None,
        older=here(after=str(queue[PAGE - 1].parcel.id)) if len(queue) > PAGE else None,
    )


@bp.get("/export.csv")
@allowed(Permission.RECORD_SHIPMENTS)
def csv() -> Response:
    """Give the whole queue as CSV."""
    return csv_file(_file_name(), COLUMNS, _rows)


@bp.get("/export.xlsx")
@allowed(Permission.RECORD_SHIPMENTS)
def xlsx() -> Response:
    """Give the whole queue as a workbook."""
    return xlsx_file(_file_name(), COLUMNS, _rows)


@bp.get("/<int:parcel_id>")
@allowed(Permission.RECORD_SHIPMENTS)
def show(parcel_id: int) -> str:
    """Ask what left for a request."""
    waiting = _asked(parcel_id)
    return _page(waiting, ToShipForm(waiting.parcel.lines, data={"shipped_on": dates.today()}))


@bp.post("/<int:parcel_id>")
@allowed(Permission.RECORD_SHIPMENTS)
def ship(parcel_id: int) -> ResponseReturnValue:
    """Record what left, and lead to its order."""
    waiting = _asked(parcel_id)
    form = ToShipForm(waiting.parcel.lines)
    if not form.validate():
        return _page(waiting, form), 422
    try:
        plan = _record(parcel_id, form)
    except ShipmentRefusedError as error:
        form.show_problems(error.problems)
        return _page(waiting, form), status_of(error)
    except RmatrackError as error:
        form.refuse(error)
        return _page(waiting, form), status_of(error)
    _tell(plan, _hints(form.serials, form.shipped_on.data))
    return redirect(order_url(plan.number))


@bp.get("/hints")
@allowed(Permission.RECORD_SHIPMENTS)
def hinted() -> str:
    """Say what looks odd about serials while they are typed; it holds nothing back (SPEC D-9)."""
    serials = [text for name, text in request.args.items() if name.endswith("-serial") and text.strip()]
    shipped_on = request.args.get("shipped_on", type=date.fromisoformat)
    return render_template("to_ship/hints.html", hints=_hints(serials, shipped_on))


def _rows(session: Session) -> Iterator[Waiting]:
    return parcels.all_waiting_devices(session, seen_by=g.actor, policy=given().policy, now=g.now)


def _file_name() -> str:
    return f"to-ship-{g.now:%Y-%m-%d}"


def _asked(parcel_id: int) -> Waiting:
    return parcels.devices_to_ship(read_session(), parcel_id, seen_by=g.actor, policy=given().policy, now=g.now)


def _record(parcel_id: int, form: ToShipForm) -> OrderPlan:
    with write_session() as session:
        return parcels.ship_devices(
            session,
            parcel_id,
            form.number.data,
            form.packed,
            shipped_on=form.shipped_on.data,
            policy=given().policy,
            by=g.actor,
            now=g.now,
        )


def _page(waiting: Waiting, form: ToShipForm) -> str:
    found = _hints(form.serials, form.shipped_on.data)
    return render_template("to_ship/show.html", waiting=waiting, form=form, hints=found)


def _hints(serials: Iterable[str], shipped_on: date | None) -> list[Hint]:
    return [hint for serial in serials for hint in hints(normalise(serial), shipped_on=shipped_on)]


def _tell(plan: OrderPlan, found: Iterable[Hint]) -> None:
    flash(_("Demo order %(number)s is recorded, and its return is opened.", number=plan.number))
    flash(_("Next: print the labels. In the United States each device leaves with its label in the box."), "info")
    for sentence in (*(remark.sentence for remark in plan.remarks), *(hint.sentence for hint in found)):
        flash(say(sentence), "warn")
