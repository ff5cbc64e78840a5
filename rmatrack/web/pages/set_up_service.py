"""Setting up a paid order's services by the link of the provisioning contact, without an account (SPEC T-18)."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from rmatrack.domain.conversion import Contact
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import LinkPurpose
from rmatrack.services.converting import open_set_up, set_up_order
from rmatrack.web.access import public
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _l
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.signed_links import read_link, refused_link

bp = Blueprint("set_up_service", __name__, url_prefix="/set-up")


class SetUpForm(Form):
    """Who sets up, for which administrator, and that the data is right."""

    as_contact = RadioField(
        _l("You are"),
        choices=[
            SelectChoice(Contact.PARTNER.value, _l("an administrator of the partner")),
            SelectChoice(Contact.CUSTOMER.value, _l("an administrator of the customer")),
        ],
        validators=[InputRequired(_l("Say whether you act for the partner or for the customer."))],
    )
    email = StringField(_l("E-mail of the trial customer's administrator"))
    data_checked = BooleanField(_l("I have checked the customer's data, and it is right"))


@bp.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Show whose order it is, and ask."""
    return _page(token, SetUpForm())


@bp.post("/<token>")
@public
def save(token: str) -> ResponseReturnValue:
    """Set the services up."""
    form = SetUpForm()
    if not form.validate():
        return _page(token, form, 422)
    try:
        link = read_link(LinkPurpose.SET_UP, token)
        with write_session() as session:
            set_up_order(
                session,
                link,
                as_contact=Contact(form.as_contact.data),
                administrator_email=form.email.data or "",
                data_checked=bool(form.data_checked.data),
                policy=given().policy,
                now=g.now,
            )
    except RmatrackError as error:
        form.refuse(error)
        return _page(token, form, status_of(error))
    return redirect(url_for(".show", token=token))


def _page(token: str, form: Form, status: int = 200) -> ResponseReturnValue:
    try:
        link = read_link(LinkPurpose.SET_UP, token)
        view = open_set_up(read_session(), link, policy=given().policy, now=g.now)
    except RmatrackError as error:
        return refused_link(error)
    return render_template("setup/service.html", view=view, form=form, token_text=token), status
