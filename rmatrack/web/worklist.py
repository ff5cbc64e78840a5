"""Today's work: what needs a person, most pressing first, as a list one can tick through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from rmatrack.db import dashboard
from rmatrack.db.answers import oldest_answers
from rmatrack.db.due_conditions import Show, Thresholds
from rmatrack.db.extension_questions import requests_in_state
from rmatrack.domain.answers import AnswerKind
from rmatrack.domain.discrepancies import DiscrepancyType
from rmatrack.domain.due import due_on, due_state, today_in
from rmatrack.domain.extensions import ExtensionState
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.web.dates import day, distance
from rmatrack.web.languages import _, ngettext, word
from rmatrack.web.links import discrepancy_url, order_url
from rmatrack.web.states import look

DISCREPANCIES_SHOWN = 5
ANSWERS_SHOWN = 5
EXTENSIONS_SHOWN = 5
ORDERS_SHOWN = 5
UNITS_LOOKED_AT = 60
"""Enough for so many orders of the largest size."""

ANSWERED = (AnswerKind.LOST, AnswerKind.LABEL, AnswerKind.BUY)
"""Answers that need a person; a parcel on its way does not."""

Due = Row[date, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `key` is what a tick is remembered by."""

    key: str
    icon: str
    tone: str
    title: str
    detail: str
    href: str


def tasks(session: Session, policy: Policy, thresholds: Thresholds, *, now: datetime, seen_by: Actor) -> list[Task]:
    """Return what is to settle and to decide, then what is due today, then what became overdue last."""
    may_settle = seen_by.may(Permission.SETTLE)
    found = [*_discrepancies(session, now), *_answers(session, seen_by)] if may_settle else []
    if seen_by.may(Permission.APPROVE_EXTENSIONS):
        found += _extensions(session, seen_by)
    for show in (Show.TODAY, Show.OVERDUE):
        units = dashboard.due_next(session, thresholds, show, limit=UNITS_LOOKED_AT, seen_by=seen_by)
        found += _orders(units, policy, now)
    return found


def _discrepancies(session: Session, now: datetime) -> Iterator[Task]:
    for row in dashboard.oldest_discrepancies(session, limit=DISCREPANCIES_SHOWN):
        opened_on = row.opened_at.date()
        yield Task(
            key=f"discrepancy {row.id}",
            icon="exclamation-diamond",
            tone="bad",
            title=_("Settle %(serial)s: %(what)s", serial=row.serial, what=word(DiscrepancyType(row.type))),
            detail=_("Open since %(day)s, %(distance)s", day=day(opened_on), distance=distance(opened_on)),
            href=discrepancy_url(row.id),
        )


def _answers(session: Session, seen_by: Actor) -> Iterator[Task]:
    for row in oldest_answers(session, ANSWERED, limit=ANSWERS_SHOWN, seen_by=seen_by):
        kind, given_on = AnswerKind(row.kind), today_in(row.zone, row.given_at)
        yield Task(
            key=f"answer {row.id}",
            icon=look(kind).icon,
            tone=look(kind).tone,
            title=_("%(serial)s: %(what)s", serial=row.serial, what=word(kind)),
            detail=_(
                "%(order)s: %(customer)s · answered %(day)s, %(distance)s",
                order=row.order,
                customer=row.customer,
                day=day(given_on),
                distance=distance(given_on),
            ),
            href=url_for("answers.show", answer_id=row.id),
        )


def _extensions(session: Session, seen_by: Actor) -> Iterator[Task]:
    waiting = requests_in_state(session, ExtensionState.REQUESTED, seen_by=seen_by, limit=EXTENSIONS_SHOWN)
    for request, order, customer, partner in waiting:
        yield Task(
            key=f"extension {request.id}",
            icon=look(ExtensionState.REQUESTED).icon,
            tone=look(ExtensionState.REQUESTED).tone,
            title=_("%(order)s: more time is asked", order=order.number),
            detail=_(
                "%(customer)s: through %(day)s · asked by %(partner)s",
                customer=customer.name,
                day=day(request.to_on),
                partner=partner.name,
            ),
            href=url_for("extensions.show", request_id=request.id),
        )


def _orders(units: Sequence[Due], policy: Policy, now: datetime) -> list[Task]:
    by_order = groupby(units, key=lambda unit: (unit.number, unit.eula_expires_on))
    return [_order(list(together), policy, now) for _key, together in by_order][:ORDERS_SHOWN]


def _order(units: Sequence[Due], policy: Policy, now: datetime) -> Task:
    unit = units[0]
    due = due_on(unit.eula_expires_on, window_days=policy.return_window_days)
    today = today_in(unit.zone, now)
    state = due_state(due, today, soon_days=policy.terms.due_soon_days)
    return Task(
        key=f"order {unit.number}",
        icon=look(state).icon,
        tone=look(state).tone,
        title=_("%(order)s: %(customer)s", order=unit.number, customer=unit.customer),
        detail=ngettext(
            "%(num)s device due %(day)s, %(distance)s · through %(partner)s",
            "%(num)s devices due %(day)s, %(distance)s · through %(partner)s",
            len(units),
            day=day(due),
            distance=distance(due, today),
            partner=unit.partner,
        ),
        href=order_url(unit.number),
    )
