"""The device models that are lent, with what carriers and customs need to know of each."""

from decimal import Decimal

from sqlalchemy import Numeric, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base


class Model(Base):
    """A device model as packed for shipping: weight in kg, box in mm, value for customs in `currency`."""

    __tablename__ = "model"

    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    family: Mapped[str] = mapped_column(String(32))
    weight_kg: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    length_mm: Mapped[int]
    width_mm: Mapped[int]
    height_mm: Mapped[int]
    made_in: Mapped[str] = mapped_column(String(2))
    hs_code: Mapped[str] = mapped_column(String(12))
    value: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    currency: Mapped[str] = mapped_column(String(3))


def known_numbers(session: Session) -> set[str]:
    """The numbers of all models in the catalogue."""
    return set(session.scalars(select(Model.number)))
