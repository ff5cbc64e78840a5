"""Drawing labels into one file and reading them back, label by label, with no transaction open (SPEC C-7, C-8).

A label whose barcodes do not read back, or that cannot be drawn, is held with the reason; the file is drawn again
without it, so that it never leaves.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from carriers.errors import ShippingError
from carriers.kinds import KINDS
from carriers.labels import Label as DrawnLabel
from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.labels import Label, label_images, labels_by_id
from rmatrack.domain.errors import RmatrackError, RuleBrokenError, _
from rmatrack.domain.sentences import Sentence
from rmatrack.paper.instructions import Instructions
from rmatrack.paper.labels import Batch, Document
from rmatrack.paper.papers import Paper
from rmatrack.paper.readback import ReadBack, read_back
from rmatrack.paper.wrapped import CarrierPicture
from rmatrack.services.instructions import instructions_for
from rmatrack.services.label_content import kept_shipment, kept_told, label_of
from rmatrack.services.thermal import MEDIA_TYPE, ThermalFile

MISREAD = _("The %(barcode)s barcode should say %(expected)s, but reads %(read)s.")
UNREADABLE = _("The %(barcode)s barcode should say %(expected)s, but cannot be read.")


class NoPictureError(RuleBrokenError):
    """A label that the carrier made, and did not give: ours would be a forgery."""

    code = "carrier-picture-missing"
    message = _("The carrier gave no picture of %(number)s. Have the carrier make another label.")


Reader = Callable[[Document], Iterable[ReadBack]]
Progress = Callable[[int], None]
"""Told how many labels were drawn and read back since it was told last. It may raise, to stop."""


@dataclass(frozen=True, slots=True)
class LabelToDraw:
    """A label's id, and what is kept of it."""

    id: int
    carrier: Carrier
    number: str
    piece: str
    content: Mapping[str, Any]
    image: bytes | None = None
    """The carrier's own picture of it; without one it is ours to draw."""


def labels_to_draw(session: Session, label_ids: Sequence[int]) -> list[LabelToDraw]:
    """Return what drawing needs of these labels, in their order, free of the session."""
    labels = labels_by_id(session, label_ids)
    pictured = [label.id for label in labels.values() if label.image_digest is not None]
    images = label_images(session, pictured) if pictured else {}
    return [_to_draw(labels[label_id], images.get(label_id)) for label_id in label_ids if label_id in labels]


def _to_draw(label: Label, image: bytes | None) -> LabelToDraw:
    return LabelToDraw(label.id, Carrier(label.carrier), label.number, label.piece, label.content, image)


@dataclass(frozen=True, slots=True)
class Held:
    """A label that is not in the file, and why."""

    label_id: int
    number: str
    why: Sentence


@dataclass(frozen=True, slots=True)
class Drawn:
    """The file with the labels that read back, their ids as they come in it, and those held.

    For a thermal printer the file is ZPL, which its `media_type` says.
    """

    pdf: bytes | None
    label_ids: tuple[int, ...]
    held: tuple[Held, ...]
    media_type: str = "application/pdf"


def draw_labels(
    labels: Callable[[], Iterable[LabelToDraw]],
    paper: Paper,
    *,
    progress: Progress | None = None,
    reader: Reader = read_back,
    thermal: ThermalFile | None = None,
) -> Drawn:
    """Draw *labels* on *paper* and read the file back; they are asked for again where some had to be held."""
    read = reader if thermal is None else thermal.read
    held: dict[int, Held] = {}
    tell = progress or _in_silence
    while True:
        document, ids = _draw((label for label in labels() if label.id not in held), paper, held)
        if document is None:
            return Drawn(None, (), tuple(held.values()))
        misread = _misread(document, ids, read, tell)
        if not misread and thermal is not None:
            return Drawn(thermal.content, ids, tuple(held.values()), MEDIA_TYPE)
        if not misread:
            return Drawn(document.pdf, ids, tuple(held.values()))
        held |= misread
        tell = _in_silence


def sheet(label: LabelToDraw, paper: Paper) -> bytes:
    """Return a page with one label, to be looked at; it is not read back, and must not leave.

    Raises `PaperError` or `carriers.errors.ShippingError`.
    """
    batch = Batch(paper)
    batch.add(_drawing(label), _told(label, paper))
    return batch.finish().pdf


def _drawing(label: LabelToDraw) -> DrawnLabel | CarrierPicture:
    """Return the carrier's own picture with what its bar codes must say, or our drawing."""
    if label.image is not None:
        return CarrierPicture(label.number, label.image, KINDS[label.carrier].barcodes(label.number, label.piece))
    if label.content["kind"] == SourceKind.LIVE:
        raise NoPictureError(number=label.number)
    return label_of(label.carrier, label.number, label.piece, label.content)


def _draw(
    labels: Iterable[LabelToDraw], paper: Paper, held: dict[int, Held]
) -> tuple[Document | None, tuple[int, ...]]:
    """Return the file and the ids in it; what cannot be drawn joins *held*."""
    batch = Batch(paper)
    ids: list[int] = []
    for label in labels:
        try:
            batch.add(_drawing(label), _told(label, paper))
        except (RmatrackError, ShippingError) as error:
            held[label.id] = Held(label.id, label.number, Sentence(error.message, error.params))
        else:
            ids.append(label.id)
    return (batch.finish() if ids else None), tuple(ids)


def _told(label: LabelToDraw, paper: Paper) -> Instructions | None:
    if not paper.with_instructions:
        return None
    return instructions_for(label.carrier, kept_shipment(label.content), kept_told(label.content))


def _misread(document: Document, ids: Sequence[int], reader: Reader, progress: Progress) -> dict[int, Held]:
    """Read every label of *document*, which come in the order of *ids*; return those that must not leave."""
    held: dict[int, Held] = {}
    for label_id, read in zip(ids, reader(document), strict=True):
        if not read.is_fine:
            held[label_id] = Held(label_id, read.number, _why(read))
        progress(1)
    return held


def _why(read: ReadBack) -> Sentence:
    first = read.misread[0]
    params = {"barcode": first.name, "expected": first.expected, "read": first.read}
    return Sentence(MISREAD if first.read else UNREADABLE, params)


def _in_silence(_count: int) -> None:
    """Tell nobody: what is drawn again was counted before."""
