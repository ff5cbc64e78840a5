"""What a history entry says, and the digests that make a changed one show (SPEC X-2)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

CHAIN_START = "0" * 64

_canonical_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field of one thing, or a deed that changed no field.

    `key` is the number or id people know the thing by. `order_id` and `unit_id` say on whose timelines it belongs.
    `personal` values are kept as commitments, so that they can be forgotten.
    """

    subject: str
    key: str
    deed: str
    field: str | None = None
    old: str | None = None
    new: str | None = None
    reason: str | None = None
    order_id: int | None = None
    unit_id: int | None = None
    personal: bool = False


def event_digest(change: Change, *, at: datetime, actor_id: int | None, actor: str, actor_role: str) -> str:
    """Return the SHA-256 (hex) of the canonical form of an entry: JSON, keys sorted, the moment in UTC to the µs."""
    canonical = {
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "subject": change.subject,
        "key": change.key,
        "deed": change.deed,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "reason": change.reason,
        "order": change.order_id,
        "unit": change.unit_id,
        "actor_id": actor_id,
        "actor": actor,
        "actor_role": actor_role,
    }
    return hashlib.sha256(_canonical_json(canonical).encode()).hexdigest()


def commitment(value: str, salt: str) -> str:
    """Return what stands in the log in place of a personal *value*."""
    return "sha256:" + hashlib.sha256(f"{salt}\x1f{value}".encode()).hexdigest()


def chained(previous: str, digest: str) -> str:
    """Return the seal over the *previous* seal and an event's *digest*."""
    return hashlib.sha256(f"{previous}{digest}".encode()).hexdigest()
