"""Returns: one RMA per demo order, opened when it ships (SPEC C-5)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.orders import DemoOrder


class Rma(Base):
    """The return of one demo order. `completed_at` is set by the deed that settles its last unit or discrepancy."""

    __tablename__ = "rma"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("demo_order.id"), unique=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    in_process_at: Mapped[datetime | None] = mapped_column(Moment)
    completed_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    order: Mapped[DemoOrder] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        Index(
            "ix_rma_open",
            "id",
            sqlite_where=text("completed_at IS NULL"),
            postgresql_where=text("completed_at IS NULL"),
        ),
    )
