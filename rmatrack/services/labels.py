"""Labels for units: which carrier, which number, who is left out and why (SPEC C-1 – C-6).

Printing is three steps. `plan_labels` gives each unit its label and number, in one short transaction; where the
carrier makes labels itself, it writes down that one is wanted, and the unit waits for it (`rmatrack.services.buying`).
`label_sheets.draw_labels` draws and reads back with none open. `label_release.release` records what came of it, in
another short one. A unit that has a label keeps it, so that a plan repeated after a crash gives the same numbers; what
it says is fixed from the day it leaves.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from carriers.errors import ShippingError
from carriers.kinds import KINDS
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, SourceKind
from rmatrack.db.carrier_accounts import CarrierAccount, accounts_in_use
from rmatrack.db.catalogue import Model, models_numbered
from rmatrack.db.intents import LabelIntent, newest_intents, open_intents
from rmatrack.db.labels import Label, add_labels, newest_labels
from rmatrack.db.units_to_label import UnitToLabel, known_orders, units_out, units_to_label
from rmatrack.domain import policy as rules
from rmatrack.domain.due import today_in
from rmatrack.domain.errors import NotFoundError, RmatrackError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.intents import OPEN, IntentState
from rmatrack.domain.labels import DEAD, LabelState, move
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.sentences import Sentence
from rmatrack.services.buying import Wanted, want_labels
from rmatrack.services.goods import goods_to_keep
from rmatrack.services.history import record
from rmatrack.services.kept_sentences import told
from rmatrack.services.label_content import (
    Told,
    content_of,
    kept_shipment,
    kept_told,
    shipment_of,
    told_for,
)
from rmatrack.services.label_numbers import issue_numbers
from rmatrack.services.voiding import supersede

PORTION = 500
"""How many units one plan or release takes at most, so that its transaction stays short."""

WAITS = _("%(carrier)s is being asked for this label.")
WAITS_WITH_REASON = _("%(carrier)s has not made this label yet: %(why)s")

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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A unit that gets no label, and why."""

    unit_id: int
    order_number: str
    serial: str
    why: Sentence


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """The labels to print, in the order asked for; the units left out; and what somebody should see to soon.

    `waiting` are units whose label the carrier has not made yet, and why.
    """

    label_ids: tuple[int, ...]
    unit_ids: tuple[int, ...]
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    waiting: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelWanted:
    """A label to be made: everything but its number. `replaces_id` and `reason` are of the one it stands in for."""

    unit: UnitToLabel
    attempt: int
    shipment: Shipment
    told: Told
    goods: Sequence[dict[str, object]] = ()
    replaces_id: int | None = None
    reason: str | None = None


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


def plan_labels(
    session: Session,
    unit_ids: Sequence[int],
    *,
    policy: Policy,
    by: Actor,
    now: datetime,
    refused_since: datetime | None = None,
) -> LabelPlan:
    """Give each unit its label: the one it has, or a new one with a number of its own. At most `PORTION` units.

    Units whose label the carrier refused after *refused_since* are left out; without it, the carrier is asked again.
    """
    by.must(Permission.PRINT_LABELS)
    units = units_to_label(session, unit_ids, seen_by=by)
    if any(unit_id not in units for unit_id in unit_ids):
        raise NotFoundError
    newest, asked = newest_labels(session, unit_ids), newest_intents(session, unit_ids)
    models = models_numbered(session, {unit.model for unit in units.values()})
    wanted: dict[Carrier, list[LabelWanted]] = defaultdict(list)
    left_out: list[LeftOut] = []
    for unit_id in unit_ids:
        unit, label, intent = units[unit_id], newest.get(unit_id), asked.get(unit_id)
        try:
            must_need_a_label(unit, label)
            if label is not None and label.released_at is not None and label.state not in DEAD:
                continue
            if intent is not None and intent.state in OPEN:
                continue
            if refused_since and intent is not None and _was_refused(intent, refused_since):
                left_out.append(LeftOut(unit_id, unit.order_number, unit.serial, told(intent.why or "")))
                continue
            carrier, made = want(unit, label, models, policy=policy, now=now)
            if label is None or label.state in DEAD or not _say_anew(session, label, carrier, made, by=by, now=now):
                wanted[carrier].append(made)
        except RmatrackError as error:
            left_out.append(_left_out(unit, error))
    warnings = _make(session, wanted, left_out, by=by, now=now)
    return _planned(session, units, unit_ids, left_out, warnings)


def must_need_a_label(unit: UnitToLabel, label: Label | None) -> None:
    if unit.settled_at is not None:
        raise AlreadyBackError(serial=unit.serial)
    if label is not None and label.state in _TRAVELLED:
        raise OnItsWayError(serial=unit.serial, number=label.number)


def want(
    unit: UnitToLabel, label: Label | None, models: Mapping[str, Model], *, policy: Policy, now: datetime
) -> tuple[Carrier, LabelWanted]:
    """Choose the carrier by the ship-to country of today (SPEC C-1), and say what its label will show."""
    today = today_in(unit.zone, now)
    carrier = Carrier(rules.carrier_for(policy, unit.country, unit.state, today).required())
    shipment = shipment_of(unit, carrier, policy=policy, on=today)
    customer = told_for(unit, carrier, policy=policy, on=today)
    attempt = label.attempt + 1 if label else 1
    return carrier, LabelWanted(unit, attempt, shipment, customer, goods_to_keep([unit], models, policy))


def _say_anew(
    session: Session, label: Label, carrier: Carrier, wanted: LabelWanted, *, by: Actor, now: datetime
) -> bool:
    """Let a label that never left say what is true now.

    It is given up, and that is said, where another carrier goes there, or where the carrier drew it and it says
    something else by now: only the carrier could draw it anew.
    """
    said = kept_shipment(label.content)
    is_live = label.source == SourceKind.LIVE
    if label.carrier != carrier or (is_live and said != replace(wanted.shipment, issued_on=said.issued_on)):
        if LabelState(label.state) is LabelState.INTENT and not is_live:
            label.state = move(LabelState.INTENT, LabelState.VOIDED)
        else:
            supersede(session, label, None, by=by, now=now, reason=None)
        return False
    if not is_live and (said, kept_told(label.content)) != (wanted.shipment, wanted.told):
        issued = Issued(label.number, SourceKind(label.source), piece_id=label.piece)
        label.content = content_of(wanted.shipment, issued, wanted.told)
    return True


def _make(
    session: Session,
    wanted: Mapping[Carrier, Sequence[LabelWanted]],
    left_out: list[LeftOut],
    *,
    by: Actor,
    now: datetime,
) -> tuple[Sentence, ...]:
    """Number and keep the labels of each carrier; where it has no numbers, its units join *left_out*."""
    rows: list[dict[str, object]] = []
    changes: list[Change] = []
    warnings: list[Sentence] = []
    accounts = accounts_in_use(session)
    for carrier, labels in wanted.items():
        account = accounts.get(carrier)
        if account and account.source == SourceKind.LIVE:
            want_labels(session, account, map(to_buy, labels), by=by, now=now)
            continue
        try:
            numbers = issue_numbers(session, carrier, account, [each.shipment for each in labels])
        except (RmatrackError, ShippingError) as error:
            left_out.extend(_left_out(each.unit, error) for each in labels)
            continue
        if numbers.warning:
            warnings.append(numbers.warning)
        for each, issued in zip(labels, numbers.issued, strict=True):
            rows.append(row_of(carrier, account, each, issued, now))
            changes.append(change_of(each.unit, issued.number, "issued", "number", None, issued.number))
    made = add_labels(session, rows)
    record(session, [change for change in changes if change.key in made], by=by, now=now)
    return tuple(warnings)


def _planned(
    session: Session,
    units: Mapping[int, UnitToLabel],
    unit_ids: Sequence[int],
    left_out: Sequence[LeftOut],
    warnings: tuple[Sentence, ...],
) -> LabelPlan:
    labels = newest_labels(session, unit_ids)
    waiting = tuple(_waits(units[unit_id], intent) for unit_id, intent in open_intents(session, unit_ids).items())
    without = {each.unit_id for each in (*left_out, *waiting)}
    planned = tuple(unit_id for unit_id in unit_ids if unit_id not in without)
    return LabelPlan(tuple(labels[unit_id].id for unit_id in planned), planned, tuple(left_out), warnings, waiting)


def _waits(unit: UnitToLabel, intent: LabelIntent) -> LeftOut:
    params = {"carrier": KINDS[Carrier(intent.carrier)].name}
    why = Sentence(WAITS_WITH_REASON, {**params, "why": told(intent.why)}) if intent.why else Sentence(WAITS, params)
    return LeftOut(unit.unit_id, unit.order_number, unit.serial, why)


def _was_refused(intent: LabelIntent, since: datetime) -> bool:
    return intent.state == IntentState.REFUSED and intent.ended_at is not None and intent.ended_at >= since


def to_buy(wanted: LabelWanted) -> Wanted:
    content = content_of(wanted.shipment, Issued("", SourceKind.LIVE), wanted.told)
    unit = wanted.unit
    return Wanted(
        unit_id=unit.unit_id,
        rma_id=unit.rma_id,
        order_id=unit.order_id,
        attempt=wanted.attempt,
        content={**content, "goods": list(wanted.goods)},
        replaces_id=wanted.replaces_id,
        reason=wanted.reason,
    )


def row_of(
    carrier: Carrier, account: CarrierAccount | None, wanted: LabelWanted, issued: Issued, now: datetime
) -> dict[str, object]:
    return {
        "rma_id": wanted.unit.rma_id,
        "unit_id": wanted.unit.unit_id,
        "attempt": wanted.attempt,
        "carrier": carrier.value,
        "service": KINDS[carrier].service,
        "source": issued.kind.value,
        "number": issued.number,
        "piece": issued.piece_id,
        "state": LabelState.INTENT.value,
        "content": content_of(wanted.shipment, issued, wanted.told),
        "account_id": account.id if account and issued.kind is not SourceKind.SPECIMEN else None,
        "created_at": now,
        "version": 1,
    }


def change_of(
    unit: UnitToLabel, number: str, deed: str, field: str, old: str | None, new: str | None, reason: str | None = None
) -> Change:
    return Change("label", number, deed, field, old, new, reason=reason, order_id=unit.order_id, unit_id=unit.unit_id)


def _left_out(unit: UnitToLabel, error: RmatrackError | ShippingError) -> LeftOut:
    return LeftOut(unit.unit_id, unit.order_number, unit.serial, Sentence(error.message, error.params))
