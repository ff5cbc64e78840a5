"""Due days as a calendar, and the secret address at which calendar programs read them."""

from datetime import date, datetime, timedelta
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.domain.due import DueState
from rmatrack.domain.people import Permission
from rmatrack.services import feeds
from rmatrack.services.due_days import ORDERS_OF_ONE_DAY, due_days
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import writes
from rmatrack.web.api.shapes import Everything, Found, Shape
from rmatrack.web.calendar_feed import feed_url
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-calendar", __name__, url_prefix="/api/v1", tag="Calendar")

LONGEST_DAYS = 62


class DueDaysQuery(Shape):
    """From which day on, and how many."""

    first: date = Field(ge=date(2000, 1, 1), le=date(2199, 1, 1), examples=["2026-11-01"])
    days: int = Field(default=31, ge=1, le=LONGEST_DAYS, examples=[31])


class OrderDue(Found):
    """An order with devices that are due on the day."""

    number: str = Field(examples=["D4100201"])
    customer: str = Field(examples=["Hogeschool Utrecht"])
    country: str = Field(examples=["NL"])
    devices: int = Field(examples=[2])
    state: DueState


class DueOnDay(Found):
    """A day on which something is due, in the customers' own calendars."""

    on: date
    devices: int = Field(description="Of all orders of the day.", examples=[2])
    orders: int = Field(examples=[1])
    shown: list[OrderDue] = Field(description=f"The first {ORDERS_OF_ONE_DAY}.")


class Feed(Found):
    """The address at which your calendar program reads due days; the address itself is not kept."""

    is_open: bool
    created_at: datetime | None
    fetched_at: datetime | None


class NewFeed(Feed):
    """An address that was just made, shown this once."""

    address: str = Field(examples=["https://rmatrack.example/calendar/kXn2….ics"])


@bp.get("/due-days")
@bp.input(DueDaysQuery, location="query")
@bp.output(Everything[DueOnDay])
@allowed(Permission.SEE_ORDERS)
def days(query_data: DueDaysQuery) -> Everything[DueOnDay]:
    """List the days on which devices are due, with their orders; days without any are left out."""
    last = query_data.first + timedelta(days=query_data.days - 1)
    found = due_days(
        read_session(),
        query_data.first,
        last,
        each_day=ORDERS_OF_ONE_DAY,
        seen_by=g.actor,
        policy=given().policy,
        now=g.now,
    )
    return Everything(items=[DueOnDay.model_validate(day) for day in found.values()])


@bp.get("/calendar-feed")
@bp.output(Feed)
@allowed(Permission.SEE_ORDERS)
def show() -> Feed:
    """Say whether your calendar address is open, and when it was fetched last."""
    return _feed(read_session())


@bp.post("/calendar-feed")
@bp.output(NewFeed, HTTPStatus.CREATED)
@writes
@allowed(Permission.SEE_ORDERS)
def open_feed() -> Response:
    """Make a secret address for your calendar program; one that you had before stops working.

    A program that repeats this under the same idempotency key is told the address again, until the key is forgotten.
    """

    def deed(session: Session) -> NewFeed:
        secret = feeds.open_feed(session, by=g.actor, now=g.now)
        return NewFeed(**_feed(session).model_dump(), address=feed_url(secret))

    return once(deed, status=HTTPStatus.CREATED)


@bp.delete("/calendar-feed")
@bp.output(Feed)
@writes
@allowed(Permission.SEE_ORDERS)
def close_feed() -> Response:
    """Stop your calendar address from working."""

    def deed(session: Session) -> Feed:
        feeds.close_feed(session, by=g.actor, now=g.now)
        return _feed(session)

    return once(deed)


def _feed(session: Session) -> Feed:
    found = feeds.own_feed(session, by=g.actor)
    if found is None:
        return Feed(is_open=False, created_at=None, fetched_at=None)
    return Feed(is_open=True, created_at=found.created_at, fetched_at=found.fetched_at)
