"""The users and phone numbers that a partner sets up for a customer on trial (SPEC T-10, T-23, T-24)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from rmatrack.db.base import Base, Id, Moment


class CustomerUser(Base):
    """Somebody who uses the services on trial; `licences` are services, separated by blanks."""

    __tablename__ = "customer_user"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    """Lower case."""
    licences: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime] = mapped_column(Moment)
    moved_at: Mapped[datetime | None] = mapped_column(Moment)
    """When they moved to the free consumer organisation, for good (SPEC T-23)."""

    __table_args__ = (Index("uq_customer_user_trial_id_email", "trial_id", "email", unique=True),)


class PhoneNumber(Base):
    """A number of a Calling trial, kept some days after grace and then released."""

    __tablename__ = "phone_number"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"))
    number: Mapped[str] = mapped_column(String(20))
    """E.164, with its plus sign."""
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    released_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("uq_phone_number_trial_id_number", "trial_id", "number", unique=True),)
