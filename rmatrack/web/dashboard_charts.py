"""The charts of the dashboard, from what the database counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Row
from sqlalchemy.orm import Session

from rmatrack.db import dashboard
from rmatrack.db.due_conditions import Thresholds
from rmatrack.domain.due import eula_thresholds
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import CARRIER_NAMES, Policy, carrier_for
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.web.charts import Bar, Chart, Group
from rmatrack.web.dates import day
from rmatrack.web.languages import _
from rmatrack.web.links import units_url
from rmatrack.web.places import country
from rmatrack.web.units_filter import lateness

WEEKS = 12
AGES = ((1, 7), (8, 14), (15, 30), (31, 60), (61, None))
"""Days overdue, from and to; the last has no end."""
LATE = ((None, -8), (-7, -1), (0, 0), (1, 7), (8, 30), (31, None))
"""Days from the due day to the receipt, from and to."""
LATE_WITHIN_DAYS = 90
COUNTRIES_SHOWN = 10
NO_CARRIER = "none"


def thresholds(policy: Policy, zones: Iterable[str], now: datetime, *, overdue_days: int = 1) -> Thresholds:
    """Return what decides due and overdue at *now*; with *overdue_days* above 1, overdue by at least so many."""
    seen = list(zones)
    reach = (-overdue_days, 0, policy.terms.due_soon_days)
    overdue, today, soon = (
        eula_thresholds(now, seen, in_days=days, window_days=policy.return_window_days) for days in reach
    )
    return Thresholds(overdue=overdue, today=today, soon=soon)


def monday(day: date) -> date:
    """Return the first day of that week."""
    return day - timedelta(days=day.weekday())


def midnight(day: date) -> datetime:
    """Return the moment at which *day* begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def charts(session: Session, policy: Policy, zones: Sequence[str], *, now: datetime, seen_by: Actor) -> list[Chart]:
    """Return out and back by week, ageing of overdue, time from due to received, and what is out by place."""
    places = dashboard.out_by_place(session, thresholds(policy, zones, now), seen_by=seen_by)
    steps = [thresholds(policy, zones, now, overdue_days=first) for first, _last in AGES]
    return [
        _weeks(session, now.date(), seen_by),
        _ages(dashboard.overdue_by(session, steps, seen_by=seen_by)),
        _late(session, policy, now.date(), seen_by),
        _carriers(places, policy, now.date()),
        _countries(places),
    ]


def _weeks(session: Session, today: date, seen_by: Actor) -> Chart:
    first = monday(today) - timedelta(weeks=WEEKS - 1)
    edges = [first + timedelta(weeks=week) for week in range(WEEKS + 1)]
    out = dashboard.shipped_between(session, edges, seen_by=seen_by)
    back = dashboard.received_between(session, [midnight(edge) for edge in edges], seen_by=seen_by)
    groups = []
    for start, left, came in zip(edges, out, back, strict=False):
        week = start.strftime("%G-W%V")
        bars = (
            Bar(left, _("Shipped"), units_url(state="out", week=week), "soft"),
            Bar(came, _("Received"), units_url(state="received", week=week), "good"),
        )
        groups.append(Group(day(start), bars))
    legend = (Bar(0, _("Shipped"), "", "soft"), Bar(0, _("Received"), "", "good"))
    return Chart(_("Out and back by week"), _("Week of"), legend, groups)


def _ages(reached: Sequence[int]) -> Chart:
    """*reached* is how many are overdue by at least the first day of each age."""
    groups = []
    for (first, last), here, beyond in zip(AGES, reached, [*reached[1:], 0], strict=True):
        label = (
            _("%(first)s–%(last)s days", first=first, last=last) if last else _("over %(days)s days", days=first - 1)
        )
        href = units_url(state="overdue", age=f"{first}-{last or ''}")
        groups.append(Group(label, (Bar(here - beyond, _("Overdue"), href, "bad"),)))
    return Chart(_("How long overdue"), _("Overdue for"), (), groups)


def _late(session: Session, policy: Policy, today: date, seen_by: Actor) -> Chart:
    counts = dashboard.received_late(
        session,
        LATE,
        since=midnight(today - timedelta(days=LATE_WITHIN_DAYS)),
        window_days=policy.return_window_days,
        seen_by=seen_by,
    )
    groups = []
    for (first, last), count in zip(LATE, counts, strict=True):
        span = f"{'' if first is None else first}..{'' if last is None else last}"
        href = units_url(state="received", within=LATE_WITHIN_DAYS, late=span)
        tone = "good" if last is not None and last <= 0 else "bad"
        groups.append(Group(lateness(first, last), (Bar(count, _("Received"), href, tone),)))
    title = _("From due to received, last %(days)s days", days=LATE_WITHIN_DAYS)
    return Chart(title, _("Received"), (), groups)


def _carriers(places: Sequence[Row[str, str, int, int]], policy: Policy, today: date) -> Chart:
    out: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for place in places:
        carrier = _carrier(policy, place.country, place.state, today)
        out[carrier] += place.out
        late[carrier] += place.overdue
    names: dict[str, str] = {NO_CARRIER: _("No carrier")} | {code.value: name for code, name in CARRIER_NAMES.items()}
    groups = [
        Group(names[code], _out_and_late(out[code], late[code], carrier=code)) for code, _count in out.most_common()
    ]
    return Chart(_("Out by carrier"), _("Carrier"), _legend(), groups)


def _carrier(policy: Policy, code: str, state: str, today: date) -> str:
    try:
        return carrier_for(policy, code, state, today).carrier or NO_CARRIER
    except NoCarrierError:
        return NO_CARRIER


def _countries(places: Sequence[Row[str, str, int, int]]) -> Chart:
    out: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for place in places:
        out[place.country] += place.out
        late[place.country] += place.overdue
    groups = [
        Group(country(code), _out_and_late(out[code], late[code], country=code))
        for code, _count in out.most_common(COUNTRIES_SHOWN)
    ]
    return Chart(_("Out by country"), _("Country"), _legend(), groups)


def _out_and_late(out: int, late: int, **filters: str) -> tuple[Bar, Bar]:
    return (
        Bar(out - late, _("Not overdue"), units_url(state="out", **filters), "accent"),
        Bar(late, _("Overdue"), units_url(state="overdue", **filters), "bad"),
    )


def _legend() -> tuple[Bar, Bar]:
    return Bar(0, _("Not overdue"), "", "accent"), Bar(0, _("Overdue"), "", "bad")
