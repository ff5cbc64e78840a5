"""Asking a customer's consent to a trial: to whom, until when, and what was answered (SPEC T-12 – T-14)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.trials import Trial


class ConsentRequest(Base):
    """The one request of a trial; `last_on` is the last day to accept, in the customer's calendar."""

    __tablename__ = "consent_request"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    """The address the partner gave, in lower case."""
    sent_at: Mapped[datetime] = mapped_column(Moment)
    last_on: Mapped[date] = mapped_column(index=True)
    resent_at: Mapped[datetime | None] = mapped_column(Moment)
    times_sent: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("customer_administrator.id"))
    answer: Mapped[str | None] = mapped_column(String(16))
    """`accepted` or `declined`."""
    version: Mapped[int] = mapped_column(default=1)

    trial: Mapped[Trial] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
