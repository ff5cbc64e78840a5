"""Files of shipments on their way in: kept from the upload until somebody confirms the preview."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.people import Person


class ImportFile(Base):
    """An uploaded file. `mapping` says which column is which, where a person had to."""

    __tablename__ = "import_file"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    blob_digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    mapping: Mapped[dict[str, object]] = mapped_column(JSON)
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    loaded_at: Mapped[datetime | None] = mapped_column(Moment)
    summary: Mapped[dict[str, object] | None] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.


def import_file(session: Session, file_id: int) -> ImportFile | None:
    """The uploaded file *file_id*."""
    return session.get(ImportFile, file_id)


def newest_import_files(session: Session, *, before: int | None = None, limit: int) -> Sequence[ImportFile]:
    """The files uploaded last, with who did; those below the id *before*."""
    newest = select(ImportFile).options(joinedload(ImportFile.person)).order_by(ImportFile.id.desc()).limit(limit)
    if before is not None:
        newest = newest.where(ImportFile.id < before)
    return session.scalars(newest).all()
