"""People: adding them, their passwords, letting them in and out."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from pwdlib import PasswordHash
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rmatrack.db.feeds import remove_feed
from rmatrack.db.people import (
    Partner,
    Person,
    active_ids_with_role_to_keep,
    people_by_name,
    person_with_email,
)
from rmatrack.domain.errors import BadInputError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.names import name_key
from rmatrack.domain.people import (
    PARTNER_ROLES,
    PERMISSIONS,
    WITHOUT_ACCOUNT,
    Actor,
    PartnerId,
    Permission,
    PersonId,
    Role,
)
from rmatrack.services.history import record

SHORTEST_PASSWORD = 12

PASSWORDS = PasswordHash.recommended()


class PasswordTooShortError(BadInputError):
    """A new password that is too easy to guess."""

    code = "password-too-short"
    message = _("Use at least %(length)s characters; a few words in a row work well.")

    def __init__(self) -> None:
        super().__init__(field="password", length=SHORTEST_PASSWORD)


class WrongPasswordError(BadInputError):
    """The current password, asked for again, was not right."""

    code = "wrong-password"
    message = _("That is not your current password.")

    def __init__(self) -> None:
        super().__init__(field="current")


class EmailTakenError(RuleBrokenError):
    """One e-mail signs in one person."""

    code = "email-taken"
    message = _("%(email)s belongs to somebody already.")

    def __init__(self, email: str) -> None:
        super().__init__(field="email", email=email)


class NoSuchPartnerError(BadInputError):
    """A partner role without a partner, or another role with one."""

    code = "role-needs-partner"
    message = _("Sales administrators and partner users belong to a partner; the other roles belong to none.")

    def __init__(self) -> None:
        super().__init__(field="partner")


class RoleOfNobodyError(BadInputError):
    """The system is no person."""

    code = "role-of-nobody"
    message = _("Nobody signs in as %(role)s. Choose another role.")

    def __init__(self, role: Role) -> None:
        super().__init__(field="role", role=role)


class OwnAccountError(RuleBrokenError):
    """Nobody locks themselves out by a slip of the hand."""

    code = "own-account"
    message = _("This is your own account. Ask another administrator to change it.")


class LastAdministratorError(RuleBrokenError):
    """Two administrators who close each other's accounts at the same moment would leave nobody to open one."""

    code = "last-administrator"
    message = _("Nobody else administers accounts any more. Make somebody else administrator first.")


def actor_of(person: Person, scopes: AbstractSet[Permission] | None = None) -> Actor:
    """Return *person* as somebody who acts, narrowed to *scopes* where a token says so."""
    role = Role(person.role)
    granted = PERMISSIONS[role]
    return Actor(
        person_id=PersonId(person.id),
        name=person.name,
        role=role,
        partner_id=PartnerId(person.partner_id) if person.partner_id is not None else None,
        permissions=granted if scopes is None else granted & scopes,
    )


def person_in_session(session: Session, person_id: int, epoch: int) -> Person | None:
    """The person of a browser session, if that session still holds."""
    found = session.get(Person, person_id)
    return found if found and found.active and found.session_epoch == epoch else None


def hashed(password: str) -> str:
    """Return the argon2 hash of a new password; raises `PasswordTooShortError`. Slow: no transaction open."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShortError
    return PASSWORDS.hash(password)


def must_know_password(person: Person, password: str) -> None:
    """Raise `WrongPasswordError` unless *password* is the person's own. Slow: no transaction open."""
    if not person.password_hash or not PASSWORDS.verify(password, person.password_hash):
        raise WrongPasswordError


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    partner: Partner | None = None,
    password_hash: str | None = None,
    language: str | None = None,
    by: Actor,
    now: datetime,
) -> Person:
    """Add somebody who may sign in; *password_hash* comes from `hashed`, before the step began."""
    by.must(Permission.MANAGE_PEOPLE)
    _must_fit(role, partner)
    if person_with_email(session, email):
        raise EmailTakenError(email)
    person = Person(
        email=email.strip().lower(),
        name=name.strip(),
        role=role,
        partner_id=partner.id if partner else None,
        password_hash=password_hash,
        language=language,
        created_at=now,
    )
    session.add(person)
    session.flush()
    key = str(person.id)
    record(
        session,
        [
            Change("person", key, "added", field="role", new=role),
            Change("person", key, "added", field="email", new=person.email, personal=True),
            Change("person", key, "added", field="name", new=person.name, personal=True),
        ],
        by=by,
        now=now,
    )
    return person


def change_password(session: Session, person_id: int, password_hash: str, *, by: Actor, now: datetime) -> Person:
    """Set a new password (its hash, from `hashed`) and end every session of that person."""
    if by.person_id != person_id:
        by.must(Permission.MANAGE_PEOPLE)
    person = person_with_id(session, person_id)
    person.password_hash = password_hash
    person.session_epoch += 1
    record(session, [Change("person", str(person.id), "password changed")], by=by, now=now)
    return person


def set_active(session: Session, person_id: int, active: bool, *, by: Actor, now: datetime) -> Person:
    """Let somebody in, or out: out ends their sessions, and their tokens and calendar feed stop working.

    Raises `OwnAccountError` and `LastAdministratorError`.
    """
    by.must(Permission.MANAGE_PEOPLE)
    _must_be_another(person_id, by)
    if not active:
        _must_leave_an_administrator(session, person_id)
    person = person_with_id(session, person_id)
    if person.active == active:
        return person
    person.active = active
    person.session_epoch += 1
    if not active:
        remove_feed(session, person.id)
    record(session, [Change("person", str(person.id), "opened" if active else "closed")], by=by, now=now)
    return person


def change_role(
    session: Session, person_id: int, role: Role, partner: Partner | None = None, *, by: Actor, now: datetime
) -> Person:
    """Make somebody another role; it counts from their next page on, and for their tokens too.

    Raises `OwnAccountError`, `LastAdministratorError`, `RoleOfNobodyError` and `NoSuchPartnerError`.
    """
    by.must(Permission.MANAGE_PEOPLE)
    _must_be_another(person_id, by)
    _must_fit(role, partner)
    if role is not Role.ADMINISTRATOR:
        _must_leave_an_administrator(session, person_id)
    person = person_with_id(session, person_id)
    partner_id = partner.id if partner else None
    before = (person.role, person.partner_id)
    person.role, person.partner_id = role, partner_id
    changes = [
        Change("person", str(person.id), "changed", field=field, old=_said(old), new=_said(new))
        for field, old, new in zip(("role", "partner"), before, (role, partner_id), strict=True)
        if old != new
    ]
    session.flush()
    record(session, changes, by=by, now=now)
    return person


def _said(value: Role | str | int | None) -> str | None:
    return None if value is None else str(value)


def _must_be_another(person_id: int, by: Actor) -> None:
    if by.person_id == person_id:
        raise OwnAccountError


def _must_leave_an_administrator(session: Session, person_id: int) -> None:
    if active_ids_with_role_to_keep(session, Role.ADMINISTRATOR) == [person_id]:
        raise LastAdministratorError


def _must_fit(role: Role, partner: Partner | None) -> None:
    if role in WITHOUT_ACCOUNT:
        raise RoleOfNobodyError(role)
    if (role in PARTNER_ROLES) != (partner is not None):
        raise NoSuchPartnerError


def choose_language(session: Session, person_id: int, language: str) -> None:
    """Remember in which language somebody reads; a preference, not a part of history."""
    session.execute(update(Person).where(Person.id == person_id).values(language=language))


def everybody(session: Session, *, by: Actor, text: str = "", role: Role | None = None) -> Sequence[Person]:
    """Everybody who has an account, with their partners; *text* is a part of a name, an address or a partner's name."""
    by.must(Permission.MANAGE_PEOPLE)
    return [
        person
        for person in people_by_name(session)
        if (role is None or person.role == role) and _is_called(person, text.strip())
    ]


def _is_called(person: Person, text: str) -> bool:
    names = [person.name, *([person.partner.name] if person.partner else [])]
    return text.lower() in person.email or any(name_key(text) in name_key(name) for name in names)


def names_of_everybody(session: Session) -> dict[int, str]:
    """The name of everybody who ever had an account, by id, in the order of the names."""
    return {row[0]: row[1] for row in session.execute(select(Person.id, Person.name).order_by(Person.name, Person.id))}


def person_with_id(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError
    return person
