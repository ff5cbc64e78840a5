"""Batches: labels asked for together, drawn in the background into one file."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from rmatrack.db.base import Base, Id, Moment


class LabelBatch(Base):
    """Labels asked for together, drawn in the background into one file. `done` counts those drawn and read back."""

    __tablename__ = "label_batch"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    paper: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16))
    """`waiting`, `drawing`, `ready`, `stopped` or `failed`."""
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(String(500))
    blob_digest: Mapped[str | None] = mapped_column(ForeignKey("blob.digest"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.


class LabelBatchItem(Base):
    """A unit in a batch: the label it got, or why it was left out or held back."""

    __tablename__ = "label_batch_item"

    batch_id: Mapped[int] = mapped_column(ForeignKey("label_batch.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    label_id: Mapped[int | None] = mapped_column(ForeignKey("label.id"))
    problem: Mapped[str | None] = mapped_column(String(500))
