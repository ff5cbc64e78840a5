"""Signing in: counting tries, checking the password, and saying the same to whoever does not get in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from rmatrack.db.people import Person, SignInAttempt, person_with_email
from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.services.people import PASSWORDS

SIGN_IN_WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30


class WrongSignInError(BadInputError):
    """Unknown e-mail, wrong password or a closed account: never told apart."""

    code = "wrong-sign-in"
    message = _("That e-mail and password do not belong together. Check both and try again.")


class TooManyTriesError(RuleBrokenError):
    """Somebody is guessing, or has forgotten (HTTP 429 at the edge)."""

    code = "too-many-tries"
    message = _("Too many tries. Wait %(minutes)s minutes, then try again.")

    def __init__(self) -> None:
        super().__init__(minutes=int(SIGN_IN_WINDOW.total_seconds() // 60))


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way: what is needed to check the password with no transaction open."""

    keys: tuple[str, str]
    person: Person | None


def begin_sign_in(session: Session, email: str, address: str, *, now: datetime) -> Attempt:
    """Count a try for this account and this *address*; raises `TooManyTriesError` when there were too many.

    The try is counted before the password is looked at, so that many at once cannot slip through.
    """
    keys = (_try_key("account", email.strip().lower()), _try_key("address", address))
    session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_(keys), SignInAttempt.at <= now - SIGN_IN_WINDOW))
    counted = select(SignInAttempt.key, func.count()).where(SignInAttempt.key.in_(keys)).group_by(SignInAttempt.key)
    tries = {key: times for key, times in session.execute(counted)}  # noqa: C416  A row is no pair to `dict`.
    if tries.get(keys[0], 0) >= TRIES_PER_ACCOUNT or tries.get(keys[1], 0) >= TRIES_PER_ADDRESS:
        raise TooManyTriesError
    session.execute(insert(SignInAttempt), [{"key": key, "at": now} for key in keys])
    return Attempt(keys, person_with_email(session, email))


def check_password(attempt: Attempt, password: str) -> Person:
    """Return whose password it is, or raise `WrongSignInError`; takes as long either way. Slow: no transaction open."""
    person = attempt.person
    known = person.password_hash if person and person.active else None
    matches = PASSWORDS.verify(password, known or _hash_of_nobody())
    if person is None or known is None or not matches:
        raise WrongSignInError
    return person


def finish_sign_in(session: Session, attempt: Attempt) -> None:
    """Forget the tries of somebody who proved who they are."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_(attempt.keys)))


def _try_key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\x1f{value}".encode()).hexdigest()


@cache
def _hash_of_nobody() -> str:
    return PASSWORDS.hash(secrets.token_hex(16))
