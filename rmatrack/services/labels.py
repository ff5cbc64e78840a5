"""Labels for units: which carrier, which number, who is left out and why; and a new label for a lost one (C-1 – C-6).

Printing is three steps. `plan_labels` gives each unit its label and number, in one short transaction.
`label_sheets.draw_labels` draws and reads back with none open. `label_release.release` records what came of it, in
another short one. A unit that has a label keeps it, so that a plan repeated after a crash gives the same numbers; what
it says is fixed from the day it leaves.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from carriers.errors import ShippingError
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, SourceKind
from rmatrack.db.labels import Label, add_labels, newest_labels
from rmatrack.db.units_to_label import UnitToLabel, known_orders, units_out, units_to_label
from rmatrack.domain import policy as rules
from rmatrack.domain.due import today_in
from rmatrack.domain.errors import NotFoundError, RmatrackError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.labels import DEAD, LabelState, move
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.sentences import Sentence
from rmatrack.services.history import record
from rmatrack.services.label_content import (
    SERVICES,
    Told,
    content_of,
    kept_shipment,
    kept_told,
    shipment_of,
    told_for,
)
from rmatrack.services.label_numbers import issue_numbers

PORTION = 500
"""How many units one plan or release takes at most, so that its transaction stays short."""

_TRAVELLED = frozenset({LabelState.IN_TRANSIT, LabelState.DELIVERED})


class UnknownOrdersError(NotFoundError):
    """Some of the orders asked for are not there, or not for this person."""

    code = "unknown-orders"
    message = _("There is no order %(orders)s here. Check the number on the packing list.")


class AlreadyBackError(RuleBrokenError):
    """The loan of this unit has ended."""

    code = "already-back"
    message = _("%(serial)s needs no label: it is back or settled already.")


class OnItsWayError(RuleBrokenError):
    """The carrier has the parcel."""

    code = "label-on-its-way"
    message = _("%(serial)s needs no label: it travels under %(number)s already.")


class NoReplacementError(RuleBrokenError):
    """Outside the United States a return is booked with the carrier (SPEC C-4)."""

    code = "no-replacement-here"
    message = _(
        "Replacement labels are for pickups in the United States only. From %(country)s the customer books the return"
        " with the carrier: send the instructions for that country."
    )


class NothingToReplaceError(RuleBrokenError):
    """The unit never had a label."""

    code = "nothing-to-replace"
    message = _("%(serial)s has no label yet. Print one instead.")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A unit that gets no label, and why."""

    unit_id: int
    order_number: str
    serial: str
    why: Sentence


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """The labels to print, in the order asked for; the units left out; and what somebody should see to soon."""

    label_ids: tuple[int, ...]
    unit_ids: tuple[int, ...]
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A label to be made: everything but its number."""

    unit: UnitToLabel
    attempt: int
    shipment: Shipment
    told: Told


def units_of_orders(session: Session, numbers: Sequence[str] | None, *, by: Actor) -> list[int]:
    """Return the units still out, of the orders *numbers* or of all, in the order in which they are printed.

    Raises `UnknownOrdersError`.
    """
    by.must(Permission.PRINT_LABELS)
    if numbers is not None:
        known = known_orders(session, numbers, seen_by=by)
        if unknown := [number for number in numbers if number not in known]:
            raise UnknownOrdersError(field="order", orders=", ".join(unknown))
    return units_out(session, numbers, seen_by=by)


def plan_labels(session: Session, unit_ids: Sequence[int], *, policy: Policy, by: Actor, now: datetime) -> LabelPlan:
    """Give each unit its label: the one it has, or a new one with a number of its own. At most `PORTION` units."""
    by.must(Permission.PRINT_LABELS)
    units = units_to_label(session, unit_ids, seen_by=by)
    if any(unit_id not in units for unit_id in unit_ids):
        raise NotFoundError
    newest = newest_labels(session, unit_ids)
    wanted: dict[Carrier, list[_Wanted]] = defaultdict(list)
    left_out: list[LeftOut] = []
    for unit_id in unit_ids:
        unit, label = units[unit_id], newest.get(unit_id)
        try:
            _must_need_a_label(unit, label)
            if label is not None and label.released_at is not None and label.state not in DEAD:
                continue
            carrier, made = _want(unit, label, policy=policy, now=now)
            if label is None or label.state in DEAD or not _say_anew(label, carrier, made):
                wanted[carrier].append(made)
        except RmatrackError as error:
            left_out.append(_left_out(unit, error))
    warnings = _make(session, wanted, left_out, by=by, now=now)
    return _planned(session, unit_ids, left_out, warnings)


def replace_label(session: Session, unit_id: int, *, reason: str, policy: Policy, by: Actor, now: datetime) -> int:
    """Give a unit a new label with a new number and return its id; the old one is superseded and still resolves.

    Raises `NoReplacementError` outside the United States, `NothingToReplaceError`, `OnItsWayError`, and what
    `label_numbers.issue_numbers` raises.
    """
    by.must(Permission.ASK_REPLACEMENT_LABEL)
    unit = units_to_label(session, [unit_id], seen_by=by).get(unit_id)
    if unit is None:
        raise NotFoundError
    old = newest_labels(session, [unit_id]).get(unit_id)
    _must_need_a_label(unit, old)
    if old is None:
        raise NothingToReplaceError(serial=unit.serial)
    carrier, wanted = _want(unit, old, policy=policy, now=now)
    if carrier is not Carrier.UPS:
        raise NoReplacementError(country=unit.country)
    state = move(LabelState(old.state), LabelState.SUPERSEDED) if old.state not in DEAD else LabelState(old.state)
    numbers = issue_numbers(session, carrier, [wanted.shipment])
    new = Label(**_row(carrier, wanted, numbers.issued[0], now))
    session.add(new)
    session.flush()
    changes = [
        _change(unit, old.number, "superseded", "state", old.state, state, reason),
        _change(unit, new.number, "issued", "number", old.number, new.number, reason),
    ]
    old.state, old.superseded_by_id = state, new.id
    session.flush()
    record(session, changes, by=by, now=now)
    return new.id


def _must_need_a_label(unit: UnitToLabel, label: Label | None) -> None:
    if unit.settled_at is not None:
        raise AlreadyBackError(serial=unit.serial)
    if label is not None and label.state in _TRAVELLED:
        raise OnItsWayError(serial=unit.serial, number=label.number)


def _want(unit: UnitToLabel, label: Label | None, *, policy: Policy, now: datetime) -> tuple[Carrier, _Wanted]:
    """Choose the carrier by the ship-to country of today (SPEC C-1), and say what its label will show."""
    today = today_in(unit.zone, now)
    carrier = Carrier(rules.carrier_for(policy, unit.country, unit.state, today).required())
    shipment = shipment_of(unit, carrier, policy=policy, on=today)
    told = told_for(unit, carrier, policy=policy, on=today)
    return carrier, _Wanted(unit, label.attempt + 1 if label else 1, shipment, told)


def _say_anew(label: Label, carrier: Carrier, wanted: _Wanted) -> bool:
    """Let a label that never left say what is true now; give it up, and say so, where another carrier goes there."""
    if label.carrier != carrier:
        state = LabelState(label.state)
        label.state = move(state, LabelState.VOIDED if state is LabelState.INTENT else LabelState.SUPERSEDED)
        return False
    if (kept_shipment(label.content), kept_told(label.content)) != (wanted.shipment, wanted.told):
        issued = Issued(label.number, SourceKind(label.source), piece_id=label.piece)
        label.content = content_of(wanted.shipment, issued, wanted.told)
    return True


def _make(
    session: Session,
    wanted: Mapping[Carrier, Sequence[_Wanted]],
    left_out: list[LeftOut],
    *,
    by: Actor,
    now: datetime,
) -> tuple[Sentence, ...]:
    """Number and keep the labels of each carrier; where it has no numbers, its units join *left_out*."""
    rows: list[dict[str, object]] = []
    changes: list[Change] = []
    warnings: list[Sentence] = []
    for carrier, labels in wanted.items():
        try:
            numbers = issue_numbers(session, carrier, [each.shipment for each in labels])
        except (RmatrackError, ShippingError) as error:
            left_out.extend(_left_out(each.unit, error) for each in labels)
            continue
        if numbers.warning:
            warnings.append(numbers.warning)
        for each, issued in zip(labels, numbers.issued, strict=True):
            rows.append(_row(carrier, each, issued, now))
            changes.append(_change(each.unit, issued.number, "issued", "number", None, issued.number))
    made = add_labels(session, rows)
    record(session, [change for change in changes if change.key in made], by=by, now=now)
    return tuple(warnings)


def _planned(
    session: Session, unit_ids: Sequence[int], left_out: Sequence[LeftOut], warnings: tuple[Sentence, ...]
) -> LabelPlan:
    labels = newest_labels(session, unit_ids)
    without = {each.unit_id for each in left_out}
    units = tuple(unit_id for unit_id in unit_ids if unit_id not in without)
    return LabelPlan(tuple(labels[unit_id].id for unit_id in units), units, tuple(left_out), warnings)


def _row(carrier: Carrier, wanted: _Wanted, issued: Issued, now: datetime) -> dict[str, object]:
    return {
        "rma_id": wanted.unit.rma_id,
        "unit_id": wanted.unit.unit_id,
        "attempt": wanted.attempt,
        "carrier": carrier.value,
        "service": SERVICES[carrier],
        "source": issued.kind.value,
        "number": issued.number,
        "piece": issued.piece_id,
        "state": LabelState.INTENT.value,
        "content": content_of(wanted.shipment, issued, wanted.told),
        "created_at": now,
        "version": 1,
    }


def _change(
    unit: UnitToLabel, number: str, deed: str, field: str, old: str | None, new: str | None, reason: str | None = None
) -> Change:
    return Change("label", number, deed, field, old, new, reason=reason, order_id=unit.order_id, unit_id=unit.unit_id)


def _left_out(unit: UnitToLabel, error: RmatrackError | ShippingError) -> LeftOut:
    return LeftOut(unit.unit_id, unit.order_number, unit.serial, Sentence(error.message, error.params))
