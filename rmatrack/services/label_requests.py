"""New return labels for those who have to send something back: asked for once, counted, and told to logistics (C-4).

Like printing, this is three steps: `ask_for_labels` gives the labels their numbers, `label_sheets.draw_labels` draws
and reads back with no transaction open, `label_release.release` lets them go.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from rmatrack.db.intents import open_intents
from rmatrack.db.label_requests import (
    LabelRequest,
    count_requests,
    count_requests_of_partner,
    counts_by_unit,
    labels_given,
    labels_just_given,
    order_to_ask_for,
)
from rmatrack.db.labels import Label, newest_labels
from rmatrack.db.parcel_questions import lock_partner
from rmatrack.db.units_to_label import units_out
from rmatrack.domain.errors import NotFoundError, RuleBrokenError, _
from rmatrack.domain.label_requests import (
    NoUnitsChosenError,
    TooManyForDeviceError,
    TooManyForPartnerError,
    Trouble,
    must_be_within_limit,
)
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.words import word
from rmatrack.paper.papers import Paper
from rmatrack.services import news
from rmatrack.services.answers import labels_came
from rmatrack.services.label_replacing import NewLabel, NoReplacementError, replace_label
from rmatrack.services.labels import plan_labels
from rmatrack.services.return_help import way_back

DAY = timedelta(hours=24)
AT_ONCE = timedelta(minutes=5)
"""Who asks for a device's label so soon after somebody else did gets the same one."""


class NoFirstLabelError(RuleBrokenError):
    """A device that never had a label of ours cannot get its first one either."""

    code = "no-first-label"
    message = _("%(serial)s gets no label: %(why)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asked for. `form` is the page it was asked on: sent twice, it is one request."""

    form: str
    unit_ids: Sequence[int]
    trouble: Trouble
    paper: Paper
    mail_to: str | None = None
    """Where the labels go by mail; those that the carrier makes later are mailed then."""


def ask_for_labels(
    session: Session, number: str, asked: Asked, *, policy: Policy, by: Actor, now: datetime
) -> list[int]:
    """Give units of the order *number* new labels and return the labels' ids; the old ones are superseded.

    Where the carrier makes labels, they come later: none is returned, and the request waits for them. A form that was
    sent before gives the labels of that time; where only the packaging is lost none is made. Raises `NotFoundError`,
    `NoUnitsChosenError`, `TooManyLabelsError` and its like for devices and partners, and what
    `label_replacing.replace_label` raises.
    """
    by.must(Permission.ASK_REPLACEMENT_LABEL)
    order_id = order_to_ask_for(session, number, seen_by=by)
    if order_id is None:
        raise NotFoundError
    if (given := labels_given(session, order_id, asked.form)) is not None:
        return given
    way = way_back(session, number, policy=policy, seen_by=by, now=now)
    if way.refusal:
        raise way.refusal
    if not way.with_label:
        raise NoReplacementError(country=way.order.country)
    wanted = [unit_id for unit_id in units_out(session, [number], seen_by=by) if unit_id in asked.unit_ids]
    if not wanted:
        raise NoUnitsChosenError(field="units")
    made = _made(session, number, order_id, wanted, asked, policy=policy, by=by, now=now)
    waits = any(new.intent_id is not None for new in made.values())
    to_mail = replace(asked, mail_to=asked.mail_to if waits else None)
    session.add_all(_request(order_id, unit_id, new, to_mail, by, now) for unit_id, new in made.items())
    labels_came(session, order_id, list(made), by=by, now=now)
    if asked.trouble is not Trouble.PACKAGING_LOST:
        news.labels_requested(session, asked.form, number, len(made), by=by, now=now)
    return [new.label_id for new in made.values() if new.label_id is not None]


def ask_for_label(
    session: Session, number: str, unit_id: int, *, reason: str, policy: Policy, by: Actor, now: datetime
) -> NewLabel:
    """Give one unit of the order *number* a new label for a program, within the same limits, and as visible.

    Raises what `ask_for_labels` raises where there is a label to replace.
    """
    by.must(Permission.ASK_REPLACEMENT_LABEL)
    order_id = order_to_ask_for(session, number, seen_by=by)
    if order_id is None:
        raise NotFoundError
    _must_be_within_limits(session, number, order_id, [unit_id], policy=policy, by=by, now=now)
    new = replace_label(session, unit_id, reason=reason, policy=policy, by=by, now=now)
    trouble = Trouble.DAMAGED if reason == Trouble.DAMAGED else Trouble.LOST
    asked = Asked(form=uuid4().hex, unit_ids=[unit_id], trouble=trouble, paper=Paper.FOUR_BY_SIX)
    session.add(_request(order_id, unit_id, new, asked, by, now))
    labels_came(session, order_id, [unit_id], by=by, now=now)
    news.labels_requested(session, asked.form, number, 1, by=by, now=now)
    return new


def _made(
    session: Session,
    number: str,
    order_id: int,
    wanted: Sequence[int],
    asked: Asked,
    *,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> dict[int, NewLabel]:
    """Return what each unit gets: the label that somebody was given just now, a new one, or none to keep the old."""
    if asked.trouble is Trouble.PACKAGING_LOST:
        return dict.fromkeys(wanted, NewLabel(None))
    shared = labels_just_given(session, wanted, since=now - AT_ONCE)
    fresh = [unit_id for unit_id in wanted if unit_id not in shared]
    _must_be_within_limits(session, number, order_id, fresh, policy=policy, by=by, now=now)
    newest = newest_labels(session, fresh)
    return {
        unit_id: NewLabel(shared[unit_id])
        if unit_id in shared
        else _label(session, unit_id, newest.get(unit_id), asked, policy, by, now)
        for unit_id in wanted
    }


def _must_be_within_limits(
    session: Session, number: str, order_id: int, unit_ids: Sequence[int], *, policy: Policy, by: Actor, now: datetime
) -> None:
    """Hold partners to the limits of a day: of a device, an order, a partner; those inside are whom they send to."""
    if by.may(Permission.SEE_EVERYTHING) or by.partner_id is None or not unit_ids:
        return
    terms, since = policy.terms, now - DAY
    for serial, count in counts_by_unit(session, unit_ids, since=since).items():
        if count >= terms.replacement_labels_per_unit_day:
            raise TooManyForDeviceError(serial=serial, most=terms.replacement_labels_per_unit_day)
    made = count_requests(session, order_id, since=since)
    must_be_within_limit(number, made=made, asked=len(unit_ids), most=terms.replacement_labels_per_order_day)
    lock_partner(session, by.partner_id)
    made = count_requests_of_partner(session, by.partner_id, since=since)
    if made + len(unit_ids) > terms.replacement_labels_per_partner_day:
        raise TooManyForPartnerError(made=made, most=terms.replacement_labels_per_partner_day)


def _label(
    session: Session, unit_id: int, label: Label | None, asked: Asked, policy: Policy, by: Actor, now: datetime
) -> NewLabel:
    if label is None or label.released_at is None:
        return _first_label(session, unit_id, policy, by, now)
    return replace_label(session, unit_id, reason=word(asked.trouble), policy=policy, by=by, now=now)


def _first_label(session: Session, unit_id: int, policy: Policy, by: Actor, now: datetime) -> NewLabel:
    """Make the label that never left us: the box went out with one of somebody else's, or with none."""
    printing = replace(by, permissions=by.permissions | {Permission.PRINT_LABELS})
    plan = plan_labels(session, [unit_id], policy=policy, by=printing, now=now)
    for unit in plan.left_out:
        raise NoFirstLabelError(serial=unit.serial, why=unit.why)
    if plan.waiting:
        return NewLabel(None, open_intents(session, [unit_id])[unit_id].id)
    return NewLabel(plan.label_ids[0])


def _request(order_id: int, unit_id: int, new: NewLabel, asked: Asked, by: Actor, now: datetime) -> LabelRequest:
    return LabelRequest(
        form=asked.form,
        order_id=order_id,
        unit_id=unit_id,
        label_id=new.label_id,
        intent_id=new.intent_id,
        reason=asked.trouble.value,
        paper=asked.paper.value,
        by_id=by.person_id,
        by_name=by.name,
        asked_at=now,
        mail_to=asked.mail_to,
    )
