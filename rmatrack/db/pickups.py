"""Visits of carriers to fetch boxes: what is wanted, what the carrier said, and which boxes stand ready (SPEC C-11)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import JSON, ForeignKey, Index, Select, String, and_, case, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.customers import Customer
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.sight import orders_seen_by
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.people import Actor
from rmatrack.domain.pickups import BY_PERSON, PickupState

_PAST_THE_SESSION = {"synchronize_session": False}


class PickupVisit(Base):
    """One visit to one address. `wish` is what the carrier is still to be told; `number` is the carrier's own.

    `calling_until` holds it for the worker that calls; one past that moment belonged to a worker that died.
    """

    __tablename__ = "pickup"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("demo_order.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("carrier_account.id"))
    """The account over which the carrier is called; none where a person phones, or a desk is asked by mail."""
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    """The booking of a forwarder's desk that this visit is; what becomes of the one becomes of the other."""
    state: Mapped[str] = mapped_column(String(16))
    wish: Mapped[str | None] = mapped_column(String(8))
    day: Mapped[date]
    ready_at: Mapped[time]
    closes_at: Mapped[time]
    zone: Mapped[str] = mapped_column(String(64))
    moves_to: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """The window that is asked for while the old one still stands: `day`, `ready_at`, `closes_at`."""
    instructions: Mapped[str] = mapped_column(String(80), default="")
    number: Mapped[str] = mapped_column(String(40), default="")
    why: Mapped[str | None] = mapped_column(String(500))
    mail_to: Mapped[str] = mapped_column(String(254), default="")
    mail_name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    asked_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    calling_until: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    order: Mapped[DemoOrder] = relationship(lazy="raise_on_sql")
    boxes: Mapped[list["PickupBox"]] = relationship(lazy="raise_on_sql", order_by="PickupBox.unit_id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        Index(
            "ix_pickup_due",
            "due_at",
            sqlite_where=text("wish IS NOT NULL"),
            postgresql_where=text("wish IS NOT NULL"),
        ),
        Index("ix_pickup_day", "day"),
    )


class PickupBox(Base):
    """A unit in its box, fetched by one visit; `held` while the visit is open, and then by no other."""

    __tablename__ = "pickup_box"

    pickup_id: Mapped[int] = mapped_column(ForeignKey("pickup.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    label_number: Mapped[str] = mapped_column(String(40), default="")
    held: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        Index(
            "uq_pickup_box_unit_held",
            "unit_id",
            unique=True,
            sqlite_where=text("held"),
            postgresql_where=text("held"),
        ),
    )


def visit_with_id(session: Session, pickup_id: int, *, seen_by: Actor) -> PickupVisit | None:
    """A visit with its boxes and its order."""
    question = (
        _visits().where(PickupVisit.id == pickup_id, orders_seen_by(seen_by)).execution_options(populate_existing=True)
    )
    return session.scalar(question)


def visits_of_bookings(session: Session, booking_ids: Collection[int]) -> dict[int, PickupVisit]:
    """The visits that bookings with a forwarder are, by booking."""
    question = _visits().where(PickupVisit.booking_id.in_(booking_ids)).execution_options(populate_existing=True)
    return {visit.booking_id: visit for visit in session.scalars(question) if visit.booking_id is not None}


def boxes_held(session: Session, unit_ids: Collection[int]) -> set[int]:
    """Those of the units that another visit fetches."""
    return set(session.scalars(select(PickupBox.unit_id).where(PickupBox.unit_id.in_(unit_ids), PickupBox.held)))


def visits_of_order(session: Session, order_id: int, *, seen_by: Actor) -> Sequence[PickupVisit]:
    """The visits that fetch a box of an order, the newest first."""
    fetched = select(PickupBox.pickup_id).join(Unit, Unit.id == PickupBox.unit_id).where(Unit.order_id == order_id)
    question = _visits().where(PickupVisit.id.in_(fetched), orders_seen_by(seen_by))
    return session.scalars(question.order_by(PickupVisit.id.desc())).all()


def visits_listed(
    session: Session,
    *,
    states: Collection[PickupState] | None,
    day: date | None = None,
    carrier: str | None = None,
    seen_by: Actor,
    limit: int,
    offset: int = 0,
) -> Sequence[PickupVisit]:
    """Visits, those that wait for a person first, then by day."""
    question = _visits().where(orders_seen_by(seen_by))
    if states is not None:
        question = question.where(PickupVisit.state.in_(states))
    if day is not None:
        question = question.where(PickupVisit.day == day)
    if carrier is not None:
        question = question.where(PickupVisit.carrier == carrier)
    waits = case((PickupVisit.state.in_(BY_PERSON), 0), else_=1)
    return session.scalars(question.order_by(waits, PickupVisit.day, PickupVisit.id).limit(limit).offset(offset)).all()


def count_visits(session: Session, *, seen_by: Actor) -> dict[PickupState, int]:
    """How many visits there are of each state."""
    question = (
        select(PickupVisit.state, func.count())
        .join(DemoOrder, DemoOrder.id == PickupVisit.order_id)
        .where(orders_seen_by(seen_by))
        .group_by(PickupVisit.state)
    )
    return {PickupState(row[0]): row[1] for row in session.execute(question)}


class BoxRow(NamedTuple):
    """A unit that is out, its order's number, its newest label, and the visit that fetches it."""

    unit: Unit
    order_number: str
    label: Label | None
    pickup_id: int | None


def boxes_at_address(session: Session, order: DemoOrder, *, seen_by: Actor) -> list[BoxRow]:
    """Units of one customer that are out at the address of *order*, its own first."""
    newest = select(Label.unit_id, func.max(Label.attempt).label("attempt")).group_by(Label.unit_id).subquery()
    question = (
        select(Unit, DemoOrder.number.label("order_number"), Label, PickupBox.pickup_id)
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .outerjoin(newest, newest.c.unit_id == Unit.id)
        .outerjoin(Label, and_(Label.unit_id == Unit.id, Label.attempt == newest.c.attempt))
        .outerjoin(PickupBox, and_(PickupBox.unit_id == Unit.id, PickupBox.held))
        .where(
            Unit.settled_at.is_(None),
            DemoOrder.customer_id == order.customer_id,
            DemoOrder.country == order.country,
            func.lower(DemoOrder.city) == func.lower(order.city),
            DemoOrder.postal_code == order.postal_code,
            func.lower(DemoOrder.address_1) == func.lower(order.address_1),
            orders_seen_by(seen_by),
        )
        .order_by(DemoOrder.number != order.number, DemoOrder.number, Unit.id)
    )
    return [BoxRow(*row) for row in session.execute(question)]


def claim_visit(session: Session, *, now: datetime, until: datetime) -> tuple[PickupVisit, bool] | None:
    """Take the visit that is due longest, and say whether another worker had begun to call and never came back."""
    found = session.scalar(
        select(PickupVisit.id)
        .where(
            PickupVisit.wish.is_not(None),
            PickupVisit.due_at <= now,
            or_(PickupVisit.calling_until.is_(None), PickupVisit.calling_until <= now),
        )
        .order_by(PickupVisit.due_at, PickupVisit.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if found is None:
        return None
    visit = session.scalars(_visits().where(PickupVisit.id == found)).one()
    begun = visit.calling_until is not None
    visit.calling_until = until
    session.flush()
    return visit, begun


def shared_numbers(session: Session, carrier: str, *, besides: int) -> set[str]:
    """The carrier's numbers of our other open visits."""
    question = select(PickupVisit.number).where(
        PickupVisit.carrier == carrier,
        PickupVisit.id != besides,
        PickupVisit.state == PickupState.BOOKED,
        PickupVisit.number != "",
    )
    return set(session.scalars(question))


def let_boxes_go(session: Session, pickup_id: int) -> None:
    """Let another visit fetch the boxes."""
    session.execute(
        update(PickupBox).where(PickupBox.pickup_id == pickup_id).values(held=False),
        execution_options=_PAST_THE_SESSION,
    )


def let_fetched_go(session: Session, *, before: date) -> int:
    """Let go of boxes whose visit is over: the carrier has them, they are back, or the day has long passed."""
    travels = select(Label.unit_id).where(Label.state.in_([LabelState.IN_TRANSIT, LabelState.DELIVERED]))
    settled = select(Unit.id).where(Unit.settled_at.is_not(None))
    gone = select(PickupVisit.id).where(PickupVisit.day < before, PickupVisit.state == PickupState.BOOKED)
    ended = session.execute(
        update(PickupBox)
        .where(
            PickupBox.held,
            PickupBox.pickup_id.in_(gone),
            or_(PickupBox.unit_id.in_(travels), PickupBox.unit_id.in_(settled)),
        )
        .values(held=False),
        execution_options=_PAST_THE_SESSION,
    )
    return getattr(ended, "rowcount", 0)


def usable_number(label: Label | None) -> str:
    """The number of a label that may be on the box."""
    return label.number if label and label.released_at and LabelState(label.state) not in DEAD else ""


def _visits() -> Select[PickupVisit]:
    return (
        select(PickupVisit)
        .join(PickupVisit.order)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .options(
            selectinload(PickupVisit.order).selectinload(DemoOrder.customer),
            selectinload(PickupVisit.boxes).selectinload(PickupBox.unit),
        )
    )
