"""New return labels for those who have to send something back: asked for once, counted, and told to logistics (C-4).

Like printing, this is three steps: `ask_for_labels` gives the labels their numbers, `label_sheets.draw_labels` draws
and reads back with no transaction open, `label_release.release` lets them go.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.intents import open_intents
from rmatrack.db.label_requests import LabelRequest, count_requests, labels_given, order_to_ask_for
from rmatrack.db.labels import Label, newest_labels
from rmatrack.db.units_to_label import units_out
from rmatrack.domain.errors import NotFoundError, RuleBrokenError, _
from rmatrack.domain.label_requests import NoUnitsChosenError, Trouble, must_be_within_limit
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.words import word
from rmatrack.paper.papers import Paper
from rmatrack.services import news
from rmatrack.services.labels import NewLabel, NoReplacementError, plan_labels, replace_label
from rmatrack.services.return_help import way_back

DAY = timedelta(hours=24)


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


def ask_for_labels(
    session: Session, number: str, asked: Asked, *, policy: Policy, by: Actor, now: datetime
) -> list[int]:
    """Give units of the order *number* new labels and return the labels' ids; the old ones are superseded.

    Where the carrier makes labels, they come later: none is returned, and the request waits for them. A form that was
    sent before gives the labels of that time. Raises `NotFoundError`, `NoUnitsChosenError`, `TooManyLabelsError` and
    what `labels.replace_label` raises.
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
    _must_be_within_limit(session, number, order_id, len(wanted), policy=policy, by=by, now=now)
    newest = newest_labels(session, wanted)
    made = {unit_id: _label(session, unit_id, newest.get(unit_id), asked, policy, by, now) for unit_id in wanted}
    session.add_all(_request(order_id, unit_id, new, asked, by, now) for unit_id, new in made.items())
    news.labels_requested(session, asked.form, number, len(made), by=by, now=now)
    return [new.label_id for new in made.values() if new.label_id is not None]


def _must_be_within_limit(
    session: Session, number: str, order_id: int, asked: int, *, policy: Policy, by: Actor, now: datetime
) -> None:
    """Hold partners to the limit; those inside are whom it sends them to."""
    if by.may(Permission.SEE_EVERYTHING):
        return
    made = count_requests(session, order_id, since=now - DAY)
    must_be_within_limit(number, made=made, asked=asked, most=policy.terms.replacement_labels_per_order_day)


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
    )
