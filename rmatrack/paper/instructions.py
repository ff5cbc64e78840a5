"""What the customer reads beside the label: where to fold, three steps with small drawings, what must be inside."""

from collections.abc import Sequence
from dataclasses import dataclass

from rmatrack.paper.lettering import MM_PER_POINT
from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box, Line, Pen


@dataclass(frozen=True, slots=True)
class Instructions:
    """The words, in the customer's language. `steps` are what to do at packing, at the label, and at the pickup.

    `inside` are the serials that must be in the box, under the heading `inside_title`, and `device` is what has them;
    `phone` is the number to call, under `phone_title`; `fold` stands beside the line where the sheet is folded.
    """

    title: str
    fold: str
    steps: tuple[str, str, str]
    inside_title: str
    inside: tuple[str, ...]
    phone_title: str
    phone: str
    device: str = ""


MARGIN_MM = 18
GAP_MM = 8
STEPS_MM = 59.0
FOOT_MM = 34.0
"""What the steps leave at the foot of the page for what stands below them."""

STEP_POINTS = 11.0
LEADING = 1.32


def draw(pdf: PdfFile, paper: Paper, told: Instructions) -> str:
    """Return the operators for the lower half of a page of *paper*; raises `PaperError`."""
    width, height = paper.size
    pen = Pen(pdf, width, height / 2)
    room = width - 2 * MARGIN_MM
    pen.centred(width / 2, 4.4, told.fold, 7)
    pen.fitted(MARGIN_MM, 18, room, told.title, 19, least=11, strong=True)
    y = _steps(pen, told.steps, room) + 6
    pen.rule(y, x=MARGIN_MM, width=room, thick=0.4)
    half = (room - GAP_MM) / 2
    serials = [Line(serial, 19, strong=True) for serial in told.inside]
    _told(pen, MARGIN_MM, y, half, told.inside_title, [*serials, Line(told.device, 10)])
    _told(pen, MARGIN_MM + half + GAP_MM, y, half, told.phone_title, [Line(told.phone, 19, strong=True)])
    return "\n".join(pen.operators)


def _steps(pen: Pen, steps: tuple[str, str, str], room: float) -> float:
    """Draw the steps beside each other, all in one size; return the foot of the longest."""
    column = (room - 2 * GAP_MM) / 3
    first_line = STEPS_MM + STEP_POINTS * LEADING * MM_PER_POINT
    blocks = []
    for number, (picture, step) in enumerate(zip(_PICTURES, steps, strict=True)):
        x = MARGIN_MM + number * (column + GAP_MM)
        picture(pen, x + (column - PICTURE_MM) / 2, 29)
        pen.disc(x + 3.5, first_line - 1.4, 3.5)
        pen.white(x + 2.25, first_line + 0.1, str(number + 1), 12)
        box = Box(x + 9.5, STEPS_MM, column - 9.5, pen.height - FOOT_MM - STEPS_MM)
        blocks.append((box, [Line(step, STEP_POINTS)]))
    return pen.blocks(blocks, least=0.55, leading=LEADING)


def _told(pen: Pen, x: float, y: float, width: float, title: str, lines: Sequence[Line]) -> None:
    pen.fitted(x, y + 6.5, width, title, 9.5, least=6.5)
    pen.block(Box(x, y + 7.5, width, pen.height - y - 14), lines, least=0.4, leading=1.3)


PICTURE_MM = 42
"""How wide each drawing is."""


def _box(pen: Pen, x: float, y: float) -> None:
    """Draw an open carton with a screen going in."""
    pen.frame(Box(x + 8, y + 10, 26, 14), 0.5)
    pen.stroke((x + 8, y + 10), (x + 3, y + 5))
    pen.stroke((x + 34, y + 10), (x + 39, y + 5))
    pen.frame(Box(x + 14, y + 1.5, 14, 8.5), 0.5)
    pen.stroke((x + 21, y - 5), (x + 21, y), arrow=True)


def _sticker(pen: Pen, x: float, y: float) -> None:
    """Draw a closed carton with its label."""
    pen.frame(Box(x + 5, y + 2, 34, 22), 0.5)
    pen.stroke((x + 5, y + 7), (x + 39, y + 7))
    pen.frame(Box(x + 15, y + 10, 14, 10), 0.4)
    for bar, thick in ((0, 0.8), (1.6, 0.4), (2.8, 1.0), (4.6, 0.4), (5.8, 0.8), (7.6, 0.4), (8.8, 0.8)):
        pen.black(Box(x + 17 + bar, y + 13, thick, 5))


def _pickup(pen: Pen, x: float, y: float) -> None:
    """Draw a van with a parcel's label on its side."""
    pen.frame(Box(x + 3, y + 4, 22, 15), 0.5)
    pen.frame(Box(x + 9, y + 7.5, 9, 7), 0.4)
    pen.stroke((x + 27, y + 10.2), (x + 32.1, y + 10.2), (x + 34.9, y + 13), (x + 27, y + 13), (x + 27, y + 10.2))
    pen.stroke((x + 25, y + 8), (x + 33, y + 8), (x + 38, y + 13), (x + 38, y + 19), (x + 25, y + 19))
    for wheel in (x + 9, x + 31):
        pen.disc(wheel, y + 19.5, 3)


_PICTURES = (_box, _sticker, _pickup)
