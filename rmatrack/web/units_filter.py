"""What the address of the list of devices asks for, and what the page offers to choose."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import g
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from rmatrack.db import due as questions
from rmatrack.db.due import Sort
from rmatrack.db.due_conditions import Show
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.services.due import Carriage, DueFilter, Sorting
from rmatrack.web.dates import day, today
from rmatrack.web.languages import _, _l
from rmatrack.web.places import country

STATES: Mapping[str, tuple[Show, str]] = {
    "overdue": (Show.OVERDUE, _l("Overdue")),
    "due-today": (Show.TODAY, _l("Due today")),
    "due-soon": (Show.SOON, _l("Due in %(days)s days")),
    "out": (Show.OUT, _l("All that are out")),
    "received": (Show.RECEIVED, _l("Received")),
}
"""The chips, by what the address says."""

MOST_DAYS = 36_500

_AGE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})?")
_LATE = re.compile(r"(-?[0-9]{1,4})?\.\.(-?[0-9]{1,4})?")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_CARRIERS: dict[str, str] = {code.value: name for code, name in CARRIER_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen from, each as (value, text)."""

    partners: Sequence[tuple[str, str]]
    countries: Sequence[tuple[str, str]]
    carriers: Sequence[tuple[str, str]]
    models: Sequence[tuple[str, str]]


def wanted(arguments: MultiDict[str, str]) -> DueFilter:
    """Return the filter; what makes no sense is left out."""
    carrier = arguments.get("carrier", "")
    return DueFilter(
        show=STATES.get(arguments.get("state", "out"), STATES["out"])[0],
        partner_id=arguments.get("partner", type=int),
        customer_id=arguments.get("customer", type=int),
        country=arguments.get("country") or None,
        carrier=Carriage(carrier) if carrier in set(Carriage) else None,
        model=arguments.get("model") or None,
        text=arguments.get("text", "").strip(),
        week=_week(arguments.get("week", "")),
        age=_age(arguments.get("age", "")),
        within=arguments.get("within", type=_days),
        late=_late(arguments.get("late", "")),
    )


def sorting(arguments: MultiDict[str, str]) -> Sorting:
    """Return how the list is sorted: `sort=customer`, `sort=-customer`."""
    asked = arguments.get("sort", "")
    name = asked.removeprefix("-")
    return Sorting(Sort(name) if name in set(Sort) else Sort.DUE, descending=asked.startswith("-"))


def choices(session: Session) -> Choices:
    """Return what this reader may choose from."""
    countries = questions.countries_shipped_to(session, seen_by=g.actor)
    sees_all = g.actor.may(Permission.SEE_EVERYTHING)
    return Choices(
        partners=[(str(id_), name) for id_, name in questions.partner_names(session)] if sees_all else (),
        countries=sorted(((code, country(code)) for code in countries), key=lambda choice: choice[1]),
        carriers=[*_CARRIERS.items(), (Carriage.NONE.value, _("No carrier"))],
        models=[(model, model) for model in questions.models_out(session, seen_by=g.actor)],
    )


def more_chosen(asked: DueFilter, customer: str | None) -> list[tuple[str, str]]:
    """Return what narrows the list besides what the form shows, as (argument, text): each can be taken away."""
    chosen = []
    if asked.customer_id is not None:
        chosen.append(("customer", _("Customer: %(name)s", name=customer or asked.customer_id)))
    if asked.week:
        text = (
            _("Received in the week of %(day)s") if asked.show is Show.RECEIVED else _("Shipped in the week of %(day)s")
        )
        chosen.append(("week", text % {"day": day(asked.week)}))
    if asked.age:
        first, last = asked.age
        chosen.append(("age", _("Overdue %(first)s to %(last)s days", first=first, last=last or "…")))
    if asked.show is Show.RECEIVED and asked.within is not None:
        chosen.append(("within", _("Received in the last %(days)s days", days=asked.within)))
    if asked.show is Show.RECEIVED and asked.late:
        chosen.append(("late", lateness(*asked.late)))
    return chosen


def lateness(first: int | None, last: int | None) -> str:
    """Return from *first* to *last* days after the due day in words; early is negative."""
    if first == last == 0:
        return _("on the day")
    if first is None:
        return _("over %(days)s days early", days=-(last or 0) - 1)
    if last is None:
        return _("over %(days)s days late", days=first - 1)
    if last < 0:
        return _("%(first)s–%(last)s days early", first=-last, last=-first)
    return _("%(first)s–%(last)s days late", first=first, last=last)


def _week(text: str) -> date | None:
    """Return the Monday of `this` week, or of one such as `2026-W47`."""
    if text == "this":
        return today() - timedelta(days=today().weekday())
    match = _WEEK.fullmatch(text)
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else None
    except ValueError:
        return None


def _days(text: str) -> int:
    """Return a number of days that a calendar has; raises `ValueError`."""
    days = int(text)
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(text)
    return days


def _late(text: str) -> tuple[int | None, int | None] | None:
    match = _LATE.fullmatch(text)
    if not match or not (match[1] or match[2]):
        return None
    return (int(match[1]) if match[1] else None, int(match[2]) if match[2] else None)


def _age(text: str) -> tuple[int, int | None] | None:
    match = _AGE.fullmatch(text)
    return (int(match[1]), int(match[2]) if match[2] else None) if match else None
