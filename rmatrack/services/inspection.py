"""Inspecting units that are back: a verdict on each, revised with a reason, never overwritten (SPEC R-6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from rmatrack.db.inspections import (
    LONGEST_NOTES,
    LONGEST_REASON,
    Inspection,
    WipeCertificate,
    add_inspections,
    inspections_of,
    mark_inspected,
    units_to_inspect,
    wipes_of,
)
from rmatrack.db.orders import Unit
from rmatrack.domain.charges import ChargeCause, Withdrawal
from rmatrack.domain.errors import ConflictError, NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.inspection import (
    Condition,
    Disposition,
    Finding,
    NotReceivedError,
    RevisionReasonError,
    WipeMethod,
    decided,
    missing_parts,
)
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Part, Policy
from rmatrack.services.charges import charge_once_more, propose, withdraw_charges
from rmatrack.services.history import record

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What somebody decides about a unit. `seen` is the revision they looked at, 0 where there was none."""

    unit_id: int
    condition: Condition
    disposition: Disposition
    missing: frozenset[str] = frozenset()
    notes: str = ""
    reason: str = ""
    seen: int = 0


class _Standing(NamedTuple):
    """A unit with the verdict and the wipe that hold."""

    unit: Unit
    verdict: Inspection | None
    wipe: WipeCertificate | None


def checklist(policy: Policy, model: str) -> list[Part]:
    """Return what should have come with a device of *model*; nothing where the catalogue does not know it."""
    known = policy.models.get(model)
    return [part for part in policy.parts if known and part.family == known.family]


def holds_data(policy: Policy, model: str) -> bool:
    """Say whether a device of *model* holds a customer's data; one that the catalogue does not know does."""
    known = policy.models.get(model)
    return known is None or policy.families[known.family].holds_data


def inspect(session: Session, verdicts: Sequence[Verdict], *, policy: Policy, by: Actor, now: datetime) -> None:
    """Record a verdict on each of some units, or on none of them; the statements do not grow with their number.

    Raises a `DispositionError` where what was found does not allow what was chosen, and `ConflictError` where somebody
    else gave a verdict since it was looked at.
    """
    by.must(Permission.INSPECT)
    standing = _standing(session, [verdict.unit_id for verdict in verdicts], by)
    rows: list[dict[str, object]] = []
    changes: list[Change] = []
    for verdict in verdicts:
        one = standing[verdict.unit_id]
        row = _row(one, verdict, policy) | {"person_id": by.person_id, "inspected_by": by.name, "inspected_at": now}
        rows.append(row)
        changes += _changes(one, row)
    add_inspections(session, rows)
    mark_inspected(session, standing.keys(), now)
    record(session, changes, by=by, now=now)
    _charge(session, verdicts, standing, policy=policy, by=by, now=now)


def _charge(
    session: Session,
    verdicts: Sequence[Verdict],
    standing: Mapping[int, _Standing],
    *,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> None:
    """Propose a charge where a verdict asks for one, and withdraw what an earlier one proposed (SPEC R-9)."""
    charged = [verdict.unit_id for verdict in verdicts if verdict.disposition is Disposition.CHARGE]
    before = {id_ for id_, one in standing.items() if one.verdict and one.verdict.disposition == Disposition.CHARGE}
    withdraw_charges(session, before.difference(charged), Withdrawal.REVISED, by=by, now=now)
    if charged:
        charge_once_more(session, charged, ChargeCause.CONDITION, by=by, now=now)
        propose(session, charged, ChargeCause.CONDITION, policy=policy, by=by, now=now)


def _standing(session: Session, unit_ids: Sequence[int], by: Actor) -> dict[int, _Standing]:
    """Return the units by id; raises `NotFoundError` where one is not there for this person."""
    units = units_to_inspect(session, set(unit_ids), seen_by=by)
    if not units or len(units) != len(set(unit_ids)) or len(unit_ids) != len(set(unit_ids)):
        raise NotFoundError
    ids = [unit.id for unit in units]
    verdicts = {row.unit_id: row for row in reversed(inspections_of(session, ids))}
    wipes = {row.unit_id: row for row in reversed(wipes_of(session, ids))}
    return {unit.id: _Standing(unit, verdicts.get(unit.id), wipes.get(unit.id)) for unit in units}


def _row(one: _Standing, verdict: Verdict, policy: Policy) -> dict[str, object]:
    """Return the verdict as a row, if the rules allow it."""
    unit = one.unit
    if UnitStatus(unit.status) is not UnitStatus.RECEIVED:
        raise NotReceivedError(unit.serial)
    revision = one.verdict.revision if one.verdict else 0
    reason = verdict.reason.strip()[:LONGEST_REASON]
    if revision != verdict.seen:
        raise ConflictError
    if revision and not reason:
        raise RevisionReasonError(unit.serial)
    missing, lacks_needed = missing_parts(verdict.missing, _needed(checklist(policy, unit.model)))
    found = Finding(
        condition=verdict.condition,
        lacks=frozenset(missing),
        lacks_needed=lacks_needed,
        holds_data=holds_data(policy, unit.model),
        wiped=WipeMethod(one.wipe.method) if one.wipe else None,
    )
    return {
        "unit_id": unit.id,
        "revision": revision + 1,
        "condition": verdict.condition.value,
        "missing": missing,
        "notes": verdict.notes.strip()[:LONGEST_NOTES],
        "disposition": decided(verdict.disposition, found).value,
        "reason": reason if revision else None,
    }


def _needed(parts: Sequence[Part]) -> Mapping[str, bool]:
    return {part.code: part.needed for part in parts}


def _changes(one: _Standing, row: Mapping[str, object]) -> list[Change]:
    """Return an entry for each field of the verdict that is new or changed, or one for a verdict given again."""
    before = one.verdict
    old = {
        "disposition": before.disposition if before else None,
        "condition": before.condition if before else None,
        "missing": ", ".join(before.missing) if before else None,
        "notes": before.notes if before else None,
    }
    new = {**row, "missing": ", ".join(row["missing"])}  # type: ignore[arg-type]  # A list of codes, by `_row`.
    deed = "inspection revised" if before else "inspected"
    told: list[tuple[str | None, str | None, str | None]] = [
        (field, old[field] or None, str(new[field]) or None) for field in old if (old[field] or "") != new[field]
    ]
    return [
        Change(
            "unit",
            one.unit.serial,
            deed,
            field=field,
            old=was,
            new=became,
            reason=row["reason"],  # type: ignore[arg-type]  # A text or nothing, by `_row`.
            order_id=one.unit.order_id,
            unit_id=one.unit.id,
        )
        for field, was, became in told or [(None, None, None)]
    ]
