"""Files that go with a mail, kept by their digest until it leaves and afterwards."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ForeignKey, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base
from rmatrack.db.blobs import Blob


class MailAttachment(Base):
    """A file of a mail, at its `place` among them, from 1."""

    __tablename__ = "mail_attachment"

    mail_id: Mapped[int] = mapped_column(ForeignKey("outbox_mail.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    blob_digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"))


class Enclosure(NamedTuple):
    """A file as it is put into the message."""

    name: str
    media_type: str
    content: bytes


def attach(session: Session, files: Mapping[int, Sequence[tuple[str, str]]]) -> None:
    """Put files, by name and digest, to mails, by id."""
    rows = [
        {"mail_id": mail_id, "place": place, "name": name, "blob_digest": digest}
        for mail_id, each in files.items()
        for place, (name, digest) in enumerate(each, start=1)
    ]
    if rows:
        session.execute(insert(MailAttachment), rows)


def enclosures_of(session: Session, mail_ids: Collection[int]) -> dict[int, list[Enclosure]]:
    """The files of some mails, by mail; mails without any are left out."""
    found: dict[int, list[Enclosure]] = {}
    if mail_ids:
        rows = session.execute(
            select(MailAttachment.mail_id, MailAttachment.name, Blob.media_type, Blob.content)
            .join(Blob, Blob.digest == MailAttachment.blob_digest)
            .where(MailAttachment.mail_id.in_(mail_ids))
            .order_by(MailAttachment.mail_id, MailAttachment.place)
        )
        for mail_id, name, media_type, content in rows:
            found.setdefault(mail_id, []).append(Enclosure(name, media_type, content))
    return found


def names_of(session: Session, mail_id: int) -> list[tuple[str, str]]:
    """The names and digests of a mail's files, in their order."""
    question = select(MailAttachment.name, MailAttachment.blob_digest).where(MailAttachment.mail_id == mail_id)
    return [(name, digest) for name, digest in session.execute(question.order_by(MailAttachment.place))]
