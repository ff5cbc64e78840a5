"""Asking logistics for the labels that boxes outside the United States still lack (SPEC C-4, R-8).

The request stands on the work list like the answer "I need a label" to a reminder, until logistics deals with it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.answers import ReturnAnswer, most_asked, open_answers, units_to_answer_for
from rmatrack.domain.answers import AnswerKind, Said, Topic
from rmatrack.domain.errors import RuleBrokenError, _
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.services.answers import write_answers
from rmatrack.services.return_help import WayBack, way_back

DAY = timedelta(hours=24)


class LabelAtOnceError(RuleBrokenError):
    """In the United States nobody has to wait for a person."""

    code = "label-at-once"
    message = _("In the United States a label is given at once: ask for a replacement label.")


class NoLabelMissingError(RuleBrokenError):
    """There is nothing to ask for."""

    code = "no-label-missing"
    message = _("Every box of this order that is still to be sent has its label.")


class TooManyLabelWishesError(RuleBrokenError):
    """Asked for again and again, a label needs a conversation."""

    code = "too-many-label-wishes"
    message = _(
        "A label for %(serial)s was asked for %(most)s times in the last 24 hours. Call support: they can help."
    )


def want_labels(session: Session, number: str, *, policy: Policy, by: Actor, now: datetime) -> Sequence[ReturnAnswer]:
    """Ask logistics for every label that the order *number* lacks; asked twice it is once. Return what stands.

    Raises `NotFoundError`, the refusal of a way back that nobody carries, `LabelAtOnceError`, `NoLabelMissingError`
    and, for partners, `TooManyLabelWishesError`.
    """
    by.must(Permission.ASK_REPLACEMENT_LABEL)
    way = way_back(session, number, policy=policy, seen_by=by, now=now)
    if way.refusal:
        raise way.refusal
    if way.with_label:
        raise LabelAtOnceError
    lacking = _lacking(way)
    about = [unit for unit in units_to_answer_for(session, way.order.id) if unit.id in lacking]
    if not about:
        raise NoLabelMissingError
    standing = open_answers(session, [unit.id for unit in about], Topic.LABEL)
    asked = {one.unit_id for one in standing}
    new = [unit for unit in about if unit.id not in asked]
    if not new:
        return standing
    _must_be_within_limit(session, [unit.id for unit in new], policy=policy, by=by, now=now)
    said = Said(kind=AnswerKind.LABEL, unit_ids=[unit.id for unit in new])
    return [*standing, *write_answers(session, way.order, new, said, by=by, now=now)]


def labels_wanted(session: Session, way: WayBack) -> Sequence[ReturnAnswer]:
    """Return the requests that stand for boxes of *way* without a label."""
    lacking = [] if way.with_label else sorted(_lacking(way))
    return open_answers(session, lacking, Topic.LABEL) if lacking else []


def _lacking(way: WayBack) -> set[int]:
    return {box.unit_id for box in way.to_send if box.number is None}


def _must_be_within_limit(
    session: Session, unit_ids: Sequence[int], *, policy: Policy, by: Actor, now: datetime
) -> None:
    """Hold partners to as many requests for a device in a day as they get replacement labels."""
    if by.may(Permission.SEE_EVERYTHING):
        return
    most = policy.terms.replacement_labels_per_unit_day
    serial, count = most_asked(session, unit_ids, Topic.LABEL, since=now - DAY)
    if count >= most:
        raise TooManyLabelWishesError(serial=serial, most=most)
