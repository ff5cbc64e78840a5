"""Due days as a calendar: a month on a page, one day whole, and a feed for a person's own calendar program."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_skeleton, get_day_names
from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Permission
from rmatrack.services import feeds
from rmatrack.services.due_days import ORDERS_OF_ONE_DAY, DueDay, due_days, fed_returns
from rmatrack.web.access import allowed, public
from rmatrack.web.calendar_feed import feed_text, feed_url
from rmatrack.web.dates import today
from rmatrack.web.given import given
from rmatrack.web.languages import _, current_locale
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("calendar", __name__, url_prefix="/calendar")

FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class Month:
    """A month as a page shows it: whole weeks, from the day on which weeks begin where the reader is."""

    first: date
    weeks: Sequence[Sequence[date]]

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month of *day*."""
        weeks = Calendar(current_locale().first_week_day).monthdatescalendar(day.year, day.month)
        return cls(day.replace(day=1), weeks)

    @property
    def before(self) -> str:
        """Return the month before, as an address has it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        """Return the month after."""
        return f"{self.first + timedelta(days=31):%Y-%m}"

    @property
    def name(self) -> str:
        """Return its name with the year."""
        return format_skeleton("yMMMM", self.first, locale=current_locale())

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """Return the names of the days of a week, short and whole."""
        short, whole = (get_day_names(width, locale=current_locale()) for width in ("abbreviated", "wide"))
        return [(short[day.weekday()], whole[day.weekday()]) for day in self.weeks[0]]


@bp.get("")
@allowed(Permission.SEE_ORDERS)
def show() -> str:
    """Show a month of due days."""
    month = Month.of(_month())
    days = _due(month.weeks[0][0], month.weeks[-1][-1])
    due_here = [day for day in days.values() if day.on.month == month.first.month]
    return render_template(
        "calendar/month.html",
        month=month,
        days=days,
        devices=sum(day.devices for day in due_here),
        has_feed=feeds.own_feed(read_session(), by=g.actor) is not None,
    )


@bp.get("/<int:year>-<int:month>-<int:day>")
@allowed(Permission.SEE_ORDERS)
def on_day(year: int, month: int, day: int) -> str:
    """Show everything that is due on one day."""
    try:
        on = date(year, month, day)
    except ValueError:
        raise NotFoundError from None
    found = _due(on, on, each_day=ORDERS_OF_ONE_DAY).get(on)
    return render_template("calendar/day.html", on=on, due=found)


@bp.get("/feed")
@allowed(Permission.SEE_ORDERS)
def subscribe() -> str:
    """Explain the feed, and whether it is open."""
    return render_template("calendar/feed.html", feed=feeds.own_feed(read_session(), by=g.actor), address=None)


@bp.post("/feed")
@allowed(Permission.SEE_ORDERS)
def open_feed() -> str:
    """Give this person a new address, and show it this once."""
    with write_session() as session:
        secret = feeds.open_feed(session, by=g.actor, now=g.now)
    address = feed_url(secret)
    return render_template("calendar/feed.html", feed=feeds.own_feed(read_session(), by=g.actor), address=address)


@bp.post("/feed/close")
@allowed(Permission.SEE_ORDERS)
def close_feed() -> ResponseReturnValue:
    """Stop the address from working."""
    with write_session() as session:
        feeds.close_feed(session, by=g.actor, now=g.now)
    flash(_("The address does not work any more."))
    return redirect(url_for(".subscribe"))


@bp.get("/<token>.ics")
@public
def feed(token: str) -> Response:
    """Give a calendar program what its owner may see today; an address that does not hold is nothing at all."""
    reader = feeds.reader_of(read_session(), token)
    with write_session() as session:
        feeds.note_fetch(session, reader.feed_id, now=g.now)
    g.person = reader.person
    text = feed_text(fed_returns(read_session(), seen_by=reader.actor, policy=given().policy, now=g.now))
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="returns.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _due(first: date, last: date, **more: int) -> Mapping[date, DueDay]:
    return due_days(read_session(), first, last, seen_by=g.actor, policy=given().policy, now=g.now, **more)


def _month() -> date:
    """Return the first day of the month in the address; this one, where it names none."""
    year, _dash, month = request.args.get("month", "").partition("-")
    if year.isascii() and year.isdigit() and month.isascii() and month.isdigit():
        asked = int(year), int(month)
        if FIRST_YEAR <= asked[0] <= LAST_YEAR and 1 <= asked[1] <= 12:
            return date(*asked, 1)
    return today().replace(day=1)
