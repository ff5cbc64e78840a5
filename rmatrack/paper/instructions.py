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


def draw(pdf: PdfFile, paper: Paper, told: Instructions) -> str:
    """Return the operators for the lower half of a page of *paper*."""
    width, height = paper.size
    pen = Pen(pdf, width, height / 2)
    pen.fitted(15, 18, width - 30, told.title, 17, least=11, strong=True)
    column = (width - 30 - 2 * 8) / 3
    for number, step in enumerate(told.steps):
        x = 15 + number * (column + 8)
        _PICTURES[number](pen, x, 26)
        pen.text(x, 58, f"{number + 1}", 15, strong=True)
        pen.block(Box(x + 7, 53.4, column - 7, 34), [Line(step, 9.5)], least=0.7, leading=1.35)
    pen.rule(92, x=15, width=width - 30)
    half = (width - 30) / 2
    pen.fitted(15, 99, half - 6, told.inside_title, 10, least=7)
    serials = [Line(serial, 12, strong=True) for serial in told.inside]
    pen.block(Box(15, 100, half - 6, 28), serials, least=0.5)
    pen.fitted(15 + half, 99, half, told.phone_title, 10, least=7)
    pen.fitted(15 + half, 107, half, told.phone, 17, least=9, strong=True)
    pen.centred(width / 2, 4.4, told.fold, 7)
    return "\n".join(pen.operators)


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
