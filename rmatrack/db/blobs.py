"""Files, kept in the database by their digest: what is the same is kept once."""

import hashlib
from datetime import datetime

from sqlalchemy import Integer, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Moment
from rmatrack.db.upsert import insert_of


class Blob(Base):
    """A file's bytes under the SHA-256 of them."""

    __tablename__ = "blob"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment)


def keep_blob(session: Session, content: bytes, media_type: str, *, now: datetime) -> str:
    """Keep *content* and return its digest; keeping it twice keeps it once."""
    digest = hashlib.sha256(content).hexdigest()
    row = {"digest": digest, "media_type": media_type, "size": len(content), "content": content, "created_at": now}
    insert = insert_of(session)
    session.execute(insert(Blob).values(row).on_conflict_do_nothing())
    return digest


def blob_content(session: Session, digest: str) -> bytes | None:
    """The bytes kept under *digest*."""
    return session.scalar(select(Blob.content).where(Blob.digest == digest))
