"""Reading the log: entries with their personal values, page by page, and how far it is sealed (SPEC X-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db import seals
from rmatrack.db.history import Event, EventFilter, events_matching, personal_values_of
from rmatrack.domain.people import Actor, Permission

PAGE_ENTRIES = 50
_COMMITTED = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the log. `was_forgotten` says that a personal value in it is gone for good."""

    id: int
    at: datetime
    subject: str
    key: str
    deed: str
    field: str | None
    old: str | None
    new: str | None
    reason: str | None
    actor: str
    actor_role: str
    was_forgotten: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Entries, the newest first, and the id before which the next page begins."""

    entries: Sequence[Entry]
    before: int | None


@dataclass(frozen=True, slots=True)
class SealState:
    """How many entries are sealed, up to which moment, and the end of the chain."""

    count: int
    last_at: datetime | None
    head: str


def history_page(session: Session, wanted: EventFilter, *, before: int | None, by: Actor) -> HistoryPage:
    """Return a page of the whole log, for those who may see it all."""
    by.must(Permission.SEE_HISTORY)
    found = events_matching(session, wanted, before=before, limit=PAGE_ENTRIES + 1)
    shown = found[:PAGE_ENTRIES]
    return HistoryPage(entries(session, shown), shown[-1].id if len(found) > PAGE_ENTRIES else None)


def entries(session: Session, events: Sequence[Event]) -> list[Entry]:
    """Return the entries of *events*; what stands for a personal value is replaced by it."""
    marks = {text for event in events for text in (event.old, event.new) if text and text.startswith(_COMMITTED)}
    values = personal_values_of(session, marks) if marks else {}
    return [_entry(event, marks, values) for event in events]


def seal_state(session: Session) -> SealState:
    """Return how far the log is sealed."""
    last = seals.last_link(session)
    return SealState(last.position, seals.last_sealed_at(session), last.digest)


def _entry(event: Event, marks: set[str], values: Mapping[str, str]) -> Entry:
    def readable(text: str | None) -> str | None:
        return values.get(text) if text in marks else text

    return Entry(
        id=event.id,
        at=event.at,
        subject=event.subject,
        key=event.subject_key,
        deed=event.deed,
        field=event.field,
        old=readable(event.old),
        new=readable(event.new),
        reason=event.reason,
        actor=event.actor,
        actor_role=event.actor_role,
        was_forgotten=any(text in marks and text not in values for text in (event.old, event.new)),
    )
