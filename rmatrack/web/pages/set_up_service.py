"""Setting up a paid order's services by the link of the provisioning contact, without an account (SPEC T-18)."""

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from rmatrack.domain.conversion import Contact, DataNotCheckedError
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.services.converting import open_set_up, set_up_order
from rmatrack.web.access import public
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _l
from rmatrack.web.link_pages import LinkPage

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
    email = StringField(
        _l("E-mail of the trial customer's administrator"),
        validators=[InputRequired(_l("Give the address of the administrator with whom the trial was started."))],
    )
    data_checked = BooleanField(
        _l("I have checked the customer's data, and it is right"), [InputRequired(_l(DataNotCheckedError.message))]
    )


@bp.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Show whose order it is, and ask."""
    return _PAGE.show(token, SetUpForm())


@bp.post("/<token>")
@public
def save(token: str) -> ResponseReturnValue:
    """Set the services up."""
    form = SetUpForm()

    def deed(session: Session, link: Link) -> None:
        set_up_order(
            session,
            link,
            as_contact=Contact(form.as_contact.data),
            administrator_email=form.email.data or "",
            data_checked=bool(form.data_checked.data),
            policy=given().policy,
            now=g.now,
        )

    return _PAGE.take(token, form, deed)


_PAGE = LinkPage(
    LinkPurpose.SET_UP,
    "setup/service.html",
    lambda session, link: open_set_up(session, link, policy=given().policy, now=g.now),
)
