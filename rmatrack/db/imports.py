"""Files of shipments on their way in: kept from the upload until somebody confirms the preview."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from rmatrack.db.base import Base, Id, Moment


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

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
