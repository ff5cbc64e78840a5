"""Labels that may be too old by the time they are needed, and what somebody did about it (policy: label life)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.label_lists import LabelSeen, label_numbered, labels_to_check
from rmatrack.db.labels import Label, newest_labels
from rmatrack.domain import labels as rules
from rmatrack.domain.due import due_on, today_in
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.services.due_rows import DueRow
from rmatrack.services.history import record
from rmatrack.services.label_release import must_be_printable


def old_labels(session: Session, *, policy: Policy, seen_by: Actor, now: datetime, limit: int) -> list[LabelSeen]:
    """Return the labels that somebody should check or replace, the oldest first."""
    terms = policy.terms
    return labels_to_check(
        session,
        issued_before=now - timedelta(days=terms.label_life_days),
        expires_after=now.date() + timedelta(days=terms.due_soon_days - terms.return_window_days),
        seen_by=seen_by,
        limit=limit,
    )


def is_old(label: LabelSeen, *, policy: Policy, now: datetime) -> bool:
    """Return whether *label* should be checked or replaced before it is needed."""
    due = due_on(label.eula_expires_on, window_days=policy.return_window_days)
    return label.settled_at is None and is_aged(label, due, policy, today_in(label.zone, now))


def is_aged(label: LabelSeen | Label, due: date, policy: Policy, today: date) -> bool:
    """Return whether a label may have expired when its unit, still out, is *due*."""
    return rules.needs_check(
        LabelState(label.state),
        label.carrier,
        issued_on=(label.checked_at or label.created_at).date(),
        due_on=due,
        today=today,
        life_days=policy.terms.label_life_days,
        sight_days=policy.terms.due_soon_days,
    )


def with_old_labels(session: Session, rows: Sequence[DueRow], *, policy: Policy) -> frozenset[int]:
    """Return the ids of those units, of the rows of a list, whose label should be checked or replaced."""
    out = {row.unit_id: row for row in rows if row.state}
    labels = newest_labels(session, list(out)) if out else {}
    return frozenset(
        unit_id for unit_id, label in labels.items() if is_aged(label, out[unit_id].due_on, policy, out[unit_id].today)
    )


def note_checked(session: Session, number: str, *, by: Actor, now: datetime) -> None:
    """Note that somebody asked the carrier, and the label is still good: its life begins anew. Said twice, noted twice.

    Raises `NotFoundError` and `NotPrintableError`.
    """
    by.must(Permission.PRINT_LABELS)
    seen = label_numbered(session, number, seen_by=by)
    if seen is None:
        raise NotFoundError
    must_be_printable(LabelState(seen.state))
    label = session.get_one(Label, seen.id)
    old = (label.checked_at or label.created_at).date().isoformat()
    label.checked_at = now
    session.flush()
    change = Change("label", number, "checked", "checked on", old, now.date().isoformat(), unit_id=seen.unit_id)
    record(session, [change], by=by, now=now)
