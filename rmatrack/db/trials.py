"""Trials: who tries with whom, and until when the portal says."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.customers import Customer


class Trial(Base):
    """A trial as far as its devices need it: whose it is and when the portal says it ends (the portal clock, SPEC D-4).

    One customer may have several trials, of several partners.
    """

    __tablename__ = "trial"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    expires_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    customer: Mapped[Customer] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
