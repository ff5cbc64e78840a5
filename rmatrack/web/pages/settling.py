"""Settling a device that does not come back, and taking that back."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Permission
from rmatrack.services.orders import UnitFile, unit_file
from rmatrack.services.settling import LONGEST_REASON, settle, settlements_open_to
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _, _l, word
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("settling", __name__, url_prefix="/units/<int:unit_id>/settlement")


class SettleForm(Form):
    """What became of the device, and why we think so."""

    target = RadioField(_l("What became of it"), validators=[InputRequired(_l("Choose what became of the device."))])
    reason = StringField(
        _l("Reason"),
        validators=[InputRequired(_l("Say in a few words how you know.")), Length(max=LONGEST_REASON)],
    )


@bp.get("")
@allowed(Permission.SETTLE)
def show(unit_id: int) -> str:
    """Ask what became of a device."""
    found = _unit(unit_id)
    return _page(found, _form(found))


@bp.post("")
@allowed(Permission.SETTLE)
def save(unit_id: int) -> ResponseReturnValue:
    """Settle it, or say that it is still with the customer."""
    found = _unit(unit_id)
    form = _form(found)
    if not form.validate():
        return _page(found, form), 422
    target = UnitStatus(form.target.data)
    try:
        with write_session() as session:
            settle(session, unit_id, target, reason=form.reason.data or "", by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(_unit(unit_id), form), status_of(error)
    flash(_("%(serial)s is recorded as: %(status)s.", serial=found.unit.serial, status=word(target)))
    return redirect(url_for("units.show", unit_id=unit_id))


def _unit(unit_id: int) -> UnitFile:
    return unit_file(read_session(), unit_id, seen_by=g.actor, now=g.now, policy=given().policy)


def _form(found: UnitFile) -> SettleForm:
    form = SettleForm()
    form.target.choices = [
        SelectChoice(target.value, _("still with the customer") if target is UnitStatus.SHIPPED else word(target))
        for target in settlements_open_to(UnitStatus(found.unit.status))
    ]
    return form


def _page(found: UnitFile, form: SettleForm) -> str:
    return render_template("units/settle.html", unit=found.unit, form=form)
