"""What is due on which day: a month of orders for the calendar's page, and a year of them for calendar programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db import due_days as questions
from rmatrack.domain.due import DueReason, DueState, today_in
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.services.due_rows import RowReader, last_pickup

ORDERS_A_DAY = 6
"""How many orders of a day a month shows before it says how many more there are."""
ORDERS_OF_ONE_DAY = 500
FEED_BACK_DAYS = 90
FEED_AHEAD_DAYS = 400
CANCELLED_SHOWN = timedelta(days=30)
"""How long a return that is back stays in feeds as cancelled, so that every program learns of it."""
MOST_UNITS_FED = 2_000


@dataclass(frozen=True, slots=True)
class DueOrder:
    """Devices of one order that are due on one day; `state` is what their customer's calendar says."""

    number: str
    customer: str
    country: str
    devices: int
    state: DueState
    today: date


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day with what is due on it; there may be more `orders` than those shown."""

    on: date
    shown: Sequence[DueOrder]
    orders: int
    devices: int

    @property
    def more(self) -> int:
        """Return how many orders are not shown."""
        return self.orders - len(self.shown)


@dataclass(frozen=True, slots=True)
class FedUnit:
    """A device in a feed's entry."""

    model: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FedReturn:
    """Devices of one order with one due day, as a feed tells of them.

    `key` is the first of them: it stays when their day moves. `sequence` rises with everything written about the
    order's units. `out` are those still to come; without any, the return is over.
    """

    key: int
    order: str
    customer: str
    out: Sequence[FedUnit]
    reason: DueReason
    pickup_on: date | None
    changed_at: datetime
    sequence: int


def due_days(
    session: Session,
    first: date,
    last: date,
    *,
    each_day: int = ORDERS_A_DAY,
    seen_by: Actor,
    policy: Policy,
    now: datetime,
) -> Mapping[date, DueDay]:
    """Return the days from *first* to *last* on which something is due; a customer's own calendar days."""
    window, reader = timedelta(days=policy.return_window_days), RowReader(policy, now)
    rows = questions.orders_by_eula_day(session, first - window, last - window, each_day=each_day, seen_by=seen_by)
    days: dict[date, DueDay] = {}
    for expires_on, found in groupby(rows, key=lambda row: row.eula_expires_on):
        due_on, orders = expires_on + window, list(found)
        days[due_on] = DueDay(
            on=due_on,
            shown=[_due_order(row, due_on, reader) for row in orders],
            orders=orders[0].orders_that_day,
            devices=int(orders[0].devices_that_day),
        )
    return days


def fed_returns(session: Session, *, seen_by: Actor, policy: Policy, now: datetime) -> list[FedReturn]:
    """Return what a person's calendar programs are told: due days of a year, those just past, what came back lately."""
    window, day = timedelta(days=policy.return_window_days), now.date()
    rows = questions.units_for_feed(
        session,
        day - timedelta(days=FEED_BACK_DAYS) - window,
        day + timedelta(days=FEED_AHEAD_DAYS) - window,
        back_since=now - CANCELLED_SHOWN,
        limit=MOST_UNITS_FED,
        seen_by=seen_by,
    )
    changes = questions.last_changes(session, {row.order_id for row in rows})
    return sorted(_fed(rows, changes, RowReader(policy, now)), key=lambda each: (each.reason.due_on, each.key))


def _due_order(row: Any, due_on: date, reader: RowReader) -> DueOrder:
    today = today_in(row.zone, reader.now)
    return DueOrder(row.number, row.customer, row.country, row.devices, reader.state(due_on, today), today)


def _fed(rows: Sequence[Any], changes: Mapping[int, tuple[datetime, int]], reader: RowReader) -> Iterator[FedReturn]:
    for (order_id, expires_on), found in groupby(rows, key=lambda row: (row.order_id, row.eula_expires_on)):
        units = list(found)
        first = units[0]
        reason = reader.reason(expires_on, first.eula_mailed_on, reader.today(first.zone))
        changed_at, sequence = changes.get(order_id, (first.created_at, 0))
        yield FedReturn(
            key=first.id,
            order=first.number,
            customer=first.customer,
            out=[FedUnit(unit.model, unit.serial) for unit in units if unit.settled_at is None],
            reason=reason,
            pickup_on=last_pickup(reason.due_on, first.customer_country, first.customer_state),
            changed_at=changed_at,
            sequence=sequence,
        )
