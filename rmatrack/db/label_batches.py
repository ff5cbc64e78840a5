"""Batches: labels asked for together, drawn in the background into one file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, String, bindparam, exists, func, insert, select, true, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.intents import LabelIntent, WaitingLabel, waiting_labels
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.intents import OPEN
from rmatrack.domain.label_batches import NEXT, BatchState
from rmatrack.domain.people import Actor, Permission

WAITING_SHOWN = 100


class LabelBatch(Base):
    """Labels asked for together, drawn in the background into one file. `done` counts those drawn and read back."""

    __tablename__ = "label_batch"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    paper: Mapped[str] = mapped_column(String(16))
    dpi: Mapped[int | None]
    """The dots of the thermal printer that the file is for; empty for a PDF."""
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16))
    """`waiting`, `drawing`, `ready`, `stopped` or `failed`."""
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(String(500))
    blob_digest: Mapped[str | None] = mapped_column(ForeignKey("blob.digest"))
    waits_since: Mapped[datetime | None] = mapped_column(Moment)
    """Since when it waits for a carrier to make labels."""
    incomplete: Mapped[bool] = mapped_column(default=False)
    """What a carrier has not made yet is left out, rather than waited for."""
    taken_up_at: Mapped[datetime | None] = mapped_column(Moment)
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


def batches_seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on `LabelBatch`: everything for those inside, for a partner its own."""
    if actor.may(Permission.SEE_EVERYTHING):
        return true()
    return LabelBatch.partner_id == actor.partner_id


def person_of_batch(session: Session, batch_id: int) -> int | None:
    """Who asked for a batch; nobody, where the command line did."""
    return session.scalar(select(LabelBatch.person_id).where(LabelBatch.id == batch_id))


def batch_with_id(session: Session, batch_id: int, *, seen_by: Actor) -> LabelBatch | None:
    """The batch, if *seen_by* may see it."""
    return session.scalar(select(LabelBatch).where(LabelBatch.id == batch_id, batches_seen_by(seen_by)))


def recent_batches(session: Session, *, seen_by: Actor, limit: int) -> Sequence[LabelBatch]:
    """The newest batches."""
    return session.scalars(
        select(LabelBatch).where(batches_seen_by(seen_by)).order_by(LabelBatch.id.desc()).limit(limit)
    ).all()


def add_items(session: Session, batch_id: int, unit_ids: Sequence[int]) -> None:
    """Put units into a batch, in their order."""
    rows = [{"batch_id": batch_id, "position": place, "unit_id": unit_id} for place, unit_id in enumerate(unit_ids, 1)]
    session.execute(insert(LabelBatchItem), rows)


def units_in_batch(session: Session, batch_id: int) -> list[int]:
    """The batch's units, in their order."""
    items = select(LabelBatchItem.unit_id).where(LabelBatchItem.batch_id == batch_id).order_by(LabelBatchItem.position)
    return list(session.scalars(items))


def move_batch(session: Session, batch_id: int, target: BatchState, **values: object) -> bool:
    """Move the batch to *target*, if it may go there, and set *values*; say whether it went."""
    allowed = [state for state, targets in NEXT.items() if target in targets]
    moved = session.scalar(
        update(LabelBatch)
        .where(LabelBatch.id == batch_id, LabelBatch.state.in_(allowed))
        .values(state=target, version=LabelBatch.version + 1, **values)
        .returning(LabelBatch.id),
        execution_options={"synchronize_session": False},
    )
    return moved is not None


def waiting_in_batch(session: Session, batch_id: int, *, seen_by: Actor) -> list[WaitingLabel]:
    """The labels of a batch that a carrier is asked for, the longest wait first."""
    units = select(LabelBatchItem.unit_id).where(LabelBatchItem.batch_id == batch_id)
    return waiting_labels(session, seen_by=seen_by, limit=WAITING_SHOWN, unit_ids=units)


def wake_batches(session: Session) -> list[int]:
    """Let batches that waited for a carrier wait no more where it made or refused all their labels; return them."""
    waits = exists().where(
        LabelBatchItem.batch_id == LabelBatch.id,
        LabelIntent.unit_id == LabelBatchItem.unit_id,
        LabelIntent.state.in_(OPEN),
    )
    return list(
        session.scalars(
            update(LabelBatch)
            .where(LabelBatch.state == BatchState.WAITING, LabelBatch.waits_since.is_not(None), ~waits)
            .values(waits_since=None, version=LabelBatch.version + 1)
            .returning(LabelBatch.id),
            execution_options={"synchronize_session": False},
        )
    )


def note_items(session: Session, batch_id: int, found: Mapping[int, tuple[int | None, str | None]]) -> None:
    """Note for each unit of the batch its label and what is wrong, if anything is."""
    session.connection().execute(
        update(LabelBatchItem)
        .where(LabelBatchItem.batch_id == batch_id, LabelBatchItem.unit_id == bindparam("unit"))
        .values(label_id=bindparam("label"), problem=bindparam("why")),
        [{"unit": unit_id, "label": label_id, "why": why} for unit_id, (label_id, why) in found.items()],
    )


class ItemSeen(NamedTuple):
    """An item with the names people know its parts by."""

    unit_id: int
    order_number: str
    serial: str
    label_id: int | None
    label_number: str | None
    carrier: str | None
    problem: str | None


def troubled_items(session: Session, batch_id: int) -> list[ItemSeen]:
    """What is not in the batch's file: left out where there is no label, held back where there is one."""
    rows = session.execute(
        select(
            LabelBatchItem.unit_id,
            DemoOrder.number,
            Unit.serial,
            LabelBatchItem.label_id,
            Label.number,
            Label.carrier,
            LabelBatchItem.problem,
        )
        .join(Unit, Unit.id == LabelBatchItem.unit_id)
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .outerjoin(Label, Label.id == LabelBatchItem.label_id)
        .where(LabelBatchItem.batch_id == batch_id, LabelBatchItem.problem.is_not(None))
        .order_by(LabelBatchItem.position)
    )
    return [ItemSeen(*row) for row in rows]


def labels_in_batch(session: Session, batch_id: int) -> int:
    """How many labels are in the batch's file."""
    count = select(func.count()).where(
        LabelBatchItem.batch_id == batch_id, LabelBatchItem.label_id.is_not(None), LabelBatchItem.problem.is_(None)
    )
    return session.scalar(count) or 0
