"""Requests to keep devices longer: asked by the partner, decided by the trials team (SPEC D-6)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.orders import DemoOrder


class ExtensionRequest(Base):
    """A wish to move the EULA expiry of some units of one order to `to_on`; an order has one open at a time."""

    __tablename__ = "extension_request"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("demo_order.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(16), index=True)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    refused_because: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1)

    order: Mapped[DemoOrder] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        Index(
            "uq_extension_request_order_id_open",
            "order_id",
            unique=True,
            sqlite_where=text("state = 'requested'"),
            postgresql_where=text("state = 'requested'"),
        ),
    )


class ExtensionUnit(Base):
    """A unit that a request is about."""

    __tablename__ = "extension_unit"

    request_id: Mapped[int] = mapped_column(ForeignKey("extension_request.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)

    __table_args__ = (Index("ix_extension_unit_unit_id", "unit_id"),)
