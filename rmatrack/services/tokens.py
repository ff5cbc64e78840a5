"""Tokens: the keys of a person's programs, scoped like the person or narrower (SPEC X-8)."""

import hashlib
import secrets
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.people import ApiToken, Person
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.people import PERMISSIONS, Actor, Permission, Role
from rmatrack.services.history import record
from rmatrack.services.people import actor_of, person_with_id

TOKEN_PREFIX = "rmat_"  # noqa: S105  The part of a token that is no secret.


def issue_token(
    session: Session,
    person_id: int,
    name: str,
    scopes: AbstractSet[Permission],
    *,
    expires_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Give a program of this person a key, and return it with its secret, which is shown once and never kept."""
    if by.person_id != person_id:
        by.must(Permission.MANAGE_PEOPLE)
    person = person_with_id(session, person_id)
    granted = PERMISSIONS[Role(person.role)] & scopes
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        person_id=person.id,
        name=name,
        secret_digest=_digest(secret),
        scopes=" ".join(sorted(granted)),
        created_at=now,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    record(session, [Change("token", str(token.id), "issued", field="scopes", new=token.scopes)], by=by, now=now)
    return token, secret


def revoke_token(session: Session, token_id: int, *, by: Actor, now: datetime) -> ApiToken:
    """Stop a key from working."""
    token = session.get(ApiToken, token_id)
    if token is None or (by.person_id != token.person_id and not by.may(Permission.MANAGE_PEOPLE)):
        raise NotFoundError
    if token.revoked_at is None:
        token.revoked_at = now
        record(session, [Change("token", str(token.id), "revoked")], by=by, now=now)
    return token


def actor_with_token(session: Session, secret: str, *, now: datetime) -> Actor | None:
    """The person a token speaks for, with no more than the token's scopes; `None` when it does not hold (any more)."""
    row = session.execute(
        select(ApiToken, Person)
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.secret_digest == _digest(secret), ApiToken.revoked_at.is_(None), Person.active)
    ).first()
    if row is None:
        return None
    token, person = row
    if token.expires_at and token.expires_at <= now:
        return None
    return actor_of(person, frozenset(Permission(scope) for scope in token.scopes.split()))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
