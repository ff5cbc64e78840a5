"""Devices asked for in a trial and not shipped yet: what, and where to (SPEC T-9, D-1 – D-3)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.trials import Trial


class ParcelRequest(Base):
    """A demo order to be: logistics ships it once the trial is active. `state`: `requested`, `shipped`, `withdrawn`."""

    __tablename__ = "parcel_request"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    recipient: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40))
    ship_to_name: Mapped[str] = mapped_column(String(200))
    address_1: Mapped[str] = mapped_column(String(100))
    address_2: Mapped[str] = mapped_column(String(100), default="")
    address_3: Mapped[str] = mapped_column(String(100), default="")
    city: Mapped[str] = mapped_column(String(100))
    country_state: Mapped[str] = mapped_column(String(50), default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(2))
    requested_at: Mapped[datetime] = mapped_column(Moment)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    order_number: Mapped[str | None] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)

    trial: Mapped[Trial] = relationship(lazy="raise_on_sql")
    lines: Mapped[list["ParcelLine"]] = relationship(lazy="raise_on_sql", order_by="ParcelLine.model")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.


class ParcelLine(Base):
    """So many of a model."""

    __tablename__ = "parcel_line"

    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel_request.id"), primary_key=True)
    model: Mapped[str] = mapped_column(String(40), primary_key=True)
    quantity: Mapped[int]
