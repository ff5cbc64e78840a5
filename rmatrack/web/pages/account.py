"""A person's own account: the password."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired

from rmatrack.domain.errors import RmatrackError
from rmatrack.services import people
from rmatrack.web import identity
from rmatrack.web.access import signed_in
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l
from rmatrack.web.sessions import write_session

bp = Blueprint("account", __name__, url_prefix="/account")


class PasswordForm(Form):
    current = PasswordField(_l("Current password"), [InputRequired(_l("Enter your current password."))])
    password = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password."))])
    again = PasswordField(
        _l("New password, again"), [EqualTo("password", _l("The two new passwords differ. Type them again."))]
    )


@bp.get("")
@signed_in
def show() -> str:
    """Show who one is signed in as."""
    return render_template("account/show.html", form=PasswordForm(), shortest=people.SHORTEST_PASSWORD)


@bp.post("/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Set a new password; every other browser is signed out."""
    form = PasswordForm()
    try:
        if form.validate():
            people.must_know_password(g.person, form.current.data or "")
            password_hash = people.hashed(form.password.data or "")
            with write_session() as session:
                person = people.change_password(session, g.person.id, password_hash, by=g.actor, now=g.now)
            identity.remember(person)
            flash(_("Your password is changed. Other browsers are signed out."))
            return redirect(url_for(".show"))
    except RmatrackError as error:
        form.refuse(error)
        return render_template("account/show.html", form=form, shortest=people.SHORTEST_PASSWORD), status_of(error)
    return render_template("account/show.html", form=form, shortest=people.SHORTEST_PASSWORD), 422
