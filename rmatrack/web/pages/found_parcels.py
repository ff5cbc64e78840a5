"""Looking for an order's parcels at the carrier by its RMA, and following a number that somebody got elsewhere."""

from collections.abc import Sequence

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.services.looking_up import NumberFound, keep_found, look_up, to_look_up
from rmatrack.services.return_help import WayBack, way_back
from rmatrack.services.taking_over import SHAPES, take_over
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _, _l
from rmatrack.web.sentences import say
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = Blueprint("found_parcels", __name__, url_prefix="/orders")

LONGEST = 60


class NumberForm(Form):
    number = StringField(
        _l("Number on the box"),
        [InputRequired(_l("Enter the tracking number on the box.")), Length(max=LONGEST)],
    )
    unit = SelectField(_l("Device in the box"), [InputRequired(_l("Choose the device."))], coerce=int)


@bp.get("/<number>/parcels")
@allowed(Permission.FOLLOW_PARCELS)
def show(number: str) -> str:
    """Offer to ask the carrier, and to enter a number."""
    return _page(_way(number))


@bp.post("/<number>/parcels/look-up")
@allowed(Permission.FOLLOW_PARCELS)
def ask(number: str) -> ResponseReturnValue:
    """Ask the carrier what travels under the RMA, and show what it found."""
    exact = _exact(number)
    try:
        wanted = to_look_up(read_session(), exact, policy=given().policy, by=g.actor, now=g.now)
        close_read_session()
        found = look_up(write_session, given().lines, wanted, now=given().now)
    except RmatrackError as error:
        if status_of(error) == 404:
            raise
        flash(say(error), "bad")
        return redirect(url_for(".show", number=exact))
    with write_session() as session:
        numbers = keep_found(session, wanted, found, by=g.actor, now=g.now)
    return _page(_way(number), found=numbers)


@bp.post("/<number>/parcels")
@allowed(Permission.FOLLOW_PARCELS)
def follow(number: str) -> ResponseReturnValue:
    """Follow a number as the label of a device of this order."""
    way = _way(number)
    form = _form(way)
    if not form.validate():
        return _page(way, form), 422
    try:
        with write_session() as session:
            kept = take_over(session, form.unit.data, form.number.data, policy=given().policy, by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(_way(number), form), status_of(error)
    flash(_("%(number)s is followed from now on.", number=kept))
    return redirect(url_for("parcels.show", number=kept))


def _page(way: WayBack, form: NumberForm | None = None, found: Sequence[NumberFound] | None = None) -> str:
    return render_template(
        "parcels/found.html",
        way=way,
        order=way.order,
        carrier=CARRIER_NAMES[way.carrier] if way.carrier else None,
        can_follow=way.carrier is not None and way.carrier.value in SHAPES and bool(way.to_send),
        form=form or _form(way),
        found=found,
    )


def _form(way: WayBack) -> NumberForm:
    form = NumberForm()
    form.unit.choices = [SelectChoice(box.unit_id, f"{box.serial} · {box.model}") for box in way.to_send]
    return form


def _way(number: str) -> WayBack:
    return way_back(read_session(), _exact(number), policy=given().policy, seen_by=g.actor, now=g.now)


def _exact(number: str) -> str:
    try:
        return order_number_from(number)
    except OrderNumberError:
        raise NotFoundError from None
