"""Doing a keyed deed once: its answer is kept in the deed's own transaction, and a twin gets the same (SPEC X-8).

A deed that fails rolls its key back with everything else, so that the same key may try again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db import idempotency as db
from rmatrack.domain.errors import BadInputError, NotAllowedError, _
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy

LONGEST_KEY = 255
PRUNED_AT_ONCE = 1_000


class KeyShapeError(BadInputError):
    """A key is written so that any client and any proxy can carry it."""

    code = "bad-idempotency-key"
    message = _("An idempotency key holds 1 to %(most)s visible ASCII characters, such as a UUID.")

    def __init__(self) -> None:
        super().__init__(field="Idempotency-Key", most=LONGEST_KEY)


class KeyMismatchError(BadInputError):
    """A key stands for one request: the same method, path and body."""

    code = "idempotency-mismatch"
    message = _("This idempotency key was used for another request. Send a new request under a new key.")

    def __init__(self) -> None:
        super().__init__(field="Idempotency-Key")


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request under a key; `fingerprint` is the SHA-256 of its method, path and body."""

    key: str
    fingerprint: str

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= LONGEST_KEY or not all("!" <= character <= "~" for character in self.key):
            raise KeyShapeError


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered: the HTTP status and the JSON."""

    status: int
    body: bytes


def answered_before(session: Session, keyed: Keyed, *, by: Actor, now: datetime) -> KeptAnswer | None:
    """Take the key for this transaction, or return what was answered under it; waits for a twin under way.

    Raises `KeyMismatchError` where the key stands for another request.
    """
    person_id = _person_of(by)
    if db.take_key(session, person_id, keyed.key, keyed.fingerprint, now=now):
        return None
    kept = db.kept_answer(session, person_id, keyed.key)
    if kept.fingerprint != keyed.fingerprint:
        raise KeyMismatchError
    return KeptAnswer(kept.status, kept.body)


def keep_answer(session: Session, keyed: Keyed, answer: KeptAnswer, *, by: Actor) -> None:
    """Keep the answer under the key that this transaction took."""
    db.keep_answer(session, _person_of(by), keyed.key, answer.status, answer.body)


def forget_answers(session: Session, *, policy: Policy, now: datetime) -> int:
    """Forget answers that are older than the policy keeps them, and return how many: `PRUNED_AT_ONCE` means more."""
    before = now - timedelta(days=policy.terms.answers_kept_days)
    return db.drop_answers(session, before=before, limit=PRUNED_AT_ONCE)


def _person_of(actor: Actor) -> int:
    """Return whose key it is: programs act for people, and two people may use the same key."""
    if actor.person_id is None:
        raise NotAllowedError
    return actor.person_id
