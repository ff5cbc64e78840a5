"""Customers: the organisations that try devices, who administers them, and which partners have them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment


class Customer(Base):
    """A customer's organisation. Two may share a name; the organisation id is theirs alone (SPEC T-4)."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(String(36), unique=True)
    """A UUID in its canonical lower-case form."""
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    country: Mapped[str] = mapped_column(String(2))
    state: Mapped[str | None] = mapped_column(String(50))
    zone: Mapped[str] = mapped_column(String(64))
    """The IANA time zone in which this customer's days are counted."""
    language: Mapped[str | None] = mapped_column(String(8))
    vertical: Mapped[str | None] = mapped_column(String(32))
    region: Mapped[str | None] = mapped_column(String(8))
    """Where its data is kept (SPEC T-5)."""
    location_confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When a partner confirmed that it is in a supported location (SPEC T-6)."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    administrators: Mapped[list["CustomerAdministrator"]] = relationship(
        back_populates="customer", lazy="raise_on_sql", order_by="CustomerAdministrator.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (Index("ix_customer_zone", "zone"),)


class CustomerAdministrator(Base):
    """Somebody who administers a customer's organisation. One e-mail belongs to one organisation only (SPEC T-4)."""

    __tablename__ = "customer_administrator"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case."""
    name: Mapped[str | None] = mapped_column(String(200))
    full: Mapped[bool] = mapped_column(default=True)

    customer: Mapped[Customer] = relationship(back_populates="administrators", lazy="raise_on_sql")


class SalesRelationship(Base):
    """A partner has this customer; it decides what the partner may see (SPEC X-1).

    `role` is what the partner is in the customer's organisation: `full` or `provisioning` (SPEC T-13).
    """

    __tablename__ = "sales_relationship"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), default="full")
    since: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_sales_relationship_customer_id", "customer_id"),)
