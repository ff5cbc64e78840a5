"""One shipment entered by hand: the same deed and the same rules as a file's rows."""

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.shipment_problems import ShipmentRefusedError
from rmatrack.domain.shipments import Standing
from rmatrack.services.shipment_reports import read_report
from rmatrack.services.shipments import record_shipment
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.links import order_url
from rmatrack.web.sentences import say
from rmatrack.web.sessions import write_session
from rmatrack.web.shipment_form import MOST_UNITS, UNITS_AT_FIRST, ShipmentForm

bp = Blueprint("shipments", __name__, url_prefix="/shipments")


@bp.get("/new")
@allowed(Permission.RECORD_SHIPMENTS)
def new() -> str:
    """Ask for a shipment."""
    return _page(ShipmentForm())


@bp.post("/new")
@allowed(Permission.RECORD_SHIPMENTS)
def record() -> ResponseReturnValue:
    """Record a shipment, or put right what was recorded of it."""
    form = ShipmentForm()
    if "more" in request.form:
        for _line in range(min(UNITS_AT_FIRST, MOST_UNITS - len(form.units))):
            form.units.append_entry()
        return _page(form)
    try:
        if not form.validate():
            return _page(form), 422
        shipment = read_report(form.said, [unit.said for unit in form.typed_units])
        with write_session() as session:
            plan = record_shipment(session, shipment, policy=given().policy, by=g.actor, now=g.now)
    except ShipmentRefusedError as error:
        form.show_problems(error.problems)
        return _page(form), status_of(error)
    except RmatrackError as error:
        form.refuse(error)
        return _page(form), status_of(error)
    flash(_told(plan.standing, plan.number))
    for remark in plan.remarks:
        flash(say(remark.sentence), "warn")
    return redirect(order_url(plan.number))


def _page(form: ShipmentForm) -> str:
    models = sorted(given().policy.models)
    return render_template("shipments/new.html", form=form, models=models, most_units=MOST_UNITS)


def _told(standing: Standing, number: str) -> str:
    match standing:
        case Standing.NEW:
            return _("Demo order %(number)s is recorded, and its return is opened.", number=number)
        case Standing.CHANGED:
            return _("Demo order %(number)s was known. What differed is put right.", number=number)
    return _("Demo order %(number)s was recorded already, exactly like this.", number=number)
