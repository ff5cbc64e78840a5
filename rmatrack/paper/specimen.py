"""The words across a specimen, “SPECIMEN – NOT FOR CARRIAGE”, that stop before every bar code (SPEC C-9)."""

from collections.abc import Sequence
from math import cos, radians, sin

from rmatrack.paper.lettering import MM_PER_POINT, bold
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box

WORDS = "SPECIMEN – NOT FOR CARRIAGE"
SIZE = 17
ANGLE = radians(32)
OUTLINE_MM = 0.18
"""Letters are outlines: black even on a printer that knows no grey, and what stands beneath stays readable."""


def mark(pdf: PdfFile, width: float, height: float, kept_clear: Sequence[Box]) -> str:
    """Return the operators that write the words across a field, everywhere but in the boxes *kept_clear*."""
    holes = " ".join(
        f"{box.x:.3f} {height - box.y - box.height:.3f} {box.width:.3f} {box.height:.3f} re" for box in kept_clear
    )
    length = bold().width(WORDS) * SIZE * MM_PER_POINT
    shown = pdf.show(bold(), SIZE * MM_PER_POINT, -length / 2, 0, WORDS)
    turn = f"{cos(ANGLE):.4f} {sin(ANGLE):.4f} {-sin(ANGLE):.4f} {cos(ANGLE):.4f}"
    rows = " ".join(f"q {turn} {width / 2:.2f} {y:.2f} cm {shown} Q" for y in (12, 44, 85, 126))
    return f"q 0 0 {width:.3f} {height:.3f} re {holes} W* n 1 Tr {OUTLINE_MM} w 0.45 G {rows} Q"
