"""People: who has an account, adding somebody, and changing what an account may do."""

import secrets
from collections.abc import Sequence

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from rmatrack.db.people import Person
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import WITHOUT_ACCOUNT, Permission, Role
from rmatrack.services import partners, people
from rmatrack.services.people_columns import COLUMNS
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l, word
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("people", __name__, url_prefix="/people")

_SECRET_BYTES = 12
_ROLES = [role for role in Role if role not in WITHOUT_ACCOUNT]


class RoleForm(Form):
    role = SelectField(_l("Role"))
    partner = SelectField(_l("Partner"))

    def offer(self) -> None:
        """Fill the choices: every role of people, and every partner there is."""
        self.role.choices = [SelectChoice(role.value, word(role)) for role in _ROLES]
        names = [partner.name for partner in partners.all_partners(read_session(), by=g.actor)]
        self.partner.choices = [SelectChoice("", _("none")), *(SelectChoice(name, name) for name in names)]


class PersonForm(RoleForm):
    email = StringField(
        _l("E-mail"),
        [
            InputRequired(_l("Enter the e-mail address this person signs in with.")),
            Length(max=254),
            Regexp(r"^\s*[^@\s]+@[^@\s]+\s*$", message=_l("Enter an e-mail address, such as dana@vendor.example.")),
        ],
    )
    name = StringField(_l("Name"), [InputRequired(_l("Enter the person's name.")), Length(max=200)])


@bp.get("")
@allowed(Permission.MANAGE_PEOPLE)
def index() -> str:
    """List everybody who has an account, narrowed by words and role."""
    return render_template(
        "people/index.html",
        people=_listed(read_session()),
        roles={role.value: role for role in Role},
        choices=[(role.value, word(role)) for role in _ROLES],
    )


@bp.get("/export.csv")
@allowed(Permission.MANAGE_PEOPLE)
def csv() -> Response:
    """Give the list as CSV."""
    return csv_file(f"people-{g.now:%Y-%m-%d}", COLUMNS, _listed)


@bp.get("/export.xlsx")
@allowed(Permission.MANAGE_PEOPLE)
def xlsx() -> Response:
    """Give the list as a workbook."""
    return xlsx_file(f"people-{g.now:%Y-%m-%d}", COLUMNS, _listed)


@bp.get("/new")
@allowed(Permission.MANAGE_PEOPLE)
def new() -> str:
    """Ask who is to be added."""
    form = PersonForm(role=Role.LOGISTICS.value)
    form.offer()
    return render_template("people/new.html", form=form)


@bp.post("/new")
@allowed(Permission.MANAGE_PEOPLE)
def add() -> ResponseReturnValue:
    """Add somebody, and show the first password once."""
    form = PersonForm()
    form.offer()
    if not form.validate():
        return render_template("people/new.html", form=form), 422
    password = secrets.token_urlsafe(_SECRET_BYTES)
    password_hash = people.hashed(password)
    try:
        with write_session() as session:
            person = people.add_person(
                session,
                email=form.email.data,
                name=form.name.data,
                role=Role(form.role.data),
                partner=partners.partner_named(session, form.partner.data) if form.partner.data else None,
                password_hash=password_hash,
                by=g.actor,
                now=g.now,
            )
    except RmatrackError as error:
        form.refuse(error)
        return render_template("people/new.html", form=form), status_of(error)
    return render_template("people/password.html", person=person, password=password, is_new=True)


@bp.get("/<int:person_id>")
@allowed(Permission.MANAGE_PEOPLE)
def show(person_id: int) -> str:
    """Show an account and what can be changed about it."""
    person = people.person_with_id(read_session(), person_id)
    return _shown(person, _role_form(person))


@bp.post("/<int:person_id>/role")
@allowed(Permission.MANAGE_PEOPLE)
def change_role(person_id: int) -> ResponseReturnValue:
    """Make somebody another role."""
    person = people.person_with_id(read_session(), person_id)
    form = RoleForm()
    form.offer()
    if not form.validate():
        return _shown(person, form), 422
    try:
        with write_session() as session:
            partner = partners.partner_named(session, form.partner.data) if form.partner.data else None
            people.change_role(session, person_id, Role(form.role.data), partner, by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _shown(person, form), status_of(error)
    flash(_("%(name)s is %(role)s from now on.", name=person.name, role=word(Role(form.role.data))))
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/<int:person_id>/password")
@allowed(Permission.MANAGE_PEOPLE)
def reset_password(person_id: int) -> str:
    """Give somebody a new password, shown once; their sessions end."""
    password = secrets.token_urlsafe(_SECRET_BYTES)
    password_hash = people.hashed(password)
    with write_session() as session:
        person = people.change_password(session, person_id, password_hash, by=g.actor, now=g.now)
    return render_template("people/password.html", person=person, password=password, is_new=False)


@bp.post("/<int:person_id>/close")
@allowed(Permission.MANAGE_PEOPLE)
def close(person_id: int) -> ResponseReturnValue:
    """Let somebody in no longer."""
    with write_session() as session:
        person = people.set_active(session, person_id, False, by=g.actor, now=g.now)
    flash(_("%(name)s cannot sign in any more. Their sessions and tokens have ended.", name=person.name))
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/<int:person_id>/open")
@allowed(Permission.MANAGE_PEOPLE)
def open_again(person_id: int) -> ResponseReturnValue:
    """Let somebody in again."""
    with write_session() as session:
        person = people.set_active(session, person_id, True, by=g.actor, now=g.now)
    flash(_("%(name)s can sign in again.", name=person.name))
    return redirect(url_for(".show", person_id=person_id))


def _role_form(person: Person) -> RoleForm:
    known = {partner.id: partner.name for partner in partners.all_partners(read_session(), by=g.actor)}
    form = RoleForm(role=person.role, partner=known.get(person.partner_id or 0, ""))
    form.offer()
    return form


def _shown(person: Person, form: RoleForm) -> str:
    return render_template("people/show.html", person=person, role=Role(person.role), form=form)


def _listed(session: Session) -> Sequence[Person]:
    role = request.args.get("role", "")
    return people.everybody(
        session,
        by=g.actor,
        text=request.args.get("text", "").strip(),
        role=Role(role) if role in set(Role) else None,
    )
