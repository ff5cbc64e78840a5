"""Labels: each with its number and state, the files that came with it, and the log of what was printed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from carriers.documents import Document
from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.blobs import Blob, keep_blob
from rmatrack.db.orders import Unit
from rmatrack.db.returns import Rma
from rmatrack.domain.labels import NEXT, LabelState

_PAST_THE_SESSION = {"synchronize_session": False}


class Label(Base):
    """One carrier transport document for one parcel (SPEC C-6). `content` is what it says, enough to draw it again."""

    __tablename__ = "label"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rma_id: Mapped[int] = mapped_column(ForeignKey("rma.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    attempt: Mapped[int] = mapped_column(default=1)
    carrier: Mapped[str] = mapped_column(String(16))
    service: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(40))
    """The tracking number: 1Z…, the DHL waybill, or the SSCC."""
    piece: Mapped[str] = mapped_column(String(40), default="")
    """The DHL piece id; empty for the others."""
    state: Mapped[str] = mapped_column(String(16))
    problem: Mapped[str | None] = mapped_column(String(500))
    """Why it is held: what was expected and what was read back."""
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("carrier_account.id"))
    """Our account that it travels under; none for a specimen."""
    image_digest: Mapped[str | None] = mapped_column(ForeignKey("blob.digest"))
    """The carrier's own picture of it, where the carrier made it."""
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("label.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    """When somebody last made sure that the carrier still takes it."""
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship(lazy="raise_on_sql")
    rma: Mapped[Rma] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        UniqueConstraint("carrier", "number"),
        UniqueConstraint("unit_id", "attempt"),
        Index("ix_label_number", "number"),
        Index("ix_label_unit_id_state", "unit_id", "state"),
        Index("ix_label_state_created_at", "state", "created_at"),
        Index("ix_label_piece", "piece", sqlite_where=text("piece <> ''"), postgresql_where=text("piece <> ''")),
        Index("ix_label_held", "id", sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
    )


class LabelDocument(Base):
    """A file that the carrier gave with a label and may not give again: its picture, waybill, invoice, receipt."""

    __tablename__ = "label_document"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("label.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    media_type: Mapped[str] = mapped_column(String(100))
    blob_digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"))
    created_at: Mapped[datetime] = mapped_column(Moment)


class LabelPrint(Base):
    """The print log: who had which label on which paper, and when."""

    __tablename__ = "label_print"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("label.id"), index=True)
    paper: Mapped[str] = mapped_column(String(16))
    dpi: Mapped[int | None]
    """The dots of the thermal printer that it was made for; empty for a PDF."""
    copies: Mapped[int] = mapped_column(default=1)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("label_batch.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Moment)


def newest_labels(session: Session, unit_ids: Sequence[int]) -> dict[int, Label]:
    """Each unit's newest label, by unit; units without any are left out."""
    newest = (
        select(Label.unit_id, func.max(Label.attempt).label("attempt"))
        .where(Label.unit_id.in_(unit_ids))
        .group_by(Label.unit_id)
        .subquery()
    )
    found = session.scalars(
        select(Label).join(newest, (Label.unit_id == newest.c.unit_id) & (Label.attempt == newest.c.attempt))
    )
    return {label.unit_id: label for label in found}


def add_labels(session: Session, rows: Sequence[dict[str, object]]) -> set[str]:
    """Keep labels and return the numbers that were kept: where a unit got its label from somebody else, that stands."""
    if not rows:
        return set()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Label).on_conflict_do_nothing(index_elements=["unit_id", "attempt"])
    return set(session.scalars(statement.returning(Label.number), rows))


def move_labels(session: Session, label_ids: Sequence[int], target: LabelState) -> None:
    """Move those of the labels to *target* that may go there."""
    allowed = [state for state, targets in NEXT.items() if target in targets]
    session.execute(
        update(Label)
        .where(Label.id.in_(label_ids), Label.state.in_(allowed))
        .values(state=target, version=Label.version + 1),
        execution_options=_PAST_THE_SESSION,
    )


def mark_released(session: Session, label_ids: Sequence[int], *, now: datetime) -> None:
    """Note when the labels were released first, and that nothing is wrong with them any more."""
    session.execute(
        update(Label)
        .where(Label.id.in_(label_ids))
        .values(released_at=func.coalesce(Label.released_at, now), problem=None),
        execution_options=_PAST_THE_SESSION,
    )


def note_problems(session: Session, problems: Mapping[int, str]) -> None:
    """Note on each label, by id, what is wrong with it."""
    session.connection().execute(
        update(Label).where(Label.id == bindparam("label")).values(problem=bindparam("why")),
        [{"label": label_id, "why": why} for label_id, why in problems.items()],
    )


class LabelStanding(NamedTuple):
    """Where a label stands, and on whose timelines it belongs."""

    id: int
    number: str
    state: str
    unit_id: int
    order_id: int


def standing_of(session: Session, label_ids: Sequence[int]) -> list[LabelStanding]:
    """Where these labels stand."""
    rows = session.execute(
        select(Label.id, Label.number, Label.state, Label.unit_id, Rma.order_id)
        .join(Rma, Rma.id == Label.rma_id)
        .where(Label.id.in_(label_ids))
        .order_by(Label.id)
    )
    return [LabelStanding(*row) for row in rows]


def labels_logged(session: Session, batch_id: int, label_ids: Sequence[int]) -> set[int]:
    """Those of the labels that the print log has for this batch."""
    logged = select(LabelPrint.label_id).where(LabelPrint.label_id.in_(label_ids), LabelPrint.batch_id == batch_id)
    return set(session.scalars(logged))


def labels_by_id(session: Session, label_ids: Sequence[int]) -> dict[int, Label]:
    """The labels with these ids, by id."""
    return {label.id: label for label in session.scalars(select(Label).where(Label.id.in_(label_ids)))}


def documents_of(session: Session, label_id: int) -> Sequence[LabelDocument]:
    """The files that came with a label, in the order in which the carrier gave them."""
    found = select(LabelDocument).where(LabelDocument.label_id == label_id)
    return session.scalars(found.order_by(LabelDocument.id)).all()


def keep_documents(session: Session, label_id: int, documents: Sequence[Document], *, now: datetime) -> None:
    """Keep the files that a carrier gave with a label."""
    for document in documents:
        digest = keep_blob(session, document.content, document.media_type, now=now)
        row = {"kind": document.kind.value, "media_type": document.media_type, "blob_digest": digest}
        session.add(LabelDocument(label_id=label_id, created_at=now, **row))
    session.flush()


def label_images(session: Session, label_ids: Sequence[int]) -> dict[int, bytes]:
    """The carriers' own pictures of these labels, by label; labels that we draw have none."""
    rows = session.execute(
        select(Label.id, Blob.content).join(Blob, Blob.digest == Label.image_digest).where(Label.id.in_(label_ids))
    )
    return dict(rows.all())


def labels_numbered(session: Session, numbers: Sequence[str]) -> Sequence[Label]:
    """The labels with these numbers."""
    return session.scalars(select(Label).where(Label.number.in_(numbers)).order_by(Label.id)).all()


def prints_of(session: Session, label_id: int) -> Sequence[LabelPrint]:
    """The print log of a label, the newest first."""
    return session.scalars(
        select(LabelPrint).where(LabelPrint.label_id == label_id).order_by(LabelPrint.at.desc(), LabelPrint.id.desc())
    ).all()
