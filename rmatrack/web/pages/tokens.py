"""A person's own API tokens: making one, which is shown once, and revoking one."""

from datetime import timedelta

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.services import tokens
from rmatrack.web.access import signed_in
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l, word
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("tokens", __name__, url_prefix="/account/tokens")


class TokenForm(Form):
    name = StringField(
        _l("What it is for"), [InputRequired(_l("Enter a name by which you know it again.")), Length(max=100)]
    )
    scopes = SelectMultipleField(
        _l("What it may do"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    lives = SelectField(
        _l("Until"),
        choices=[
            SelectChoice("30", _l("30 days from now")),
            SelectChoice("90", _l("90 days")),
            SelectChoice("365", _l("a year")),
            SelectChoice("", _l("revoked")),
        ],
        default="90",
    )

    def offer(self) -> None:
        """Offer what this person may do."""
        self.scopes.choices = [SelectChoice(each.value, word(each)) for each in Permission if g.actor.may(each)]


@bp.get("")
@signed_in
def index() -> str:
    """List this person's tokens."""
    form = TokenForm()
    form.offer()
    return _shown(form)


@bp.post("")
@signed_in
def issue() -> ResponseReturnValue:
    """Make a token, and show its secret this once."""
    form = TokenForm()
    form.offer()
    if not form.validate():
        return _shown(form), 422
    try:
        with write_session() as session:
            token, secret = tokens.issue_token(
                session,
                g.person.id,
                form.name.data,
                frozenset(Permission(scope) for scope in form.scopes.data),
                expires_at=g.now + timedelta(days=int(form.lives.data)) if form.lives.data else None,
                by=g.actor,
                now=g.now,
            )
    except RmatrackError as error:
        form.refuse(error)
        return _shown(form), status_of(error)
    return render_template("tokens/secret.html", key=token, secret=secret)


@bp.post("/<int:token_id>/revoke")
@signed_in
def revoke(token_id: int) -> ResponseReturnValue:
    """Stop a token from working."""
    with write_session() as session:
        token = tokens.revoke_token(session, token_id, by=g.actor, now=g.now)
    flash(_("“%(name)s” does not work any more.", name=token.name))
    return redirect(url_for(".index"))


def _shown(form: TokenForm) -> str:
    return render_template(
        "tokens/index.html", form=form, tokens=tokens.own_tokens(read_session(), by=g.actor), permissions=Permission
    )
