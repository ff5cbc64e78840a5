"""What happened to an order or a unit, told as one timeline (SPEC R-10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db import timeline as questions
from rmatrack.db.receiving import Scan
from rmatrack.domain.people import Actor, Permission, Role
from rmatrack.domain.receiving import Outcome
from rmatrack.services.history_reading import Entry, entries


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with what it was and what it became, as the log writes values; a personal value may be forgotten."""

    field: str
    old: str | None
    new: str | None
    was_forgotten: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One deed at one moment. `keys` are the numbers of the things it was done to, all of the same kind.

    `actor` is None for a reader outside, who sees the role alone. `outcome` is that of a scan. `entry_ids` are those of
    the log's entries that say so.
    """

    at: datetime
    subject: str
    deed: str
    keys: tuple[str, ...]
    changes: tuple[FieldChange, ...] = ()
    reason: str | None = None
    actor: str | None = None
    role: Role | None = None
    outcome: Outcome | None = None
    station: str | None = None
    entry_ids: tuple[int, ...] = ()


def order_timeline(session: Session, order_id: int, *, seen_by: Actor) -> list[Happening]:
    """Return what happened to an order that *seen_by* may see, the newest first."""
    log = entries(session, questions.events_of_order(session, order_id))
    return as_told(grouped(log), seen_by)


def unit_timeline(
    session: Session, serial_key: str, unit_ids: Sequence[int], order_ids: Sequence[int], *, seen_by: Actor
) -> list[Happening]:
    """Return what happened on these loans of a serial, the newest first, scans that changed nothing included."""
    log = entries(session, questions.events_of_units(session, unit_ids, order_ids))
    scans = questions.scans_of_serial(session, serial_key, unit_ids, seen_by=seen_by)
    everything = [*grouped(log), *(scanned(scan) for scan in scans)]
    return as_told(sorted(everything, key=lambda happening: happening.at, reverse=True), seen_by)


def grouped(log: Iterable[Entry]) -> list[Happening]:
    """Return one happening for entries of one moment, deed and actor: fields of one thing, or things of one kind."""
    groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in log:
        group = entry.at, entry.subject, entry.deed, entry.actor, entry.reason
        groups.setdefault(group, []).append(entry)
    return [_happening(group) for group in groups.values()]


def _happening(group: Sequence[Entry]) -> Happening:
    first = group[0]
    changes = (
        FieldChange(entry.field, entry.old, entry.new, entry.was_forgotten) for entry in reversed(group) if entry.field
    )
    return Happening(
        at=first.at,
        subject=first.subject,
        deed=first.deed,
        keys=tuple(dict.fromkeys(entry.key for entry in reversed(group))),
        changes=tuple(dict.fromkeys(changes)),
        reason=first.reason,
        actor=first.actor,
        role=Role(first.actor_role),
        entry_ids=tuple(sorted(entry.id for entry in group)),
    )


def scanned(scan: Scan) -> Happening:
    """Return a scan as a happening of its own."""
    return Happening(
        at=scan.scanned_at,
        subject="scan",
        deed="scanned",
        keys=(scan.serial_key,),
        outcome=Outcome(scan.outcome),
        station=scan.station,
    )


def as_told(happenings: Sequence[Happening], reader: Actor) -> list[Happening]:
    """Return them as the reader may know them: from outside, a person inside is a role."""
    if reader.may(Permission.SEE_EVERYTHING):
        return list(happenings)
    return [happening if happening.actor == reader.name else replace(happening, actor=None) for happening in happenings]
