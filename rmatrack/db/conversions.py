"""Conversions: the paid order that a trial became, and the link by which its services are set up (SPEC T-18)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.trials import Trial


class Conversion(Base):
    """The order placed for a trial. `services` and `lost` are names, separated by blanks."""

    __tablename__ = "conversion"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), unique=True)
    order_number: Mapped[str] = mapped_column(String(40))
    """Of the order in Cisco Commerce Workspace."""
    distributor: Mapped[str | None] = mapped_column(String(200))
    """Through whom a partner of tier 2 ordered."""
    services: Mapped[str] = mapped_column(String(100))
    lost: Mapped[str] = mapped_column(String(100), default="")
    """On trial, and not in the order: they run to the trial's expiry."""
    contact: Mapped[str] = mapped_column(String(16))
    """`partner` or `customer`: whose administrator sets the services up."""
    contact_email: Mapped[str] = mapped_column(String(254))
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    set_up_as: Mapped[str | None] = mapped_column(String(16))
    set_up_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    trial: Mapped[Trial] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
