"""Bookings with Expeditors, asked by mail: one open for an RMA at a time, whoever else asks at the same moment."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import JSON, ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.orders import DemoOrder
from rmatrack.db.returns import Rma
from rmatrack.db.sight import orders_seen_by
from rmatrack.domain.people import Actor

_IS_OPEN = text("ended_at IS NULL")


class Booking(Base):
    """A booking as it was last written to the forwarder. `version` counts the mails about an RMA, from 1."""

    __tablename__ = "booking"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rma_id: Mapped[int] = mapped_column(ForeignKey("rma.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    ready_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    instructions: Mapped[str] = mapped_column(String(500), default="")
    desk: Mapped[str] = mapped_column(String(254))
    """The mail address it went to."""
    cartons: Mapped[list[str]] = mapped_column(JSON)
    """The SSCC of each."""
    unit_ids: Mapped[list[int]] = mapped_column(JSON)
    blob_digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"))
    """The waybill-style document that went with it."""
    file_number: Mapped[str | None] = mapped_column(String(12), index=True)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    requested_by: Mapped[str] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        Index("uq_booking_open", "rma_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )


def bookings_of(session: Session, order_number: str, *, seen_by: Actor) -> Sequence[Booking]:
    """The bookings of an order, the latest first."""
    question = (
        select(Booking)
        .join(Rma, Rma.id == Booking.rma_id)
        .join(DemoOrder, DemoOrder.id == Rma.order_id)
        .where(DemoOrder.number == order_number, orders_seen_by(seen_by))
        .order_by(Booking.id.desc())
    )
    return session.scalars(question).all()


def open_booking_of(session: Session, rma_number: str) -> Booking | None:
    """The booking of an RMA that is not over."""
    question = select(Booking).join(Rma, Rma.id == Booking.rma_id).where(Rma.number == rma_number)
    return session.scalar(question.where(Booking.ended_at.is_(None)))


class BookingOfRma(NamedTuple):
    """A booking with the return that it is for."""

    booking: Booking
    rma: str
    order_id: int


def bookings_of_rmas(session: Session, numbers: Collection[str]) -> list[BookingOfRma]:
    """All bookings of these RMAs, those that are over too."""
    question = select(Booking, Rma.number, Rma.order_id).join(Rma, Rma.id == Booking.rma_id).order_by(Booking.id)
    return [BookingOfRma(*row) for row in session.execute(question.where(Rma.number.in_(numbers)))]


def last_version(session: Session, rma_id: int) -> int:
    """How many mails went about an RMA."""
    return session.scalar(select(func.max(Booking.version)).where(Booking.rma_id == rma_id)) or 0
