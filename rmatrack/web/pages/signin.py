"""Signing in and out."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from rmatrack.domain.errors import RmatrackError
from rmatrack.services import signing_in
from rmatrack.web import identity
from rmatrack.web.access import public
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.languages import _l
from rmatrack.web.sessions import write_session
from rmatrack.web.ways_back import way_back

bp = Blueprint("signin", __name__)

LONGEST_PASSWORD = 1000


class SignInForm(Form):
    email = StringField(_l("E-mail"), [InputRequired(_l("Enter your e-mail address.")), Length(max=254)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)])
    next = HiddenField()


@bp.get("/sign-in")
@public
def show() -> ResponseReturnValue:
    """Ask who is there."""
    if g.actor:
        return redirect(way_back(request.args.get("next")))
    return render_template("signin/show.html", form=SignInForm(next=request.args.get("next", "")))


@bp.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Let somebody in who knows the password."""
    form = SignInForm()
    if not form.validate():
        return render_template("signin/show.html", form=form), 422
    try:
        with write_session() as session:
            attempt = signing_in.begin_sign_in(session, form.email.data or "", request.remote_addr or "", now=g.now)
        person = signing_in.check_password(attempt, form.password.data or "")
        with write_session() as session:
            signing_in.finish_sign_in(session, attempt)
    except RmatrackError as error:
        form.refuse(error)
        return render_template("signin/show.html", form=form), status_of(error)
    identity.remember(person)
    return redirect(way_back(form.next.data))


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    identity.forget()
    return redirect(url_for(".show"))
