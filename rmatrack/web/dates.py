"""Dates and moments as the reader's country writes them, with how far away they are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from flask import g
from markupsafe import Markup

from rmatrack.web.languages import _, current_locale, ngettext
from rmatrack.web.languages import zone as reader_zone


def day(value: date, *, weekday: bool = False) -> str:
    """Return "28 Nov", with the year where it is not this one; with *weekday* "Sat 28 Nov"."""
    skeleton = ("MMMEd" if weekday else "MMMd") if value.year == today().year else ("yMMMEd" if weekday else "yMMMd")
    return format_skeleton(skeleton, value, locale=current_locale())


def today(zone: str | None = None) -> date:
    """Return the calendar date of this request in *zone*, or in the reader's."""
    moment: datetime = g.now
    return moment.astimezone(ZoneInfo(zone or reader_zone())).date()


def distance(value: date, from_day: date | None = None) -> str:
    """Return how far away a day is: "today", "in 6 days", "3 days ago"."""
    days = (value - (from_day or today())).days
    match days:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
        case -1:
            return _("yesterday")
    if days > 0:
        return ngettext("in %(num)s day", "in %(num)s days", days)
    return ngettext("%(num)s day ago", "%(num)s days ago", -days)


def dated(value: date | None, from_day: date | None = None, tone: str = "") -> Markup | str:
    """Return a day with its distance, "28 Nov · in 6 days", as HTML. *tone*: `warn` or `bad`."""
    if value is None:
        return "–"
    return Markup(
        '<span class="date{tone}"><time datetime="{iso}" title="{full}">{day}</time> '
        '<span class="distance">· {distance}</span></span>'
    ).format(
        tone=f" date-{tone}" if tone else "",
        iso=value.isoformat(),
        full=format_date(value, "full", locale=current_locale()),
        day=day(value),
        distance=distance(value, from_day),
    )


def moment(value: datetime | None, zone: str | None = None) -> Markup | str:
    """Return a moment's day and time in *zone* (a customer's), or in the reader's, as HTML."""
    if value is None:
        return "–"
    here = value.astimezone(ZoneInfo(zone or reader_zone()))
    return Markup('<time datetime="{iso}" title="{full}">{day}, {time}</time>').format(
        iso=value.isoformat(timespec="seconds"),
        full=f"{format_date(here, 'full', locale=current_locale())}, {here:%H:%M:%S} {here.tzname()}",
        day=day(here.date()),
        time=format_time(here, "short", locale=current_locale()),
    )


def whole_moment(value: datetime) -> Markup:
    """Return a moment as a document needs it: with its year, its seconds and the reader's zone."""
    here = value.astimezone(ZoneInfo(reader_zone()))
    return Markup('<time datetime="{iso}">{day}, {time:%H:%M:%S} {zone}</time>').format(
        iso=value.isoformat(timespec="seconds"),
        day=format_date(here, "long", locale=current_locale()),
        time=here,
        zone=here.tzname(),
    )
