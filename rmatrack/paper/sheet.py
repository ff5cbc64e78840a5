"""A sheet that carries labels turned on its halves: the line to fold or cut along, and each label's corners."""

from rmatrack.paper.papers import FIELD_HEIGHT_MM, FIELD_WIDTH_MM, Paper, spots
from rmatrack.paper.pdf import PdfFile

CORNER_MM = 4
MARGIN_MM = 2.2
"""Around a field, so that the corners stand where 4×6 inches of paper would end."""


def draw(pdf: PdfFile, paper: Paper) -> str:
    """Return the operator that draws the sheet's own lines; they are kept once in the file."""
    name = "Sheet"
    width, height = paper.size
    if not pdf.has_form(name):
        lines = [f"q [2 1.5] 0 d 0.2 w 8 {height / 2:.3f} m {width - 8:.3f} {height / 2:.3f} l S Q", "0.15 w"]
        for spot in spots(paper):
            left, foot = spot.x - FIELD_HEIGHT_MM - MARGIN_MM, spot.y
            lines.append(_corners(left, foot, FIELD_HEIGHT_MM + 2 * MARGIN_MM, FIELD_WIDTH_MM))
        pdf.add_form(name, "\n".join(lines), width, height)
    return f"/{name} Do"


def _corners(x: float, y: float, width: float, height: float) -> str:
    """Return the operators for marks outside the corners of a rectangle."""
    marks = []
    for corner_x, outward in ((x, -1), (x + width, 1)):
        for corner_y, upward in ((y, -1), (y + height, 1)):
            marks.append(
                f"{corner_x + outward:.2f} {corner_y:.2f} m {corner_x + outward * CORNER_MM:.2f} {corner_y:.2f} l S "
                f"{corner_x:.2f} {corner_y + upward:.2f} m {corner_x:.2f} {corner_y + upward * CORNER_MM:.2f} l S"
            )
    return "\n".join(marks)
