"""The consent page, by signed link and without an account: opening it shows, a button decides (SPEC T-12 – T-14)."""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField

from rmatrack.domain.consent import Answer
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.services import consent
from rmatrack.web.access import public
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _l
from rmatrack.web.link_pages import LinkPage

bp = Blueprint("consent", __name__, url_prefix="/consent")


class ConsentForm(Form):
    """What the partner may do once the customer accepts."""

    full_administrator = BooleanField(_l("Let the partner administer our organisation fully"))


@bp.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Show the request; whoever only follows links, such as a mail scanner, decides nothing."""
    return _PAGE.show(token, ConsentForm())


@bp.post("/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    """Accept or decline."""
    form = ConsentForm()

    def deed(session: Session, link: Link) -> None:
        if request.form.get("answer") == Answer.DECLINED:
            consent.decline(session, link, policy=given().policy, now=g.now)
        elif request.form.get("answer") == Answer.ACCEPTED:
            full = bool(form.full_administrator.data)
            consent.accept(session, link, full_administrator=full, policy=given().policy, now=g.now)

    return _PAGE.take(token, form, deed)


_PAGE = LinkPage(
    LinkPurpose.CONSENT,
    "consent/show.html",
    lambda session, link: consent.open_request(session, link, policy=given().policy, now=g.now),
)
