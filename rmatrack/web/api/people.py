"""People: who one is, who has an account, adding and changing accounts."""

from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.people import Person as PersonRow
from rmatrack.domain.people import Permission, Role
from rmatrack.services import partners, people
from rmatrack.web.access import allowed, signed_in
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Filled, Found, Shape, Text
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-people", __name__, url_prefix="/api/v1", tag="People")

EMAIL = r"^[^@\s]+@[^@\s]+$"


class Me(Found):
    """Whom your token speaks for, and what it may do."""

    name: str = Field(examples=["Dana Dock"])
    role: Role
    permissions: list[Permission] = Field(examples=[["see-orders", "scan"]])


class Person(Found):
    """Somebody who has an account."""

    id: int = Field(examples=[12])
    email: str = Field(examples=["dana@vendor.example"])
    name: str = Field(examples=["Dana Dock"])
    role: Role
    partner_id: int | None
    active: bool


class PeopleQuery(Shape):
    """What the list is narrowed to."""

    text: Text = Field(default="", max_length=200, description="In the name, the e-mail or the partner's name.")
    role: Role | None = None


class PersonIn(Shape):
    """Somebody to be added; without a password they cannot sign in until one is set."""

    email: Filled = Field(max_length=254, pattern=EMAIL, examples=["dana@vendor.example"])
    name: Filled = Field(max_length=200, examples=["Dana Dock"])
    role: Role = Field(examples=["logistics"])
    partner: Text | None = Field(default=None, description="The partner's name, for the roles of partners.")
    password: str | None = Field(default=None, max_length=1000, examples=["correct horse battery"])


class RoleIn(Shape):
    """Another role."""

    role: Role = Field(examples=["support"])
    partner: Text | None = Field(default=None, description="The partner's name, for the roles of partners.")


class ActiveIn(Shape):
    """Whether somebody may sign in."""

    active: bool


@bp.get("/me")
@bp.output(Me)
@signed_in
def me() -> Me:
    """Say whom your token speaks for."""
    return Me(name=g.actor.name, role=g.actor.role, permissions=sorted(g.actor.permissions))


@bp.get("/people")
@bp.input(PeopleQuery, location="query")
@bp.output(Everything[Person])
@allowed(Permission.MANAGE_PEOPLE)
def index(query_data: PeopleQuery) -> Everything[Person]:
    """List everybody who has an account, those who may sign in first."""
    found = people.everybody(read_session(), by=g.actor, text=query_data.text, role=query_data.role)
    return Everything(items=[_told(person) for person in found])


@bp.post("/people")
@bp.input(PersonIn)
@bp.output(Person, HTTPStatus.CREATED)
@writes
@refuses(
    people.EmailTakenError,
    people.RoleOfNobodyError,
    people.NoSuchPartnerError,
    people.PasswordTooShortError,
    partners.UnknownPartnerError,
)
@allowed(Permission.MANAGE_PEOPLE)
def add(json_data: PersonIn) -> Response:
    """Give somebody an account."""
    password_hash = people.hashed(json_data.password) if json_data.password is not None else None

    def deed(session: Session) -> Person:
        return _told(
            people.add_person(
                session,
                email=json_data.email,
                name=json_data.name,
                role=json_data.role,
                partner=partners.partner_named(session, json_data.partner) if json_data.partner else None,
                password_hash=password_hash,
                by=g.actor,
                now=g.now,
            )
        )

    return once(deed, status=HTTPStatus.CREATED)


@bp.put("/people/<int:person_id>/role")
@bp.input(RoleIn)
@bp.output(Person)
@writes
@refuses(
    people.OwnAccountError,
    people.LastAdministratorError,
    people.RoleOfNobodyError,
    people.NoSuchPartnerError,
    partners.UnknownPartnerError,
)
@allowed(Permission.MANAGE_PEOPLE)
def change_role(person_id: int, json_data: RoleIn) -> Response:
    """Make somebody another role."""

    def deed(session: Session) -> Person:
        partner = partners.partner_named(session, json_data.partner) if json_data.partner else None
        return _told(people.change_role(session, person_id, json_data.role, partner, by=g.actor, now=g.now))

    return once(deed)


@bp.put("/people/<int:person_id>/active")
@bp.input(ActiveIn)
@bp.output(Person)
@writes
@refuses(people.OwnAccountError, people.LastAdministratorError)
@allowed(Permission.MANAGE_PEOPLE)
def set_active(person_id: int, json_data: ActiveIn) -> Response:
    """Let somebody in, or no longer: their sessions end and their tokens stop working."""
    return once(lambda session: _told(people.set_active(session, person_id, json_data.active, by=g.actor, now=g.now)))


def _told(person: PersonRow) -> Person:
    return Person.model_validate(person)
