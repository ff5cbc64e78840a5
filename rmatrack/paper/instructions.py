"""What the customer reads beside the label: where to fold, three steps with small drawings, what must be inside."""

from dataclasses import dataclass

from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box, Line, Pen


@dataclass(frozen=True, slots=True)
class Instructions:
    """The words, in the customer's language. `steps` are what to do at packing, at the label, and at the pickup.

    `inside` are the serials that must be in the box, under the heading `inside_title`; `phone` is the number to call,
    under `phone_title`; `fold` stands beside the line where the sheet is folded.
    """

    title: str
    fold: str
    steps: tuple[str, str, str]
    inside_title: str
    inside: tuple[str, ...]
    phone_title: str
    phone: str


MARGIN_MM = 18
GAP_MM = 9


def draw(pdf: PdfFile, paper: Paper, told: Instructions) -> str:
    """Return the operators for the lower half of a page of *paper*."""
    width, height = paper.size
    pen = Pen(pdf, width, height / 2)
    room = width - 2 * MARGIN_MM
    pen.centred(width / 2, 4.4, told.fold, 7)
    pen.fitted(MARGIN_MM, 21, room, told.title, 19, least=11, strong=True)
    column = (room - 2 * GAP_MM) / 3
    for number, (picture, step) in enumerate(zip(_PICTURES, told.steps, strict=True)):
        x = MARGIN_MM + number * (column + GAP_MM)
        picture(pen, x + (column - PICTURE_MM) / 2, 34)
        pen.disc(x + 3.5, 68.5, 3.5)
        pen.white(x + 2.25, 70.4, str(number + 1), 12)
        pen.block(Box(x + 9.5, 65.6, column - 9.5, 30), [Line(step, 10.5)], least=0.65, leading=1.32)
    pen.rule(99, x=MARGIN_MM, width=room, thick=0.4)
    half = (room - GAP_MM) / 2
    _told(pen, MARGIN_MM, half, told.inside_title, told.inside, 13)
    _told(pen, MARGIN_MM + half + GAP_MM, half, told.phone_title, (told.phone,), 19)
    return "\n".join(pen.operators)


def _told(pen: Pen, x: float, width: float, title: str, lines: tuple[str, ...], size: float) -> None:
    pen.fitted(x, 106, width, title, 9.5, least=6.5)
    pen.block(Box(x, 107.4, width, 24), [Line(line, size, strong=True) for line in lines], least=0.4, leading=1.3)


PICTURE_MM = 42
"""How wide each drawing is."""


def _box(pen: Pen, x: float, y: float) -> None:
    """Draw an open carton with a screen going in."""
    pen.frame(Box(x + 8, y + 10, 26, 14), 0.5)
    pen.stroke((x + 8, y + 10), (x + 3, y + 5))
    pen.stroke((x + 34, y + 10), (x + 39, y + 5))
    pen.frame(Box(x + 14, y + 2, 14, 9), 0.5)
    pen.stroke((x + 21, y - 5), (x + 21, y), arrow=True)


def _sticker(pen: Pen, x: float, y: float) -> None:
    """Draw a closed carton with its label."""
    pen.frame(Box(x + 5, y + 2, 34, 22), 0.5)
    pen.stroke((x + 5, y + 7), (x + 39, y + 7))
    pen.frame(Box(x + 15, y + 10, 14, 10), 0.4)
    for bar, thick in ((0, 0.8), (1.6, 0.4), (2.8, 1.0), (4.6, 0.4), (5.8, 0.8), (7.6, 0.4), (8.8, 0.8)):
        pen.black(Box(x + 17 + bar, y + 13, thick, 5))


def _pickup(pen: Pen, x: float, y: float) -> None:
    """Draw a van."""
    pen.frame(Box(x + 3, y + 4, 22, 15), 0.5)
    pen.stroke((x + 25, y + 8), (x + 33, y + 8), (x + 38, y + 13), (x + 38, y + 19), (x + 25, y + 19))
    for wheel in (x + 9, x + 31):
        pen.disc(wheel, y + 19.5, 3)


_PICTURES = (_box, _sticker, _pickup)
