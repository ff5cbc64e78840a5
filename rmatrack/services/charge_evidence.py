"""What speaks for a charge, put down when it is proposed: dates, reminders, answers, labels (SPEC R-9)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db.answers import answers_about
from rmatrack.db.charge_facts import facts_for_charges, labels_of_units
from rmatrack.db.unit_notices import notices_about


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """A reminder that was sent: which, when, to whom."""

    step: str
    at: datetime
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Something that was answered."""

    kind: str
    state: str
    at: datetime
    by: str
    note: str
    tracking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence as it was then. `labels` are numbers with their state; `carrier_has_it` says that one had moved."""

    shipped_on: date
    eula_mailed_on: date | None
    eula_expires_on: date
    due_on: date
    reminded: tuple[Reminded, ...] = ()
    answered: tuple[Answered, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    received_at: datetime | None = None
    inspected: Mapping[str, Any] | None = None


def gather(session: Session, unit_ids: Collection[int], *, window_days: int) -> dict[int, dict[str, Any]]:
    """Return the evidence about some units as it is kept, by unit."""
    facts = facts_for_charges(session, unit_ids)
    notices, answers = notices_about(session, unit_ids), answers_about(session, unit_ids)
    labels = labels_of_units(session, unit_ids)
    kept: dict[int, dict[str, Any]] = {}
    for id_, fact in facts.items():
        told: dict[tuple[str, str], list[str]] = {}
        for notice in notices[id_]:
            if notice.eula_expires_on == fact.eula_expires_on:
                told.setdefault((notice.step, notice.queued_at.isoformat()), []).append(notice.email)
        kept[id_] = {
            "shipped_on": fact.shipped_on.isoformat(),
            "eula_mailed_on": fact.eula_mailed_on.isoformat() if fact.eula_mailed_on else None,
            "eula_expires_on": fact.eula_expires_on.isoformat(),
            "due_on": (fact.eula_expires_on + timedelta(days=window_days)).isoformat(),
            "received_at": fact.received_at.isoformat() if fact.received_at else None,
            "reminded": [[step, at, emails] for (step, at), emails in told.items()],
            "answered": [
                [one.kind, one.state, one.given_at.isoformat(), one.given_by, one.note, one.tracking]
                for one in answers[id_]
            ],
            "labels": labels[id_],
        }
    return kept


def read(kept: Mapping[str, Any]) -> Evidence:
    """Return evidence as it was kept."""
    return Evidence(
        shipped_on=date.fromisoformat(kept["shipped_on"]),
        eula_mailed_on=date.fromisoformat(kept["eula_mailed_on"]) if kept["eula_mailed_on"] else None,
        eula_expires_on=date.fromisoformat(kept["eula_expires_on"]),
        due_on=date.fromisoformat(kept["due_on"]),
        received_at=datetime.fromisoformat(kept["received_at"]) if kept["received_at"] else None,
        reminded=tuple(
            Reminded(step=step, at=datetime.fromisoformat(at), to=tuple(emails))
            for step, at, emails in kept["reminded"]
        ),
        answered=tuple(
            Answered(kind=kind, state=state, at=datetime.fromisoformat(at), by=by, note=note, tracking=tracking)
            for kind, state, at, by, note, tracking in kept["answered"]
        ),
        labels=tuple((number, state) for number, state in kept["labels"]),
        inspected=kept.get("inspected"),
    )
