"""Files that a carrier makes: the label, and the papers that go with it."""

from dataclasses import dataclass
from enum import StrEnum

from carriers.errors import UnreadableError

_BEGINNINGS = {
    b"%PDF": "application/pdf",
    b"GIF8": "image/gif",
    b"\x89PNG": "image/png",
    b"^XA": "application/zpl",
}


class DocumentKind(StrEnum):
    LABEL = "label"
    WAYBILL = "waybill"
    INVOICE = "invoice"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Document:
    kind: DocumentKind
    media_type: str
    content: bytes


def document(kind: DocumentKind, content: bytes) -> Document:
    """Return *content* as a document; raises `UnreadableError` for what cannot be printed."""
    return Document(kind, media_type(content), content)


def media_type(content: bytes) -> str:
    """Return what *content* is by how it begins; raises `UnreadableError` for anything that cannot be printed."""
    for beginning, name in _BEGINNINGS.items():
        if content.startswith(beginning):
            return name
    raise UnreadableError(what="label")
