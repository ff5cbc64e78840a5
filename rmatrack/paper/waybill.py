"""The waybill-style document of a booking with a forwarder: parties, pieces, their container codes and worth (C-10)."""

from collections.abc import Sequence

from carriers.expeditors_api.waybill import NOT_NEGOTIABLE, TITLE, Waybill, WaybillLine
from rmatrack.paper.labels import Document, PlacedLabel
from rmatrack.paper.pages import MARGIN_MM, Column, Pages, facts, rma_corner, table
from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box, Line, Pen

_COLUMNS = (
    Column("SSCC", 42),
    Column("Goods", 0),
    Column("HS code", 21),
    Column("Made in", 19),
    Column("kg", 11, is_number=True),
    Column("Size in cm", 23, is_number=True),
    Column("Value", 25, is_number=True),
)


def draw(told: Waybill, paper: Paper) -> Document:
    """Draw what *told* says on *paper*; raises `PaperError`."""
    pdf = PdfFile(f"{TITLE} {told.number}")
    pages = Pages(pdf, paper, lambda pen: _head(pen, told))
    _parties(pages, told)
    facts(pages, _facts(told))
    pages.y += 1
    table(pages, _columns(pages.width), [_row(line) for line in told.lines])
    _signatures(pages)
    placed = tuple(PlacedLabel(told.number, page, barcodes) for page, barcodes in enumerate(pages.finish()))
    return Document(pdf.finish(), placed)


def _head(pen: Pen, told: Waybill) -> float:
    width = pen.width
    pen.fitted(MARGIN_MM, 22, 95, TITLE, 17, least=11, strong=True)
    pen.text(MARGIN_MM, 28.5, NOT_NEGOTIABLE, 8.5)
    rma_corner(pen, told.number)
    pen.rule(31.5, x=MARGIN_MM, width=width - 2 * MARGIN_MM, thick=0.5)
    return 34.5


def _parties(pages: Pages, told: Waybill) -> None:
    third = (pages.width - 10) / 3
    feet = []
    for place, (title, lines) in enumerate(
        (("Shipper", told.shipper), ("Consignee", told.consignee), ("Notify", told.notify))
    ):
        x = MARGIN_MM + place * (third + 5)
        pages.pen.text(x, pages.y + 3, title, 6.5)
        feet.append(_block(pages, Box(x, pages.y + 3.4, third, 38), lines))
    pages.y = max(feet) + 3.5
    pages.pen.rule(pages.y - 1.5, x=MARGIN_MM, width=pages.width)
    pages.y += 1


def _block(pages: Pages, box: Box, lines: Sequence[str]) -> float:
    first, *others = lines
    written = [Line(first, 9, strong=True), *(Line(line, 8.5) for line in others)]
    return pages.pen.block(box, written, least=0.6)


def _facts(told: Waybill) -> list[tuple[str, str]]:
    return [
        ("Reference", told.number),
        ("Our account", told.account or "–"),
        ("Terms of delivery", told.incoterm),
        ("Reason", told.reason),
        ("Pieces", told.pieces),
        ("Gross weight", told.gross_weight),
        ("Volume", told.volume),
        ("Value for customs", told.customs_value),
    ]


def _columns(width: float) -> list[Column]:
    """Give the goods what the other columns leave."""
    rest = width - sum(column.width for column in _COLUMNS)
    return [column if column.width else Column(column.title, rest) for column in _COLUMNS]


def _row(line: WaybillLine) -> list[str]:
    goods = f"{line.description}\nSerial {line.serials}"
    return [line.sscc, goods, line.tariff_code, line.origin, line.kilograms, line.size or "–", line.value]


def _signatures(pages: Pages) -> None:
    pages.make_room(34, TITLE)
    pages.y += 24
    half = (pages.width - 10) / 2
    for place, title in enumerate(("Handed over by: name, date, signature", "Received by: name, date, signature")):
        x = MARGIN_MM + place * (half + 10)
        pages.pen.rule(pages.y, x=x, width=half)
        pages.pen.text(x, pages.y + 3.4, title, 6.5)
