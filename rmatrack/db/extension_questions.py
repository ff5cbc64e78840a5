"""Extension requests with their orders and units, and the one write that moves a EULA clock (SPEC D-6)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import cast

from sqlalchemy import Row, Select, Table, func, select, update
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.customers import Customer
from rmatrack.db.extensions import ExtensionRequest, ExtensionUnit
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.sight import orders_seen_by
from rmatrack.domain.extensions import ExtensionState
from rmatrack.domain.people import Actor

_UNIT = cast(Table, Unit.__table__)


def order_to_extend(
    session: Session, number: str, *, seen_by: Actor, lock: bool = False
) -> Row[DemoOrder, Customer, Partner] | None:
    """A demo order with whose it is, if *seen_by* may see it; with *lock* one request for it at a time."""
    question = (
        select(DemoOrder, Customer, Partner)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(Partner, Partner.id == DemoOrder.partner_id)
        .where(DemoOrder.number == number, orders_seen_by(seen_by))
    )
    if lock:
        question = question.with_for_update(of=DemoOrder, key_share=True)
    return session.execute(question).one_or_none()


def request_with_order(
    session: Session, request_id: int, *, seen_by: Actor, lock: bool = False
) -> Row[ExtensionRequest, DemoOrder, Customer, Partner] | None:
    """An extension request with its order, if *seen_by* may see that."""
    question = _with_orders(seen_by).where(ExtensionRequest.id == request_id)
    if lock:
        question = question.with_for_update(of=ExtensionRequest)
    return session.execute(question.execution_options(populate_existing=True)).one_or_none()


def requests_in_state(
    session: Session,
    state: ExtensionState | None,
    *,
    seen_by: Actor,
    order_id: int | None = None,
    newest_first: bool = False,
    after: int | None = None,
    limit: int,
) -> Sequence[Row[ExtensionRequest, DemoOrder, Customer, Partner]]:
    """Extension requests with their orders, the oldest first unless told otherwise; all states where none is named.

    *after* is the id of the last request of the page before.
    """
    order = ExtensionRequest.id.desc() if newest_first else ExtensionRequest.id.asc()
    question = _with_orders(seen_by).order_by(order).limit(limit)
    if state is not None:
        question = question.where(ExtensionRequest.state == state)
    if order_id is not None:
        question = question.where(ExtensionRequest.order_id == order_id)
    if after is not None:
        question = question.where(ExtensionRequest.id < after if newest_first else ExtensionRequest.id > after)
    return session.execute(question).all()


def _with_orders(seen_by: Actor) -> Select[ExtensionRequest, DemoOrder, Customer, Partner]:
    return (
        select(ExtensionRequest, DemoOrder, Customer, Partner)
        .join(DemoOrder, DemoOrder.id == ExtensionRequest.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(Partner, Partner.id == DemoOrder.partner_id)
        .where(orders_seen_by(seen_by))
    )


def requests_by_state(session: Session, *, seen_by: Actor) -> dict[ExtensionState, int]:
    """How many extension requests there are in each state."""
    counted = (
        select(ExtensionRequest.state, func.count())
        .join(DemoOrder, DemoOrder.id == ExtensionRequest.order_id)
        .where(orders_seen_by(seen_by))
        .group_by(ExtensionRequest.state)
    )
    return {ExtensionState(state): count for state, count in session.execute(counted)}


def has_open_request(session: Session, order_id: int) -> bool:
    """Whether a request for an order waits for the trials team."""
    question = select(ExtensionRequest.id).where(
        ExtensionRequest.order_id == order_id, ExtensionRequest.state == ExtensionState.REQUESTED
    )
    return session.scalar(question) is not None


def units_out(session: Session, order_id: int, *, lock: bool = False) -> Sequence[Unit]:
    """The units of an order that are still out; with *lock* none is received until the step ends."""
    question = select(Unit).where(Unit.order_id == order_id, Unit.settled_at.is_(None)).order_by(Unit.id)
    question = question.execution_options(populate_existing=True)
    return session.scalars(question.with_for_update() if lock else question).all()


def units_of_requests(session: Session, request_ids: Collection[int]) -> Mapping[int, Sequence[Unit]]:
    """The units that each of some requests is about, received ones included."""
    found: dict[int, list[Unit]] = {id_: [] for id_ in request_ids}
    question = (
        select(ExtensionUnit.request_id, Unit)
        .join(Unit, Unit.id == ExtensionUnit.unit_id)
        .where(among(ExtensionUnit.request_id, "ids"))
        .order_by(Unit.id)
    )
    for request_id, unit in session.execute(question, {"ids": request_ids}):
        found[request_id].append(unit)
    return found


def move_eula(session: Session, unit_ids: Collection[int], to_on: date) -> None:
    """Move the EULA expiry of the locked units that are still out."""
    session.connection().execute(
        update(_UNIT)
        .where(among(Unit.id, "ids"), _UNIT.c.settled_at.is_(None))
        .values(eula_expires_on=to_on, version=_UNIT.c.version + 1),
        {"ids": unit_ids},
    )
