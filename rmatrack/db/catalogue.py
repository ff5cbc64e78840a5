"""The device models that are lent, with what carriers and customs need to know of each."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import Numeric, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base


class Model(Base):
    """A device model as packed for shipping: weight in kg, box in mm, value for customs in `currency`.

    What customs ask (`made_in`, `hs_code`, `value`, `currency`) may be empty or 0 while nobody knows it.
    """

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
    net_kg: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    """Without its packaging; empty where only the packed weight is known."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.


def known_numbers(session: Session) -> set[str]:
    """The numbers of all models in the catalogue."""
    return set(session.scalars(select(Model.number)))


def names_of_models(session: Session) -> dict[str, str]:
    """What people call each model of the catalogue, by its number."""
    return {model.number: model.name for model in session.execute(select(Model.number, Model.name))}


def models_numbered(session: Session, numbers: Collection[str]) -> dict[str, Model]:
    """The models with these numbers, by number."""
    return {model.number: model for model in session.scalars(select(Model).where(Model.number.in_(numbers)))}


def all_models(session: Session) -> Sequence[Model]:
    """The whole catalogue, by family and name."""
    return session.scalars(select(Model).order_by(Model.family, Model.name, Model.number)).all()
