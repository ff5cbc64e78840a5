"""Labels on paper: one or thousands in a file, each at its true size (SPEC C-7).

A `Batch` is given label after label and may be asked for its file once. A label whose texts do not fit or cannot be
printed is refused as it comes (`PaperError`) and leaves nothing behind, so that the others go on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from carriers.dhl import TransportLabel
from carriers.expeditors import CartonLabel
from carriers.labels import Label, PlainLabel
from carriers.ups import ReturnLabel
from rmatrack.paper import dhl, expeditors, instructions, plain, sheet, specimen, ups, wrapped
from rmatrack.paper.instructions import Instructions
from rmatrack.paper.papers import FIELD_HEIGHT_MM, FIELD_WIDTH_MM, Paper, Spot, spots
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Barcode, Box, Pen, Symbology
from rmatrack.paper.wrapped import CarrierPicture, Ink

QUIET_MM = 3
"""Around a carrier's picture, which was cut to its ink."""


@dataclass(frozen=True, slots=True)
class PlacedBarcode:
    """A bar code on a page: `box` in mm from the lower left corner of the page, quiet zone included."""

    name: str
    symbology: Symbology
    content: str
    box: Box
    turned: bool


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A carrier's own label on a page: where its bar codes are nobody knows, what they must say is `says`."""

    says: tuple[str, ...]
    ink: Ink
    box: Box
    turned: bool


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """Which page (from 0) carries the label with this tracking number, and what must be readable there."""

    number: str
    page: int
    barcodes: tuple[PlacedBarcode, ...]
    picture: PlacedPicture | None = None


@dataclass(frozen=True, slots=True)
class Document:
    pdf: bytes
    labels: tuple[PlacedLabel, ...]


class Batch:
    """Labels on their way into one file of *paper*."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._spots = spots(paper)
        self._pdf = PdfFile("Labels")
        self._page: list[str] = []
        self._pages = 0
        self._filled = 0
        self._labels: list[PlacedLabel] = []

    def add(self, label: Label | CarrierPicture, told: Instructions | None = None) -> None:
        """Draw *label* in the next free place; *told* goes on its page where the paper has room for instructions.

        Raises `PaperError` when a text cannot be printed, and `carriers.errors.ShippingError` when a bar code cannot
        hold what the label says; then the label is not in the file.
        """
        spot = self._spots[self._filled]
        drawn = self._wrapped(label, spot) if isinstance(label, CarrierPicture) else self._drawn(label, spot)
        operators, barcodes, picture = drawn
        if self._paper.is_sheet and not self._filled:
            operators = f"{sheet.draw(self._pdf, self._paper)}\n{operators}"
        if told is not None and self._paper.with_instructions:
            operators = f"{operators}\n{instructions.draw(self._pdf, self._paper, told)}"
        self._page.append(operators)
        placed = tuple(_placed(each, spot) for each in barcodes)
        self._labels.append(PlacedLabel(label.number, self._pages, placed, picture))
        self._filled += 1
        if self._filled == len(self._spots):
            self._turn_page()

    def finish(self) -> Document:
        """Return the file and where its labels are."""
        if self._page:
            self._turn_page()
        return Document(self._pdf.finish(), tuple(self._labels))

    def _wrapped(self, label: CarrierPicture, spot: Spot) -> tuple[str, list[Barcode], PlacedPicture]:
        box, ink = wrapped.place(label, self._paper), wrapped.ink_of(label)
        name = f"Picture{len(self._labels)}"
        self._pdf.add_picture(name, ink.dots, ink.columns, ink.rows)
        foot = FIELD_HEIGHT_MM - box.y - box.height
        operators = f"q {spot.matrix} {box.width:.4f} 0 0 {box.height:.4f} {box.x:.4f} {foot:.4f} cm /{name} Do Q"
        return operators, [], PlacedPicture(label.says, ink, spot.on_page(box.around(QUIET_MM, QUIET_MM)), spot.turned)

    def _drawn(self, label: Label, spot: Spot) -> tuple[str, list[Barcode], None]:
        pen = Pen(self._pdf, FIELD_WIDTH_MM, FIELD_HEIGHT_MM, haloed=label.specimen)
        layout = _LAYOUTS[type(label)]
        layout.draw(pen, label)
        frame = self._frame(layout, marked=label.specimen)
        drawing = "\n".join(pen.operators)
        return f"q {spot.matrix} /{frame} Do\n{drawing}\nQ", pen.barcodes, None

    def _frame(self, layout: "_Layout", *, marked: bool) -> str:
        """Return the name of the drawing that all labels of this kind have in common."""
        name = f"{layout.name}Specimen" if marked else layout.name
        if not self._pdf.has_form(name):
            pen = Pen(self._pdf, FIELD_WIDTH_MM, FIELD_HEIGHT_MM)
            layout.frame(pen)
            if marked:
                pen.operators.append(
                    specimen.draw(self._pdf, FIELD_WIDTH_MM, FIELD_HEIGHT_MM, layout.marks, layout.kept_clear)
                )
            self._pdf.add_form(name, "\n".join(pen.operators), FIELD_WIDTH_MM, FIELD_HEIGHT_MM)
        return name

    def _turn_page(self) -> None:
        self._pdf.add_page("\n".join(self._page), *self._paper.size)
        self._page = []
        self._filled = 0
        self._pages += 1


def draw(labels: Iterable[Label], paper: Paper, *, told: Instructions | None = None) -> Document:
    """Draw all *labels* on *paper*; the first that cannot be printed refuses them all. See `Batch` for one by one."""
    batch = Batch(paper)
    for label in labels:
        batch.add(label, told)
    return batch.finish()


@dataclass(frozen=True, slots=True)
class _Layout:
    name: str
    frame: Callable[[Pen], None]
    draw: Callable[[Pen, Any], None]
    kept_clear: Sequence[Box]
    marks: Sequence[specimen.Mark]


_LAYOUTS: dict[type[Label], _Layout] = {
    ReturnLabel: _Layout("Ups", ups.frame, ups.draw, ups.KEPT_CLEAR, ups.MARKS),
    TransportLabel: _Layout("Dhl", dhl.frame, dhl.draw, dhl.KEPT_CLEAR, dhl.MARKS),
    PlainLabel: _Layout("Plain", plain.frame, plain.draw, plain.KEPT_CLEAR, plain.MARKS),
    CartonLabel: _Layout("Expeditors", expeditors.frame, expeditors.draw, expeditors.KEPT_CLEAR, expeditors.MARKS),
}


def _placed(barcode: Barcode, spot: Spot) -> PlacedBarcode:
    upright = barcode.symbology is Symbology.MAXICODE
    with_quiet = barcode.box.around(barcode.quiet, barcode.quiet if upright else 0)
    return PlacedBarcode(barcode.name, barcode.symbology, barcode.content, spot.on_page(with_quiet), spot.turned)
