"""The customs invoice of a return: who sends, who imports, what it is worth and why it travels (SPEC C-10).

It is written in English, which customs read everywhere; only the line at the foot is for whoever sends the device.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rmatrack.paper.labels import Document, PlacedLabel
from rmatrack.paper.lettering import MM_PER_POINT, bold
from rmatrack.paper.pages import FOOT_MM, MARGIN_MM, Column, Pages, facts, rma_corner, table
from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box, Line, Pen

TITLE = "COMMERCIAL INVOICE"
REASON = "Return of demonstration equipment"
DECLARATION = (
    "Used equipment, lent for a trial and returned to its owner: not sold, and still the owner's property.",
    "Values are for customs purposes only. I declare that what this invoice says is true and correct.",
)
LETTER_COUNTRIES = frozenset({"CA", "US", "PR"})
"""Where offices print on Letter."""

_COLUMNS = (
    Column("No.", 7),
    Column("Goods", 0),
    Column("HS code", 23),
    Column("Made in", 21),
    Column("Qty", 10, is_number=True),
    Column("Net kg", 14, is_number=True),
    Column("Gross kg", 14, is_number=True),
    Column("Unit value", 20, is_number=True),
    Column("Value", 21, is_number=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One model: numbers as they are printed."""

    goods: str
    serials: tuple[str, ...]
    hs_code: str
    made_in: str
    quantity: str
    net_kg: str
    gross_kg: str
    unit_value: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What the paper says. `exporter`, `importer`, `sender` and `receiver` are lines of a block, a name first.

    `told` is a line for the sender in its own language; `paper` is A4 or Letter.
    """

    number: str
    order: str
    issued_on: date
    paper: Paper
    exporter: tuple[str, ...]
    importer: tuple[str, ...]
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    carrier: str
    carrier_numbers: tuple[str, ...]
    origin: str
    destination: str
    incoterm: str
    packages: str
    net_kg: str
    gross_kg: str
    currency: str
    total: str
    lines: tuple[InvoiceLine, ...]
    signatory: str
    told: str


def draw(invoices: Iterable[Invoice]) -> Document:
    """Draw *invoices* one behind the other; each begins on a page of its own. Raises `PaperError`."""
    pdf = PdfFile("Customs invoices")
    placed: list[PlacedLabel] = []
    for invoice in invoices:
        pages = _drawn(pdf, invoice)
        first = len(placed)
        placed += [PlacedLabel(invoice.number, first + page, barcodes) for page, barcodes in enumerate(pages.finish())]
    return Document(pdf.finish(), tuple(placed))


def _drawn(pdf: PdfFile, invoice: Invoice) -> Pages:
    pages = Pages(pdf, invoice.paper, lambda pen: _head(pen, invoice))
    _parties(pages, invoice)
    facts(pages, _facts(invoice))
    pages.y += 1
    table(pages, _columns(pages.width), [_row(place, line) for place, line in enumerate(invoice.lines, start=1)])
    _totals(pages, invoice)
    _signature(pages, invoice)
    return pages


def _head(pen: Pen, invoice: Invoice) -> float:
    width = pen.width
    pen.fitted(MARGIN_MM, 23, 95, TITLE, 20, least=14, strong=True)
    pen.text(MARGIN_MM, 28.5, REASON, 9)
    rma_corner(pen, invoice.number)
    pen.rule(31.5, x=MARGIN_MM, width=width - 2 * MARGIN_MM, thick=0.5)
    return 34.5


def _parties(pages: Pages, invoice: Invoice) -> None:
    half = (pages.width - 6) / 2
    for left, right in (
        (("Exporter", invoice.exporter), ("Importer of record", invoice.importer)),
        (("Collect from", invoice.sender), ("Deliver to", invoice.receiver)),
    ):
        feet = [
            _party(pages, MARGIN_MM + place * (half + 6), half, title, lines)
            for place, (title, lines) in enumerate((left, right))
        ]
        pages.y = max(feet) + 3.5
    pages.pen.rule(pages.y - 1.5, x=MARGIN_MM, width=pages.width)
    pages.y += 1


def _party(pages: Pages, x: float, width: float, title: str, lines: Sequence[str]) -> float:
    pages.pen.text(x, pages.y + 3, title, 6.5)
    first, *others = lines
    box = Box(x, pages.y + 3.4, width, 34)
    return pages.pen.block(box, [Line(first, 9.5, strong=True), *(Line(line, 8.5) for line in others)], least=0.6)


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    return [
        ("Invoice number", invoice.number),
        ("Date", f"{invoice.issued_on:%d %b %Y}"),
        ("Demo order", invoice.order),
        ("Terms of delivery", invoice.incoterm),
        ("From", invoice.origin),
        ("To", invoice.destination),
        ("Carrier", invoice.carrier),
        ("Waybills", ", ".join(invoice.carrier_numbers) or "see label"),
        ("Packages", invoice.packages),
        ("Net weight", f"{invoice.net_kg} kg"),
        ("Gross weight", f"{invoice.gross_kg} kg"),
        ("Type of export", "Permanent, return to origin"),
    ]


def _columns(width: float) -> list[Column]:
    """Give the goods what the other columns leave."""
    rest = width - sum(column.width for column in _COLUMNS)
    return [column if column.width else Column(column.title, rest) for column in _COLUMNS]


def _row(place: int, line: InvoiceLine) -> list[str]:
    serials = "\n".join(["Serial numbers:" if len(line.serials) > 1 else "Serial number:", *line.serials])
    return [
        str(place),
        f"{line.goods}\n{serials}",
        line.hs_code,
        line.made_in,
        line.quantity,
        line.net_kg,
        line.gross_kg,
        line.unit_value,
        line.value,
    ]


def _totals(pages: Pages, invoice: Invoice) -> None:
    pages.make_room(12, invoice.total)
    right = MARGIN_MM + pages.width - 2
    total = f"{invoice.currency} {invoice.total}"
    pages.pen.right(right, pages.y + 7, total, 13, strong=True)
    pages.pen.right(right - bold().width(total) * 13 * MM_PER_POINT - 6, pages.y + 7, "Total value for customs", 9)
    pages.y += 12


def _signature(pages: Pages, invoice: Invoice) -> None:
    pages.make_room(30, DECLARATION[0])
    lines = [Line(text, 8.5) for text in DECLARATION]
    pages.y = pages.pen.block(Box(MARGIN_MM, pages.y, pages.width, 18), lines) + 14
    third = (pages.width - 12) / 3
    for place, (title, value) in enumerate((("Name", invoice.signatory), ("Place and date", ""), ("Signature", ""))):
        x = MARGIN_MM + place * (third + 6)
        if value:
            pages.pen.fitted(x, pages.y - 1.4, third, value, 9, least=5)
        pages.pen.rule(pages.y, x=x, width=third)
        pages.pen.text(x, pages.y + 3.4, title, 6.5)
    foot = pages.pen.height - FOOT_MM + 4
    pages.pen.block(Box(MARGIN_MM, foot, pages.width - 20, 8), [Line(invoice.told, 8)])
