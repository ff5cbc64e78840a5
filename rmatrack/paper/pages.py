"""Pages of an office document: filled from top to bottom, turned when full, headed alike, numbered at the end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rmatrack.paper.errors import TextTooLongError
from rmatrack.paper.labels import PlacedBarcode
from rmatrack.paper.lettering import MM_PER_POINT, Face, bold, regular
from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import SHRINK, Barcode, Box, Line, Pen, Symbology, wrapped

MARGIN_MM = 15.0
FOOT_MM = 20.0
RMA_MM = 80.0
"""What the longest RMA number takes as bars, quiet zones included."""

LEADING = 1.3
LEAST = 0.65
"""How small a text may become to fit its column, in parts of the size it should have."""


class Pages:
    """One document. *head* draws what every page begins with and returns where the rest may begin, in mm from above."""

    def __init__(self, pdf: PdfFile, paper: Paper, head: Callable[[Pen], float]) -> None:
        self._pdf = pdf
        self._paper = paper
        self._head = head
        self._pens: list[Pen] = []
        self.y = 0.0
        self.turn()

    @property
    def pen(self) -> Pen:
        return self._pens[-1]

    @property
    def width(self) -> float:
        """Return how wide the pages are between their margins."""
        return self._paper.size[0] - 2 * MARGIN_MM

    @property
    def left(self) -> float:
        """Return how high the rest of the page is."""
        return self._paper.size[1] - FOOT_MM - self.y

    def turn(self) -> None:
        self._pens.append(Pen(self._pdf, *self._paper.size))
        self.y = self._head(self.pen)

    def make_room(self, height: float, text: str) -> None:
        """Turn the page where less than *height* mm is left; refuse *text* where even a fresh page has not as much."""
        if height > self.left:
            self.turn()
        if height > self.left:
            raise TextTooLongError(text=text)

    def finish(self) -> list[tuple[PlacedBarcode, ...]]:
        """Number the pages, put them into the file, and return the bar codes of each."""
        width, height = self._paper.size
        for number, pen in enumerate(self._pens, start=1):
            pen.right(width - MARGIN_MM, height - 10, f"{number} / {len(self._pens)}", 8)
            self._pdf.add_page("\n".join(pen.operators), width, height)
        return [tuple(_placed(barcode, height) for barcode in pen.barcodes) for pen in self._pens]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, `width` in mm."""

    title: str
    width: float
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class _Cell:
    column: Column
    x: float
    face: Face
    size: float
    lines: Sequence[str]

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LEADING * MM_PER_POINT


def table(pages: Pages, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, size: float = 8) -> None:
    """Draw *rows* whole, turning pages between them; the titles stand on every page. Raises `PaperError`."""
    titles = _cells(columns, [column.title for column in columns], bold(), size * 0.85)
    pages.make_room(_height(titles) + 8, columns[0].title)
    _draw_titles(pages, titles)
    for row in rows:
        cells = _cells(columns, row, regular(), size)
        height = _height(cells)
        if height > pages.left:
            pages.turn()
            _draw_titles(pages, titles)
        pages.make_room(height, max(row, key=len))
        _draw_row(pages, cells)
        pages.pen.rule(pages.y, x=MARGIN_MM, width=pages.width, thick=0.15)


def facts(pages: Pages, told: Sequence[tuple[str, str]], *, columns: int = 4) -> None:
    """Draw names with their values beneath, some in a row."""
    width = pages.width / columns
    for start in range(0, len(told), columns):
        pages.make_room(11, told[start][1])
        for place, (name, value) in enumerate(told[start : start + columns]):
            x = MARGIN_MM + place * width
            pages.pen.fitted(x, pages.y + 3, width - 2, name, 6.5, least=4.5)
            pages.pen.block(Box(x, pages.y + 3.2, width - 2, 7.6), [Line(value, 9, strong=True)], least=0.5)
        pages.y += 11.5


def rma_corner(pen: Pen, rma: str) -> None:
    """Draw an RMA number as bars in the upper right corner of a page, with itself below."""
    right = pen.width - MARGIN_MM
    barcode = pen.bars("rma", Symbology.CODE_128, rma, Box(right - RMA_MM, 12, RMA_MM, 12), at_right=True)
    pen.centred(barcode.box.x + barcode.box.width / 2, 28.5, f"RMA {rma}", 9, strong=True)


def _draw_titles(pages: Pages, titles: Sequence[_Cell]) -> None:
    _draw_row(pages, titles)
    pages.pen.rule(pages.y, x=MARGIN_MM, width=pages.width, thick=0.4)


def _draw_row(pages: Pages, cells: Sequence[_Cell]) -> None:
    for cell in cells:
        y = pages.y + 1.2
        for line in cell.lines:
            y += cell.size * LEADING * MM_PER_POINT
            write = pages.pen.right if cell.column.is_number else pages.pen.text
            x = cell.x + cell.column.width - 2 if cell.column.is_number else cell.x
            write(x, y, line, cell.size, strong=cell.face is bold())
    pages.y += _height(cells)


def _height(cells: Sequence[_Cell]) -> float:
    return max(cell.height for cell in cells) + 3.2


def _cells(columns: Sequence[Column], texts: Sequence[str], face: Face, size: float) -> list[_Cell]:
    cells = []
    x = MARGIN_MM
    for column, text in zip(columns, texts, strict=True):
        cells.append(_fitted(column, x, face, size, text))
        x += column.width
    return cells


def _fitted(column: Column, x: float, face: Face, size: float, text: str) -> _Cell:
    """Return *text* broken into lines as wide as its column, smaller where a word needs it."""
    paragraphs = [face.set(part) for part in text.split("\n")]
    scale = 1.0
    while scale >= LEAST:
        room = (column.width - 2) / (size * scale * MM_PER_POINT)
        broken = [wrapped(face, paragraph, room) for paragraph in paragraphs]
        if all(broken):
            return _Cell(column, x, face, size * scale, [line for lines in broken if lines for line in lines])
        scale *= SHRINK
    raise TextTooLongError(text=text)


def _placed(barcode: Barcode, height: float) -> PlacedBarcode:
    box = barcode.box.around(barcode.quiet, 0)
    on_page = Box(box.x, height - box.y - box.height, box.width, box.height)
    return PlacedBarcode(barcode.name, barcode.symbology, barcode.content, on_page, turned=False)
