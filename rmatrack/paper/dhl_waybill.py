"""DHL's waybill document: it goes to the courier, not on the box, and says what is sent, by whom, and what it is worth.

A carrier's own, where the carrier made the label, takes its place.
"""

from dataclasses import dataclass

from carriers import dhl
from carriers.countries import country
from carriers.dhl import TransportLabel
from carriers.shipment import Address
from carriers.writing import town
from rmatrack.paper import specimen
from rmatrack.paper.labels import Document, PlacedLabel
from rmatrack.paper.pages import MARGIN_MM, Pages, facts
from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box, Line, Pen, Symbology
from rmatrack.paper.places import person
from rmatrack.paper.specimen import Mark

TITLE = "WAYBILL DOC"
HINT = "Not to be attached to package – hand to courier"
LETTER_COUNTRIES = frozenset({"CA", "US", "PR"})
"""Where offices print on Letter."""

HEAD_MM = 31.5
CODE_MM = 22.0
_MODULES = (0.75, 0.375)


@dataclass(frozen=True, slots=True)
class WaybillDocument:
    """A transport label's waybill document; `worth` is the value for customs, where a border is crossed."""

    label: TransportLabel
    worth: str = ""

    @property
    def paper(self) -> Paper:
        return Paper.LETTER if self.label.shipment.ship_from.country in LETTER_COUNTRIES else Paper.A4


def draw(told: WaybillDocument) -> Document:
    """Draw *told* on a page; raises `PaperError`."""
    label = told.label
    pdf = PdfFile(f"{TITLE} {label.number}")
    pages = Pages(pdf, told.paper, lambda pen: _head(pen, label))
    _parties(pages, label)
    facts(pages, _facts(told), columns=3)
    pages.y += 3
    _barcodes(pages, label)
    _signature(pages)
    if label.specimen:
        _mark(pages, pdf)
    (barcodes,) = pages.finish()
    return Document(pdf.finish(), (PlacedLabel(label.number, 0, barcodes),))


def _head(pen: Pen, label: TransportLabel) -> float:
    right = pen.width - MARGIN_MM
    pen.text(MARGIN_MM, 22, f"*{TITLE}*", 20, strong=True)
    pen.text(MARGIN_MM, 28, HINT, 9)
    pen.text(right - 56, 22, "DHL", 20, strong=True)
    pen.white_on_black(Box(right - 30, 14, 30, 10.5), label.product.mark, 22)
    pen.rule(HEAD_MM, x=MARGIN_MM, width=right - MARGIN_MM, thick=0.5)
    return HEAD_MM + 3


def _mark(pages: Pages, pdf: PdfFile) -> None:
    """Write across the foot that this is a specimen; all bar codes are above."""
    pen = pages.pen
    above = Box(0, 0, pen.width, pages.y)
    marks = [Mark(pen.width / 2, (pages.y + pen.height) / 2, 30, 8)]
    pen.operators.append(specimen.draw(pdf, pen.width, pen.height, marks, [above]))


def _parties(pages: Pages, label: TransportLabel) -> None:
    half = (pages.width - 6) / 2
    feet = []
    for place, (title, address) in enumerate(
        (("Shipper", label.shipment.ship_from), ("Receiver", label.shipment.ship_to))
    ):
        x = MARGIN_MM + place * (half + 6)
        pages.pen.text(x, pages.y + 3, title, 6.5)
        lines = [Line(address.name, 10.5, strong=True), *(Line(line, 9.5) for line in _written(address))]
        feet.append(pages.pen.block(Box(x, pages.y + 3.4, half, 38), lines))
    pages.y = max(*feet, 72) + 3.5
    pages.pen.rule(pages.y - 1.5, x=MARGIN_MM, width=pages.width)
    pages.y += 1


def _written(place: Address) -> list[str]:
    return [person(place), *place.lines, town(place), country(place.country).name]


def _facts(told: WaybillDocument) -> list[tuple[str, str]]:
    label, shipment = told.label, told.label.shipment
    return [
        ("Product", f"[{label.product.code}] {label.product.title} ({label.product.number})"),
        ("Origin", label.origin_area),
        ("Destination", label.routing_line),
        ("Date", f"{shipment.issued_on:%Y-%m-%d}"),
        ("Reference", shipment.rma),
        ("Pieces", f"{shipment.number} of {shipment.count}"),
        ("Weight", f"{shipment.parcel.weight_kg:.1f} kg"),
        ("Dimensions", _size(label)),
        ("Declared value for customs", told.worth or "–"),
        ("Contents", f"{shipment.parcel.description}, serial {shipment.serial}"),
        ("Type of export", "Return of demonstration equipment"),
        ("Papers", "Customs invoice, three copies" if label.is_dutiable else "None: no customs border"),
    ]


def _size(label: TransportLabel) -> str:
    size = label.shipment.parcel.size_mm
    return " × ".join(str(round(side / 10)) for side in size) + " cm" if size else "–"


def _barcodes(pages: Pages, label: TransportLabel) -> None:
    pen, middle = pages.pen, pages.pen.width / 2
    for name, symbology, content, words in (
        ("waybill", Symbology.CODE_39, label.number, f"WAYBILL {dhl.grouped_waybill(label.number)}"),
        ("piece", Symbology.CODE_128, f"J{label.piece_id}", f"License plate {dhl.grouped_piece(label.piece_id)}"),
    ):
        box = Box(MARGIN_MM, pages.y, pages.width, CODE_MM)
        pen.bars(name, symbology, content, box, widths=_MODULES)
        pen.centred(middle, pages.y + CODE_MM + 5, words, 11, strong=True)
        pages.y += CODE_MM + 11


def _signature(pages: Pages) -> None:
    pages.make_room(26, TITLE)
    pages.y += 16
    third = (pages.width - 12) / 3
    for place, title in enumerate(("Picked up by: name", "Date and time", "Signature of the shipper")):
        x = MARGIN_MM + place * (third + 6)
        pages.pen.rule(pages.y, x=x, width=third)
        pages.pen.text(x, pages.y + 3.4, title, 6.5)
    pages.y += 5
