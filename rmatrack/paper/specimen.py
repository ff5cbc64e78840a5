"""The words across a specimen, “SPECIMEN – NOT FOR CARRIAGE”, that stop before every bar code (SPEC C-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

from rmatrack.paper.lettering import MM_PER_POINT, bold
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box

WORDS = "SPECIMEN – NOT FOR CARRIAGE"
OUTLINE = 1 / 30
"""Of the letters' size. They are outlines: black even where a printer knows no grey, and easy to read through."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The words once, `size` in points: their middle in mm from the upper left, climbing by `degrees`."""

    x: float
    y: float
    size: float
    degrees: float


def draw(pdf: PdfFile, width: float, height: float, marks: Sequence[Mark], kept_clear: Sequence[Box]) -> str:
    """Return the operators that write *marks* across a field, everywhere but in the boxes *kept_clear*."""
    holes = " ".join(
        f"{box.x:.3f} {height - box.y - box.height:.3f} {box.width:.3f} {box.height:.3f} re" for box in kept_clear
    )
    written = " ".join(_mark(pdf, mark, height) for mark in marks)
    return f"q 0 0 {width:.3f} {height:.3f} re {holes} W* n 1 Tr {written} Q"


def _mark(pdf: PdfFile, mark: Mark, height: float) -> str:
    angle = radians(mark.degrees)
    size = mark.size * MM_PER_POINT
    shown = pdf.show(bold(), size, -bold().width(WORDS) * size / 2, -0.36 * size, WORDS)
    turn = f"{cos(angle):.4f} {sin(angle):.4f} {-sin(angle):.4f} {cos(angle):.4f}"
    return f"q {turn} {mark.x:.2f} {height - mark.y:.2f} cm {size * OUTLINE:.3f} w {shown} Q"
