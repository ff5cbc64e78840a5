"""Partners, the people who sign in, and the tokens of their programs."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select, tuple_
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment


class Partner(Base):
    """An organisation that starts trials. `name_key` is the name folded for comparison: two cannot share it."""

    __tablename__ = "partner"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    certified: Mapped[bool] = mapped_column(default=False)
    tier: Mapped[int] = mapped_column(default=2)
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.


class Person(Base):
    """Somebody who signs in. `session_epoch` rises when all their sessions must end."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case; it is what a person signs in with."""
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(32))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(8))
    zone: Mapped[str | None] = mapped_column(String(64))
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    partner: Mapped[Partner | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.


class ApiToken(Base):
    """A program's key. Only a digest of the secret is kept; `scopes` is a subset of its person's permissions."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(1000))
    """Permissions, separated by blanks."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class SignInAttempt(Base):
    """A failed sign-in, kept to slow down whoever guesses. `key` names the account or the address, hashed."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_sign_in_attempt_key_at", "key", "at"),)


def person_with_email(session: Session, email: str) -> Person | None:
    """The person who signs in with *email*, whatever its case."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def any_person(session: Session) -> bool:
    """Say whether anybody can sign in at all."""
    return session.scalar(select(Person.id).limit(1)) is not None


def partners_by_key(session: Session, keys: Sequence[str]) -> dict[str, Partner]:
    """The partners whose `name_key` is among *keys*, by that key."""
    found = session.scalars(select(Partner).where(Partner.name_key.in_(keys)))
    return {partner.name_key: partner for partner in found}


def partners_page(
    session: Session, *, part: str = "", after: tuple[str, int] | None = None, limit: int | None = None
) -> Sequence[Partner]:
    """Partners by name, those whose folded name contains *part*, *after* a name and id; at most *limit*, if any."""
    question = select(Partner).order_by(Partner.name_key, Partner.id).limit(limit)
    if part:
        question = question.where(Partner.name_key.contains(part, autoescape=True))
    if after:
        question = question.where(tuple_(Partner.name_key, Partner.id) > after)
    return session.scalars(question).all()


def people_by_name(session: Session) -> Sequence[Person]:
    """Everybody who has an account, with their partners: those who may sign in first, then by name."""
    return session.scalars(
        select(Person).options(joinedload(Person.partner)).order_by(Person.active.desc(), Person.name, Person.id)
    ).all()


def active_people_with_roles(session: Session, roles: Collection[str]) -> Sequence[Person]:
    """Those with one of *roles* who may sign in, by name."""
    question = select(Person).where(Person.active.is_(True), Person.role.in_(roles))
    return session.scalars(question.order_by(Person.name, Person.id)).all()


def active_person_to_keep(session: Session, person_id: int) -> Person | None:
    """Somebody who may sign in; on PostgreSQL nobody changes that until the step ends."""
    question = select(Person).where(Person.id == person_id, Person.active.is_(True)).with_for_update(read=True)
    return session.scalar(question.execution_options(populate_existing=True))


def active_ids_with_role_to_keep(session: Session, role: str) -> Sequence[int]:
    """Who with *role* may sign in; until the step ends nobody else who asks this gets an answer."""
    question = select(Person.id).where(Person.active.is_(True), Person.role == role)
    return session.scalars(question.order_by(Person.id).with_for_update()).all()


def tokens_of(session: Session, person_id: int) -> Sequence[ApiToken]:
    """A person's tokens that were not revoked, the newest first."""
    return session.scalars(
        select(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    ).all()
