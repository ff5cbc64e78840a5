"""The chain of custody of a device, or of a whole return, as a document: every event with its moment and its proof.

Values in, bytes out; the same values give the same bytes. Nothing in it is cut off: what is long is broken into lines,
what the typeface has no letter for becomes a question mark, because a document that cannot be printed proves nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from rmatrack.paper.lettering import MM_PER_POINT, Face, bold, regular
from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box, Pen

MARGIN_MM = 18
FOOT_MM = 16
GUTTER_MM = 5
MOMENT_MM = 40
PROOF_MM = 50
PICTURE_MM = 22
LEADING = 1.35
SMALL, NORMAL, LARGE, TITLE = 7.0, 9.0, 11.0, 22.0
"""Sizes in points."""

_GREY = "0.42 g"
_BLACK = "0 g"
_NO_LETTER = "?"


@dataclass(frozen=True, slots=True)
class Fact:
    """A word and what it is here."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as a JPEG file, with its size in dots."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event: when (in UTC, and where the customer is), what and by whom, more about it, and what proves it."""

    moment: str
    local: str
    title: str
    by: str
    lines: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """All that stands in the document. `page` has the places `%(page)s` and `%(pages)s`."""

    vendor: str
    kind: str
    title: str
    facts: tuple[Fact, ...]
    headings: tuple[str, str, str]
    steps: tuple[Step, ...]
    seal_title: str
    seal: tuple[str, ...]
    page: str


@dataclass(slots=True)
class _Sheet:
    """A page while it is written; `y` is how far down it is."""

    pen: Pen
    y: float


def draw(custody: Custody) -> bytes:
    """Return the document as a PDF file of A4 pages."""
    pdf = PdfFile(f"{custody.kind} {custody.title}")
    sheets = list(_sheets(pdf, custody))
    width, height = Paper.A4.size
    for number, sheet in enumerate(sheets, 1):
        _foot(sheet.pen, custody, number, len(sheets))
        pdf.add_page("\n".join(sheet.pen.operators), width, height)
    return pdf.finish()


def _sheets(pdf: PdfFile, custody: Custody) -> Iterator[_Sheet]:
    """Yield page after page as they are begun; each is whole once the next is asked for."""
    sheet = _new(pdf)
    _head(sheet, custody)
    yield sheet
    for number, step in enumerate(custody.steps):
        if sheet.y + _height(step) > _floor():
            sheet = _new(pdf)
            _headings(sheet, custody)
            yield sheet
        _step(pdf, sheet, step, number)
    lines = [line for each in custody.seal for line in _lines(regular(), each, SMALL, _room())]
    if sheet.y + 14 + len(lines) * _line(SMALL) > _floor():
        sheet = _new(pdf)
        yield sheet
    _seal(sheet, custody, lines)


def _new(pdf: PdfFile) -> _Sheet:
    width, height = Paper.A4.size
    return _Sheet(Pen(pdf, width, height), MARGIN_MM)


def _room() -> float:
    return Paper.A4.size[0] - 2 * MARGIN_MM


def _floor() -> float:
    return Paper.A4.size[1] - MARGIN_MM - FOOT_MM / 2


def _line(size: float) -> float:
    """Return how far apart lines of *size* points are, in mm."""
    return size * LEADING * MM_PER_POINT


def _head(sheet: _Sheet, custody: Custody) -> None:
    """Write whose document it is, what it is about, and the facts, two beside each other."""
    _write(sheet.pen, MARGIN_MM, sheet.y + 3, custody.vendor, SMALL, grey=True)
    _write(sheet.pen, MARGIN_MM, sheet.y + 11, custody.kind, LARGE)
    _write(sheet.pen, MARGIN_MM, sheet.y + 21, custody.title, TITLE, strong=True)
    sheet.y += 28
    column = (_room() - GUTTER_MM) / 2
    for left, right in zip(custody.facts[::2], [*custody.facts[1::2], None], strict=False):
        tops = [sheet.y]
        for fact, x in ((left, MARGIN_MM), (right, MARGIN_MM + column + GUTTER_MM)):
            if fact:
                _write(sheet.pen, x, sheet.y + 3, fact.name, SMALL, grey=True)
                tops.append(_column(sheet.pen, x, sheet.y + 3.4, _lines(regular(), fact.value, NORMAL, column), NORMAL))
        sheet.y = max(tops) + 2.2
    sheet.y += 3
    _headings(sheet, custody)


def _headings(sheet: _Sheet, custody: Custody) -> None:
    for x, heading in zip(_columns(), custody.headings, strict=True):
        _write(sheet.pen, x, sheet.y + 3, heading, SMALL, grey=True)
    sheet.pen.rule(sheet.y + 4.6, x=MARGIN_MM, width=_room(), thick=0.35)
    sheet.y += 6.4


def _columns() -> tuple[float, float, float]:
    """Return where the columns begin: moment, event, proof."""
    return MARGIN_MM, MARGIN_MM + MOMENT_MM + GUTTER_MM, MARGIN_MM + _room() - PROOF_MM


def _middle() -> float:
    return _room() - MOMENT_MM - PROOF_MM - 2 * GUTTER_MM


def _told(step: Step) -> tuple[list[str], list[str], list[str]]:
    """Return the lines of an event's middle: its title, by whom, and the rest."""
    title = _lines(bold(), step.title, NORMAL, _middle())
    by = _lines(regular(), step.by, SMALL, _middle())
    rest = [line for each in step.lines for line in _lines(regular(), each, SMALL, _middle())]
    return title, by, rest


def _proof(step: Step) -> list[str]:
    return [line for each in step.proof for line in _lines(regular(), each, SMALL, PROOF_MM)]


def _height(step: Step) -> float:
    title, by, rest = _told(step)
    told = len(title) * _line(NORMAL) + (len(by) + len(rest)) * _line(SMALL) + _pictures_height(step)
    return max(told, len(_proof(step)) * _line(SMALL), 2 * _line(NORMAL)) + 4


def _pictures_height(step: Step) -> float:
    rows = -(-len(step.pictures) // _in_a_row())
    return rows * (PICTURE_MM + 1.5) + (1.5 if rows else 0)


def _in_a_row() -> int:
    return int(_middle() // (PICTURE_MM + 1.5))


def _step(pdf: PdfFile, sheet: _Sheet, step: Step, number: int) -> None:
    pen, top = sheet.pen, sheet.y
    moment_x, event_x, proof_x = _columns()
    foot = _column(pen, moment_x, top, _lines(bold(), step.moment, NORMAL, MOMENT_MM), NORMAL, strong=True)
    _column(pen, moment_x, foot, _lines(regular(), step.local, SMALL, MOMENT_MM), SMALL, grey=True)
    title, by, rest = _told(step)
    y = _column(pen, event_x, top, title, NORMAL, strong=True)
    y = _column(pen, event_x, y, rest, SMALL)
    y = _column(pen, event_x, y, by, SMALL, grey=True)
    _pictures(pdf, pen, step, number, event_x, y + 1.5)
    _column(pen, proof_x, top, _proof(step), SMALL, grey=True)
    sheet.y = top + _height(step)
    pen.operators.append("0.82 g")
    pen.rule(sheet.y - 2, x=MARGIN_MM, width=_room(), thick=0.15)
    pen.operators.append(_BLACK)


def _pictures(pdf: PdfFile, pen: Pen, step: Step, number: int, x: float, y: float) -> None:
    """Draw the photos in rows, each whole and as large as its square lets it be."""
    for place, picture in enumerate(step.pictures):
        name = f"Photo{number}x{place}"
        pdf.add_photo(name, picture.jpeg, picture.width, picture.height)
        row, across = divmod(place, _in_a_row())
        scale = PICTURE_MM / max(picture.width, picture.height)
        width, height = picture.width * scale, picture.height * scale
        left = x + across * (PICTURE_MM + 1.5)
        foot = pen.height - (y + row * (PICTURE_MM + 1.5)) - height
        pen.operators.append(f"q {width:.3f} 0 0 {height:.3f} {left:.3f} {foot:.3f} cm /{name} Do Q")


def _seal(sheet: _Sheet, custody: Custody, lines: Sequence[str]) -> None:
    """Write how the reader can make sure that nothing was changed."""
    top = sheet.y + 3
    height = 9 + len(lines) * _line(SMALL)
    sheet.pen.frame(Box(MARGIN_MM - 3, top, _room() + 6, height), 0.25)
    _write(sheet.pen, MARGIN_MM, top + 5, custody.seal_title, NORMAL, strong=True)
    sheet.y = _column(sheet.pen, MARGIN_MM, top + 5.6, lines, SMALL) + 4


def _foot(pen: Pen, custody: Custody, page: int, pages: int) -> None:
    y = pen.height - MARGIN_MM + 4
    _write(pen, MARGIN_MM, y, f"{custody.kind} · {custody.title}", SMALL, grey=True)
    pen.operators.append(_GREY)
    pen.right(pen.width - MARGIN_MM, y, _printable(regular(), custody.page % {"page": page, "pages": pages}), SMALL)
    pen.operators.append(_BLACK)


def _column(
    pen: Pen, x: float, y: float, lines: Sequence[str], size: float, *, strong: bool = False, grey: bool = False
) -> float:
    """Write *lines* under each other from *y* down; return where they end."""
    for line in lines:
        y += _line(size)
        _write(pen, x, y, line, size, strong=strong, grey=grey)
    return y


def _write(pen: Pen, x: float, y: float, text: str, size: float, *, strong: bool = False, grey: bool = False) -> None:
    if grey:
        pen.operators.append(_GREY)
    pen.text(x, y, _printable(bold() if strong else regular(), text), size, strong=strong)
    if grey:
        pen.operators.append(_BLACK)


def _printable(face: Face, text: str) -> str:
    """Return *text* with a question mark for each character that the typeface has no letter for."""
    tidy = normalize("NFC", " ".join(text.split()))
    return "".join(letter if face.has(letter) else _NO_LETTER for letter in tidy)


def _lines(face: Face, text: str, size: float, width: float) -> list[str]:
    """Break *text* at blanks into lines of *width* mm, and inside a word only where it is longer than a line."""
    room = width / (size * MM_PER_POINT)
    lines: list[str] = []
    current = ""
    for word in _printable(face, text).split():
        for part in _parts(face, word, room):
            longer = f"{current} {part}" if current else part
            if face.width(longer) <= room:
                current = longer
                continue
            lines.append(current)
            current = part
    return [*lines, current] if current else lines


def _parts(face: Face, word: str, room: float) -> Iterator[str]:
    while face.width(word) > room:
        fits = next(length for length in range(len(word), 0, -1) if length == 1 or face.width(word[:length]) <= room)
        yield word[:fits]
        word = word[fits:]
    if word:
        yield word
