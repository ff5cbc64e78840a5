"""Proving that nobody rewrote the log: every entry, every seal, every personal value that is still there (SPEC X-2)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from sqlalchemy.orm import Session

from rmatrack.db import seals
from rmatrack.db.history import Event, PersonalValue, Seal
from rmatrack.db.seals import Link
from rmatrack.domain.errors import _
from rmatrack.domain.history import CHAIN_START, Change, chained, commitment, event_digest
from rmatrack.domain.sentences import Sentence


class Flaw(StrEnum):
    """What can be wrong with the log."""

    ENTRY_CHANGED = "entry-changed"
    ENTRY_REMOVED = "entry-removed"
    SEAL_REMOVED = "seal-removed"
    SEAL_BROKEN = "seal-broken"
    PERSONAL_VALUE_CHANGED = "personal-value-changed"


_SENTENCES: dict[Flaw, str] = {
    Flaw.ENTRY_CHANGED: _("Entry %(where)s of the history was changed after it was written."),
    Flaw.ENTRY_REMOVED: _("The entry that seal %(where)s stands for was removed from the history."),
    Flaw.SEAL_REMOVED: _("Seal %(where)s was removed from the history, or never was where it should be."),
    Flaw.SEAL_BROKEN: _("Seal %(where)s does not follow from the one before it and its entry."),
    Flaw.PERSONAL_VALUE_CHANGED: _("The personal value behind %(where)s was changed."),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A flaw, and the entry, seal or commitment that shows it."""

    flaw: Flaw
    where: int | str

    @property
    def sentence(self) -> Sentence:
        """Return the flaw in words."""
        return Sentence(_SENTENCES[self.flaw], {"where": self.where})


@dataclass(slots=True)
class Report:
    """What was looked at, and the first flaw found, if any.

    `head` is the end of the chain. Noted down elsewhere, it also shows that nobody cut off the newest entries.
    """

    sealed: int = 0
    unsealed: int = 0
    personal_values: int = 0
    head: str = CHAIN_START
    first_flaw: Found | None = None

    @property
    def holds(self) -> bool:
        """Say whether the whole log is as it was written."""
        return self.first_flaw is None


def verify(session: Session) -> Report:
    """Check the whole log from its start, in memory that does not grow with it."""
    report = Report()
    flaws = chain(
        _in_chain(seals.chain(session), report),
        _outside_chain(seals.events_without_seal(session), report),
        _in_personal_values(seals.personal_values(session), report),
    )
    for found in flaws:
        report.first_flaw = report.first_flaw or found
    return report


def _in_chain(links: Iterable[tuple[Seal, Event | None]], report: Report) -> Iterator[Found]:
    last = Link(0, CHAIN_START)
    for seal, event in links:
        if seal.position != last.position + 1:
            yield Found(Flaw.SEAL_REMOVED, last.position + 1)
        if event is None:
            yield Found(Flaw.ENTRY_REMOVED, seal.position)
        elif not _as_written(event):
            yield Found(Flaw.ENTRY_CHANGED, event.id)
        elif seal.digest != chained(last.digest, event.digest):
            yield Found(Flaw.SEAL_BROKEN, seal.position)
        last = Link(seal.position, seal.digest)
        report.sealed += 1
    report.head = last.digest


def _outside_chain(events: Iterable[Event], report: Report) -> Iterator[Found]:
    for event in events:
        report.unsealed += 1
        if not _as_written(event):
            yield Found(Flaw.ENTRY_CHANGED, event.id)


def _in_personal_values(values: Iterable[PersonalValue], report: Report) -> Iterator[Found]:
    for kept in values:
        report.personal_values += 1
        if commitment(kept.value, kept.salt) != kept.commitment:
            yield Found(Flaw.PERSONAL_VALUE_CHANGED, kept.commitment)


def _as_written(event: Event) -> bool:
    change = Change(
        subject=event.subject,
        key=event.subject_key,
        deed=event.deed,
        field=event.field,
        old=event.old,
        new=event.new,
        reason=event.reason,
        order_id=event.order_id,
        unit_id=event.unit_id,
    )
    digest = event_digest(change, at=event.at, actor_id=event.actor_id, actor=event.actor, actor_role=event.actor_role)
    return digest == event.digest
