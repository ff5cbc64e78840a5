"""Trials: who tries what with whom, how far it is, and until when the portal says (SPEC section 1).

`status` and `door` hold the words of `rmatrack.domain.trials`. What the calendar adds is never stored.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.customers import Customer
from rmatrack.db.people import Partner


class Trial(Base):
    """A trial of one partner with one customer; a customer may have several, of several partners.

    One that is known from its shipment only has no services, no start and nobody who asked for it.
    """

    __tablename__ = "trial"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    status: Mapped[str] = mapped_column(String(24), default="active")
    door: Mapped[str] = mapped_column(String(16), default="recorded")
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who started it: a sales administrator manages these (a full one also those of colleagues)."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    """When it was asked for."""
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    starts_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    """The portal clock (SPEC D-4), empty until the trial is active; the last day, in the customer's calendar."""
    duration_days: Mapped[int | None]
    licences: Mapped[int | None]
    registrations: Mapped[int | None]
    """How many devices may register, where Webex Devices is tried."""
    site_url: Mapped[str | None] = mapped_column(String(100), unique=True)
    """`name.webex.com` of the Webex Enterprise Edition (SPEC T-8)."""
    site_zone: Mapped[str | None] = mapped_column(String(64))
    no_devices_because: Mapped[str | None] = mapped_column(String(24))
    set_up_at: Mapped[datetime | None] = mapped_column(Moment)
    """Empty while the customer is to be set up later (SPEC T-10)."""
    interest_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the customer said that it is interested in buying (SPEC T-26)."""
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was converted, cancelled, lapsed, withdrawn, declined, or consent was not given in time."""
    numbers_released_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    partner: Mapped[Partner] = relationship(lazy="raise_on_sql")
    customer: Mapped[Customer] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        CheckConstraint(
            "status NOT IN ('active', 'converted', 'lapsed') OR expires_on IS NOT NULL", name="begun_with_an_end"
        ),
        CheckConstraint("starts_on IS NULL OR expires_on >= starts_on", name="ends_after_its_start"),
        Index("ix_trial_status_expires_on", "status", "expires_on", "id"),
        Index("ix_trial_partner_id_status_expires_on", "partner_id", "status", "expires_on", "id"),
        Index(
            "ix_trial_status_ended_at",
            "status",
            "ended_at",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
        Index(
            "ix_trial_numbers_released_at",
            "numbers_released_at",
            sqlite_where=text("numbers_released_at IS NOT NULL"),
            postgresql_where=text("numbers_released_at IS NOT NULL"),
        ),
    )


class TrialService(Base):
    """A service on trial, until `ended_at`: no customer tries one twice at a time, and the database says so (T-11).

    A row whose trial is over by the calendar still stands until the lapse is noted; whoever starts a trial notes it.
    """

    __tablename__ = "trial_service"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    service: Mapped[str] = mapped_column(String(16))
    added_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    trial: Mapped[Trial] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        Index(
            "uq_trial_service_customer_id_service_running",
            "customer_id",
            "service",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
