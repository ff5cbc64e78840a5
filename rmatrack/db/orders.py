"""Demo orders and the units that left under them. A unit here is one loan of one serial."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.customers import Customer
from rmatrack.db.people import Partner
from rmatrack.db.trials import Trial


class DemoOrder(Base):
    """A shipment of a trial's devices: number `D…`, ship-to address, recipient (SPEC D-1)."""

    __tablename__ = "demo_order"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("trial.id"), index=True)
    shipped_on: Mapped[date] = mapped_column(index=True)
    recipient: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40))
    ship_to_name: Mapped[str] = mapped_column(String(200))
    """The organisation at the address: the customer's name, or the partner's."""
    address_1: Mapped[str] = mapped_column(String(100))
    address_2: Mapped[str] = mapped_column(String(100), default="")
    address_3: Mapped[str] = mapped_column(String(100), default="")
    city: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(50), default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(2), index=True)
    """ISO 3166 alpha-2, of the ship-to address: it decides the carrier (SPEC C-1)."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    customer: Mapped[Customer] = relationship(lazy="raise_on_sql")
    trial: Mapped[Trial | None] = relationship(lazy="raise_on_sql")
    units: Mapped[list["Unit"]] = relationship(back_populates="order", lazy="raise_on_sql", order_by="Unit.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.


class Unit(Base):
    """One endpoint on one demo order.

    `settled_at` is empty while it is out; one key can be out only once, and the database says so (SPEC D-8). The EULA
    clock lives here, because lists of what is due read nothing else. `zone` and `partner_id` repeat the order's for the
    same reason; they never change.
    """

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("demo_order.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    model: Mapped[str] = mapped_column(String(40))
    serial: Mapped[str] = mapped_column(String(64))
    serial_key: Mapped[str] = mapped_column(String(64), index=True)
    status: Mapped[str] = mapped_column(String(16))
    eula_expires_on: Mapped[date]
    eula_mailed_on: Mapped[date | None]
    zone: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    inspected_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    order: Mapped[DemoOrder] = relationship(back_populates="units", lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        Index(
            "uq_unit_serial_key_out",
            "serial_key",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_unit_eula_expires_on_out",
            "eula_expires_on",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_unit_eula_expires_on_order_id_out",
            "eula_expires_on",
            "order_id",
            "zone",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_unit_partner_eula_expires_on_out",
            "partner_id",
            "eula_expires_on",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_unit_model_eula_expires_on_out",
            "model",
            "eula_expires_on",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_unit_zone_out",
            "zone",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_unit_order_id_out",
            "order_id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_unit_received_at",
            "received_at",
            "id",
            "eula_expires_on",
            sqlite_where=text("received_at IS NOT NULL"),
            postgresql_where=text("received_at IS NOT NULL"),
        ),
        Index(
            "ix_unit_received_at_to_inspect",
            "received_at",
            "id",
            sqlite_where=text("received_at IS NOT NULL AND inspected_at IS NULL"),
            postgresql_where=text("received_at IS NOT NULL AND inspected_at IS NULL"),
        ),
        Index(
            "ix_unit_partner_received_at",
            "partner_id",
            "received_at",
            "id",
            sqlite_where=text("received_at IS NOT NULL"),
            postgresql_where=text("received_at IS NOT NULL"),
        ),
        CheckConstraint("(status = 'shipped') = (settled_at IS NULL)", name="settled_or_out"),
    )
