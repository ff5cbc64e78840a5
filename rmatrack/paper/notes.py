"""A note to take along: whom to call, what to say, what to have ready; numbered sections on one sheet of A4."""

from collections.abc import Sequence
from dataclasses import dataclass

from rmatrack.paper.errors import TextTooLongError
from rmatrack.paper.lettering import MM_PER_POINT
from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box, Line, Pen

MARGIN_MM = 20
INDENT_MM = 12
GAP_MM = 6
LEADING = 1.35
SIZES = (11.5, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0)
"""In points: the largest at which everything fits on the sheet is taken."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What something is called, and its lines."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A step in the reader's language, drawn in this order; what is empty is left out.

    `large` is what the step is about (a number to call), `quote` words to say, `facts` stand two beside each other,
    `ticks` have a square to tick off.
    """

    title: str
    large: str = ""
    quote: str = ""
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A title, whose return it is and until when, and the steps."""

    title: str
    lead: str
    sections: tuple[Section, ...]


def draw_note(note: Note) -> bytes:
    """Return the note as a PDF; raises `TextTooLongError` where even the smallest print does not fit."""
    width, height = Paper.A4.size
    for size in SIZES:
        pdf = PdfFile(note.title)
        pen = Pen(pdf, width, height)
        try:
            _write(pen, note, size)
        except TextTooLongError:
            if size == SIZES[-1]:
                raise
            continue
        pdf.add_page("\n".join(pen.operators), width, height)
        return pdf.finish()
    raise AssertionError("The smallest size returns or raises.")


def _write(pen: Pen, note: Note, size: float) -> None:
    y = pen.block(_left(pen, MARGIN_MM, 18), [Line(note.title, 22, strong=True)], least=0.5)
    y = _text(pen, MARGIN_MM, y + 1.5, [Line(note.lead, size)]) + 7
    for number, section in enumerate(note.sections, start=1):
        pen.rule(y, x=MARGIN_MM, width=pen.width - 2 * MARGIN_MM, thick=0.25)
        y = _section(pen, number, section, y + 3.5, size) + 5


def _section(pen: Pen, number: int, section: Section, y: float, size: float) -> float:
    """Write a step from *y* down and return its foot."""
    x = MARGIN_MM + INDENT_MM
    baseline = y + (size + 4) * LEADING * MM_PER_POINT
    pen.disc(MARGIN_MM + 3.7, baseline - 1.8, 3.7)
    pen.white(MARGIN_MM + 2.4, baseline - 0.2, str(number), 12)
    y = _text(pen, x, y, [Line(section.title, size + 4, strong=True)]) + 1.2
    if section.large:
        large = [Line(section.large, size * 1.6, strong=True)]
        y = pen.block(_left(pen, x, y), large, least=0.5, leading=LEADING) + 1
    if section.quote:
        foot = _text(pen, x + 5, y, [Line(section.quote, size + 1, strong=True)])
        pen.black(Box(x, y + 1.2, 1, foot - y))
        y = foot + 1.8
    y = _text(pen, x, y, [Line(line, size) for line in section.lines])
    for start in range(0, len(section.facts), 2):
        y = _facts(pen, x, y + 2, section.facts[start : start + 2], size)
    if section.facts:
        y += 2.5
    for tick in section.ticks:
        y = _tick(pen, x, y, tick, size) + 0.9
    return y


def _tick(pen: Pen, x: float, y: float, text: str, size: float) -> float:
    """Write *text* behind a square whose middle is that of the capitals; return the foot."""
    side = size * 0.8 * MM_PER_POINT
    middle = y + size * (LEADING - 0.36) * MM_PER_POINT
    pen.frame(Box(x + 0.2, middle - side / 2, side, side), 0.25)
    return _text(pen, x + 5.5, y, [Line(text, size)])


def _facts(pen: Pen, x: float, y: float, facts: Sequence[Fact], size: float) -> float:
    """Write facts beside each other, each under its name; return the lowest foot."""
    width = (pen.width - MARGIN_MM - x - GAP_MM) / 2
    feet = []
    for place, fact in enumerate(facts):
        left = x + place * (width + GAP_MM)
        room = _left(pen, left, y)
        lines = [Line(fact.name, size * 0.72), *(Line(line, size) for line in fact.lines)]
        feet.append(pen.block(Box(room.x, room.y, width, room.height), lines, least=0.99, leading=LEADING))
    return max(feet)


def _text(pen: Pen, x: float, y: float, lines: Sequence[Line]) -> float:
    return pen.block(_left(pen, x, y), lines, least=0.99, leading=LEADING)


def _left(pen: Pen, x: float, y: float) -> Box:
    """Return the room that is left on the sheet from *y* down."""
    return Box(x, y, pen.width - MARGIN_MM - x, max(pen.height - MARGIN_MM - y, 0.1))
