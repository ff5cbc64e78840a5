""" "What is our demo order number?": a partner proves to know the order, and is told its number (SPEC F-2)."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from rmatrack.domain.demo_numbers import MOST_SERIALS, Claim
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.services.demo_numbers import count_ask, demo_numbers
from rmatrack.web.access import allowed
from rmatrack.web.claims import claim_of
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.languages import _l
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.steady import steadily

bp = Blueprint("demo_numbers", __name__, url_prefix="/find/order-number")

_TOO_LONG = _l("That is longer than any we know. Shorten it.")


class ClaimForm(Form):
    org_id = StringField(_l("Organisation id"), [Length(max=200, message=_TOO_LONG)])
    email = StringField(_l("E-mail of an administrator of the customer"), [Length(max=254, message=_TOO_LONG)])
    serials = TextAreaField(_l("Serial numbers"), [Length(max=100 * MOST_SERIALS, message=_TOO_LONG)])


@bp.get("")
@allowed(Permission.FIND)
def ask() -> str:
    """Ask what the partner knows."""
    return _page(ClaimForm())


@bp.post("")
@allowed(Permission.FIND)
def answer() -> ResponseReturnValue:
    """Name the orders, or say the one thing that is said of everything else."""
    form = ClaimForm()
    if not form.validate():
        return _page(form), 422
    try:
        claim = claim_of(form.org_id.data or "", form.email.data or "", form.serials.data or "")
        numbers = _answered(claim)
    except RmatrackError as error:
        form.refuse(error)
        return _page(form), status_of(error)
    return _page(form, numbers)


def _answered(claim: Claim) -> list[str]:
    with steadily():
        with write_session() as session:
            count_ask(session, by=g.actor, address=request.remote_addr or "", now=g.now)
        return demo_numbers(read_session(), claim, seen_by=g.actor)


def _page(form: ClaimForm, numbers: list[str] | None = None) -> str:
    return render_template("demo_numbers/ask.html", form=form, numbers=numbers)
