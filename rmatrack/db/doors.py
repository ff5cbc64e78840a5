"""The doors at which carriers tell of parcels by themselves, and the secrets that open them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Moment


class CarrierDoor(Base):
    """The secret that a carrier sends along, encrypted; the one before it counts too until it is given up."""

    __tablename__ = "carrier_door"

    carrier: Mapped[str] = mapped_column(String(16), primary_key=True)
    secret: Mapped[str] = mapped_column(Text)
    before: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.


def door_of(session: Session, carrier: str) -> CarrierDoor | None:
    """The door of a carrier, where one was opened."""
    return session.get(CarrierDoor, carrier)


def all_doors(session: Session) -> Sequence[CarrierDoor]:
    """Every door that was opened."""
    return session.scalars(select(CarrierDoor).order_by(CarrierDoor.carrier)).all()
