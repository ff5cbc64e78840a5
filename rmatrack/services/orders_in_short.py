"""An order as lists and search results show it: whose it is, and how many of its units are where."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db import lookup as questions
from rmatrack.domain import due
from rmatrack.domain.due import DueState
from rmatrack.domain.policy import Policy
from rmatrack.domain.returns import RmaStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInShort:
    """An order with its RMA. `due_on` is the earliest due day among the units still out, `state` how near it is."""

    id: int
    number: str
    rma: str | None
    rma_status: RmaStatus
    customer_id: int
    customer: str
    partner: str
    city: str
    country: str
    shipped_on: date
    today: date
    units: int
    out: int
    received: int
    due_on: date | None
    state: DueState | None


def orders_in_short(
    session: Session, order_ids: Collection[int], *, now: datetime, policy: Policy
) -> dict[int, OrderInShort]:
    """Return the orders with these ids, by id."""
    if not order_ids:
        return {}
    rows = questions.orders_in_short(session, order_ids)
    return {row.id: order_in_short(row, now=now, policy=policy) for row in rows}


def order_in_short(row: questions.ShortRow, *, now: datetime, policy: Policy) -> OrderInShort:
    """Return the order of a row that was asked for."""
    today = due.today_in(row.zone, now)
    due_on = due.due_on(row.eula_expires_on, window_days=policy.return_window_days) if row.eula_expires_on else None
    return OrderInShort(
        id=row.id,
        number=row.number,
        rma=row.rma,
        rma_status=_status(row),
        customer_id=row.customer_id,
        customer=row.customer,
        partner=row.partner,
        city=row.city,
        country=row.country,
        shipped_on=row.shipped_on,
        today=today,
        units=row.units,
        out=row.out,
        received=row.received,
        due_on=due_on,
        state=due.due_state(due_on, today, soon_days=policy.terms.due_soon_days) if due_on else None,
    )


def _status(row: questions.ShortRow) -> RmaStatus:
    if row.completed_at:
        return RmaStatus.COMPLETE
    return RmaStatus.IN_PROCESS if row.in_process_at else RmaStatus.OPEN
