"""Writing history: one row for each changed field, in the transaction of the change (SPEC X-2)."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from rmatrack.db.bulk import add_rows
from rmatrack.db.history import Event, PersonalValue
from rmatrack.domain.history import Change, commitment, event_digest
from rmatrack.domain.people import Actor

EVENT = cast(Table, Event.__table__)
PERSONAL_VALUE = cast(Table, PersonalValue.__table__)


def record(session: Session, changes: Iterable[Change], *, by: Actor, now: datetime) -> None:
    """Add *changes* to the log, in one statement however many there are."""
    personal: list[dict[str, object]] = []
    rows: list[dict[str, object]] = []
    for change in changes:
        kept = _committed(change, personal) if change.personal else change
        rows.append(_row(kept, by=by, now=now))
    add_rows(session, PERSONAL_VALUE, personal)
    add_rows(session, EVENT, rows)


def _committed(change: Change, personal: list[dict[str, object]]) -> Change:
    """Return *change* with its values replaced by commitments; what they stand for is added to *personal*."""

    def commit(value: str | None) -> str | None:
        if not value:
            return value
        salt = secrets.token_hex(16)
        mark = commitment(value, salt)
        personal.append({"commitment": mark, "salt": salt, "value": value})
        return mark

    return replace(change, old=commit(change.old), new=commit(change.new))


def _row(change: Change, *, by: Actor, now: datetime) -> dict[str, object]:
    return {
        "at": now,
        "subject": change.subject,
        "subject_key": change.key,
        "order_id": change.order_id,
        "unit_id": change.unit_id,
        "deed": change.deed,
        "field": change.field,
        "old": change.old,
        "new": change.new,
        "reason": change.reason,
        "actor_id": by.person_id,
        "actor": by.name,
        "actor_role": by.role,
        "digest": event_digest(change, at=now, actor_id=by.person_id, actor=by.name, actor_role=by.role),
    }
