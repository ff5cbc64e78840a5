"""A new label in place of another: of a lost one in the United States, of one held back anywhere (C-4, C-6, C-8).

Where the carrier makes labels, the new one is wanted here and comes later (`rmatrack.services.buying`); the old one is
superseded when it is there, and taken back where the carrier does that.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.carrier_accounts import account_in_use
from rmatrack.db.catalogue import models_numbered
from rmatrack.db.intents import open_intents
from rmatrack.db.label_lists import label_numbered
from rmatrack.db.labels import Label, newest_labels
from rmatrack.db.units_to_label import units_to_label
from rmatrack.domain.errors import NotFoundError, RuleBrokenError, _
from rmatrack.domain.labels import DEAD, LabelState, move
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.services.buying import want_labels
from rmatrack.services.history import record
from rmatrack.services.label_numbers import issue_numbers
from rmatrack.services.labels import LabelWanted, change_of, must_need_a_label, row_of, to_buy, want
from rmatrack.services.voiding import supersede


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


class NotHeldError(RuleBrokenError):
    """A label that left, or may leave, is printed again or replaced; only one that is held back is made anew."""

    code = "label-not-held"
    message = _("%(number)s is %(state)s, not held back. Print it again, or replace it where a label was lost.")


@dataclass(frozen=True, slots=True)
class NewLabel:
    """What came of asking for one: its id, or the id of the intent while the carrier is asked."""

    label_id: int | None
    intent_id: int | None = None


def replace_label(session: Session, unit_id: int, *, reason: str, policy: Policy, by: Actor, now: datetime) -> NewLabel:
    """Give a unit a new label with a new number; the old one is superseded and still resolves.

    Where the carrier makes labels, the old one stays good until the new one is there. Raises `NoReplacementError`
    outside the United States, `NothingToReplaceError`, `OnItsWayError`, and what `label_numbers.issue_numbers` raises.
    """
    by.must(Permission.ASK_REPLACEMENT_LABEL)
    unit = units_to_label(session, [unit_id], seen_by=by).get(unit_id)
    if unit is None:
        raise NotFoundError
    old = newest_labels(session, [unit_id]).get(unit_id)
    must_need_a_label(unit, old)
    if old is None:
        raise NothingToReplaceError(serial=unit.serial)
    carrier, wanted = want(unit, old, models_numbered(session, [unit.model]), policy=policy, now=now)
    if carrier is not Carrier.UPS:
        raise NoReplacementError(country=unit.country)
    return _instead_of(session, old, carrier, replace(wanted, reason=reason), by=by, now=now)


def make_label_anew(session: Session, number: str, *, policy: Policy, by: Actor, now: datetime) -> NewLabel:
    """Have a label made in place of one that is held back, in whichever country. Asked twice, one is made.

    What the carrier made and nobody can use is taken back, or stays in sight where the carrier takes nothing back.
    Raises `NotFoundError`, `NotHeldError`, and what `replace_label` raises beside `NoReplacementError`.
    """
    by.must(Permission.PRINT_LABELS)
    seen = label_numbered(session, number, seen_by=by)
    if seen is None:
        raise NotFoundError
    if seen.state != LabelState.HELD:
        raise NotHeldError(number=number, state=LabelState(seen.state))
    unit, old = units_to_label(session, [seen.unit_id], seen_by=by)[seen.unit_id], session.get_one(Label, seen.id)
    must_need_a_label(unit, old)
    carrier, wanted = want(unit, old, models_numbered(session, [unit.model]), policy=policy, now=now)
    return _instead_of(session, old, carrier, wanted, by=by, now=now)


def _instead_of(
    session: Session, old: Label, carrier: Carrier, wanted: LabelWanted, *, by: Actor, now: datetime
) -> NewLabel:
    """Make a label in place of *old*, or want it from the carrier; somebody else's wish for the unit stands."""
    unit, account = wanted.unit, account_in_use(session, carrier)
    if account and account.source == SourceKind.LIVE:
        want_labels(session, account, [to_buy(replace(wanted, replaces_id=old.id))], by=by, now=now)
        return NewLabel(None, open_intents(session, [unit.unit_id])[unit.unit_id].id)
    if old.state not in DEAD:
        move(LabelState(old.state), LabelState.SUPERSEDED)
    numbers = issue_numbers(session, carrier, account, [wanted.shipment])
    new = Label(**row_of(carrier, account, wanted, numbers.issued[0], now))
    session.add(new)
    session.flush()
    issued = change_of(unit, new.number, "issued", "number", old.number, new.number, wanted.reason)
    supersede(session, old, new.id, by=by, now=now, reason=wanted.reason)
    record(session, [issued], by=by, now=now)
    return NewLabel(new.id)
