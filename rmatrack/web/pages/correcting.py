"""Correcting a mis-picked shipment: the serial that really left, what that changes, and a reason (SPEC R-5)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from rmatrack.domain.correcting import Correction
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.services.correcting import LONGEST_REASON, LONGEST_SERIAL, correct_shipment, preview_correction
from rmatrack.services.orders import unit_file
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _, _l
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("correcting", __name__, url_prefix="/units/<int:unit_id>/correction")


class CorrectForm(Form):
    """The serial that left, and how we know. `was` is the one that the page showed as recorded."""

    serial = StringField(
        _l("The serial that really left"),
        validators=[
            InputRequired(_l("Scan or type the serial number of the device that really left.")),
            Length(max=LONGEST_SERIAL),
        ],
    )
    reason = StringField(_l("How you know"), validators=[Length(max=LONGEST_REASON)])
    was = HiddenField()


@bp.get("")
@allowed(Permission.CORRECT_SHIPMENTS)
def show(unit_id: int) -> ResponseReturnValue:
    """Ask for the serial that left; where it is in the address, show what correcting would do."""
    form = CorrectForm(request.args, meta={"csrf": False})
    form.was.data = _serial_of(unit_id)
    return _page(unit_id, form)


@bp.post("")
@allowed(Permission.CORRECT_SHIPMENTS)
def save(unit_id: int) -> ResponseReturnValue:
    """Correct it."""
    form = CorrectForm()
    if not form.validate():
        return _page(unit_id, form), 422
    serial, was = form.serial.data or "", form.was.data or ""
    try:
        with write_session() as session:
            done = correct_shipment(
                session, unit_id, serial, was=was, reason=form.reason.data or "", by=g.actor, now=g.now
            )
    except RmatrackError as error:
        form.refuse(error)
        return _page(unit_id, form), status_of(error)
    if done is Correction.EXCHANGE:
        flash(_("The two orders have exchanged their devices. What did not match was judged again."))
    else:
        flash(_("The shipment is corrected. What did not match was judged again."))
    return redirect(url_for("units.show", unit_id=unit_id))


def _serial_of(unit_id: int) -> str:
    found = unit_file(read_session(), unit_id, seen_by=g.actor, now=g.now, policy=given().policy)
    return found.unit.serial


def _page(unit_id: int, form: CorrectForm) -> str:
    """Show the form, with what it would do where that can be said."""
    found = unit_file(read_session(), unit_id, seen_by=g.actor, now=g.now, policy=given().policy)
    proposal = None
    if form.serial.data and not form.errors:
        try:
            proposal = preview_correction(read_session(), unit_id, form.serial.data, by=g.actor)
        except RmatrackError as error:
            form.refuse(error)
    return render_template("units/correct.html", unit=found.unit, form=form, proposal=proposal)
