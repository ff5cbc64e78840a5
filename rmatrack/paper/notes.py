"""A note to take along: whom to call, what to say, what to have ready; numbered sections on one sheet of A4."""

from dataclasses import dataclass

from rmatrack.paper.errors import TextTooLongError
from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box, Line, Pen

MARGIN_MM = 20
INDENT_MM = 11
SIZES = (11.0, 10.0, 9.0, 8.0, 7.0, 6.0)
"""In points: the largest at which everything fits on the sheet is taken."""


@dataclass(frozen=True, slots=True)
class Section:
    """A step with its lines, in the reader's language; `strong` lines stand out."""

    title: str
    lines: tuple[str, ...]
    strong: tuple[str, ...] = ()


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
    room = pen.width - 2 * MARGIN_MM
    y = pen.block(_left(pen, MARGIN_MM, 18), [Line(note.title, 20, strong=True), Line(note.lead, size)], least=0.5)
    y += 5
    for number, section in enumerate(note.sections, start=1):
        pen.rule(y, x=MARGIN_MM, width=room, thick=0.2)
        pen.disc(MARGIN_MM + 3.5, y + 7.6, 3.5)
        pen.white(MARGIN_MM + 2.3, y + 9.0, str(number), 11)
        lines = [Line(section.title, size + 3, strong=True)]
        lines += [Line(line, size, strong=line in section.strong) for line in section.lines]
        y = pen.block(_left(pen, MARGIN_MM + INDENT_MM, y + 3), lines, least=0.99, leading=1.35) + 6


def _left(pen: Pen, x: float, y: float) -> Box:
    """Return the room that is left on the sheet from *y* down."""
    return Box(x, y, pen.width - MARGIN_MM - x, max(pen.height - MARGIN_MM - y, 0.1))
