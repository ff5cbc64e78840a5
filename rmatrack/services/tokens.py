"""Tokens: the keys of a person's programs, scoped like the person or narrower (SPEC X-8)."""

import hashlib
import secrets
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from rmatrack.db.people import ApiToken, Person, tokens_of
from rmatrack.domain.errors import BadInputError, NotFoundError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import PERMISSIONS, Actor, Permission, Role
from rmatrack.services.history import record
from rmatrack.services.people import actor_of, person_with_id

TOKEN_PREFIX = "rmat_"  # noqa: S105  The part of a token that is no secret.
_HOLDER = (
    select(
        ApiToken.id.label("token_id"),
        ApiToken.scopes,
        ApiToken.expires_at,
        ApiToken.last_used_at,
        Person.id,
        Person.name,
        Person.role,
        Person.partner_id,
    )
    .join(Person, Person.id == ApiToken.person_id)
    .where(ApiToken.secret_digest == bindparam("digest"), ApiToken.revoked_at.is_(None), Person.active)
)
"""Asked by every request of a program: put together once, and of a person what an actor needs."""
USE_NOTED_EVERY = timedelta(hours=1)
"""How exact `last_used_at` is: noting every request would make a writer of every reader."""


class NoScopeError(BadInputError):
    """A token that may do nothing."""

    code = "no-scope"
    message = _("Choose at least one thing that the token may do, among what you may do yourself.")

    def __init__(self) -> None:
        super().__init__(field="scopes")


class ExpiryPassedError(BadInputError):
    """A token that would never have worked."""

    code = "expiry-passed"
    message = _("That moment has passed. Choose one to come, or none.")

    def __init__(self) -> None:
        super().__init__(field="expires_at")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token speaks for, with no more than its scopes, and when its use was noted last."""

    actor: Actor
    token_id: int
    last_used_at: datetime | None

    def is_use_worth_noting(self, now: datetime) -> bool:
        """Say whether the noted use is too old to go on saying."""
        return self.last_used_at is None or now - self.last_used_at >= USE_NOTED_EVERY


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
    """Give a program of this person a key, and return it with its secret, which is shown once and never kept.

    A token that asks for a token gets no more than its own scopes. Raises `NoScopeError` and `ExpiryPassedError`.
    """
    if by.person_id != person_id:
        by.must(Permission.MANAGE_PEOPLE)
    person = person_with_id(session, person_id)
    granted = PERMISSIONS[Role(person.role)] & scopes
    if by.person_id == person_id:
        granted &= by.permissions
    if not granted:
        raise NoScopeError
    if expires_at is not None and expires_at <= now:
        raise ExpiryPassedError
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


def own_tokens(session: Session, *, by: Actor) -> Sequence[ApiToken]:
    """The tokens of this person's programs that still stand, the newest first."""
    return tokens_of(session, by.person_id) if by.person_id is not None else ()


def holder_of_token(session: Session, secret: str, *, now: datetime) -> Holder | None:
    """The person a token speaks for; `None` when it does not hold (any more)."""
    holder: Any = session.connection().execute(_HOLDER, {"digest": _digest(secret)}).one_or_none()
    if holder is None or (holder.expires_at and holder.expires_at <= now):
        return None
    scopes = frozenset(Permission(scope) for scope in holder.scopes.split())
    return Holder(actor_of(holder, scopes), holder.token_id, holder.last_used_at)


def note_use(session: Session, token_id: int, *, now: datetime) -> None:
    """Remember that a token was used, so that its owner sees which ones nobody needs."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
