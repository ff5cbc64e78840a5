"""The consent page, by signed link and without an account: opening it shows, a button decides (SPEC T-12 – T-14)."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from rmatrack.domain.consent import Answer
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import LinkPurpose
from rmatrack.services.consent import accept, decline, open_request
from rmatrack.web.access import public
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _l
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.signed_links import read_link, refused_link

bp = Blueprint("consent", __name__, url_prefix="/consent")


class ConsentForm(Form):
    """What the partner may do once the customer accepts."""

    full_administrator = BooleanField(_l("Let the partner administer our organisation fully"))


@bp.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Show the request; whoever only follows links, such as a mail scanner, decides nothing."""
    return _page(token, ConsentForm())


@bp.post("/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    """Accept or decline."""
    form = ConsentForm()
    if not form.validate():
        return _page(token, form, 422)
    try:
        link = read_link(LinkPurpose.CONSENT, token)
        with write_session() as session:
            if request.form.get("answer") == Answer.DECLINED:
                decline(session, link, policy=given().policy, now=g.now)
            elif request.form.get("answer") == Answer.ACCEPTED:
                full = bool(form.full_administrator.data)
                accept(session, link, full_administrator=full, policy=given().policy, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(token, form, status_of(error))
    return redirect(url_for(".show", token=token))


def _page(token: str, form: Form, status: int = 200) -> ResponseReturnValue:
    try:
        link = read_link(LinkPurpose.CONSENT, token)
        view = open_request(read_session(), link, policy=given().policy, now=g.now)
    except RmatrackError as error:
        return refused_link(error)
    return render_template("consent/show.html", view=view, form=form, token_text=token), status
