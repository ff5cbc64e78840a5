"""The MaxiCode of a UPS label: 33 rows of hexagons around a bull's-eye.

zint works out which modules are dark. A row of them is shown as text in a font of our own whose sixteen signs are the
hexadecimal digits, four modules each: sharp on any printer, and a tenth of what hexagons as paths would take.
"""

import zint

from rmatrack.paper.lettering import maxicode
from rmatrack.paper.pdf import PdfFile

MODULE_MM = 0.88
"""From one hexagon to the next in a row (ISO/IEC 16023)."""

ROW_MM = 0.7621
WIDTH_MM = 30 * MODULE_MM
HEIGHT_MM = 25.4
QUIET_MM = MODULE_MM

_ROWS = 33
_RINGS_MM = ((7.23, 0.69), (4.468, 0.69), (1.706, 0.69))
"""Diameter and stroke of the bull's-eye's rings."""

_HALVES_SWAPPED = bytes((byte & 15) << 4 | byte >> 4 for byte in range(256))
"""For every byte the one whose first four modules, its lower half, are written first."""


def rows(mode: int, primary: str, secondary: str) -> list[str]:
    """Return UPS' message in *mode* 2 or 3 as rows of hexadecimal digits, the first module in the lowest bit."""
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.MAXICODE
    symbol.option_1 = mode
    symbol.option_2 = 97  # "version 96" and one: writes the header that UPS' messages start with
    symbol.primary = primary
    symbol.encode(secondary)
    grid = symbol.encoded_data
    stride = grid.nbytes // len(grid)
    modules = grid.tobytes().translate(_HALVES_SWAPPED)
    return [modules[at : at + 4].hex().upper() for at in range(0, _ROWS * stride, stride)]


def draw(pdf: PdfFile, digits: list[str], x: float, y: float) -> str:
    """Return the operators that draw the hexagons with the lower left corner of the symbol at x, y (mm)."""
    face = maxicode()
    first = pdf.show(face, 4 * MODULE_MM, x, y + HEIGHT_MM - MODULE_MM / 3**0.5, digits[0])
    steps = (f"{MODULE_MM / 2:.2f} -{ROW_MM} Td", f"-{MODULE_MM / 2:.2f} -{ROW_MM} Td")
    below = " ".join(f"{steps[number % 2]} ({row}) Tj" for number, row in enumerate(digits[1:]))
    return f"{first.removesuffix('ET')}{below} ET"


def bulls_eye(x: float, y: float) -> str:
    """Return the operators that draw the rings, for a symbol whose lower left corner is at x, y (mm)."""
    centre_x = x + 14.5 * MODULE_MM
    centre_y = y + HEIGHT_MM / 2
    return "\n".join(_circle(centre_x, centre_y, diameter / 2, stroke) for diameter, stroke in _RINGS_MM)


def _circle(x: float, y: float, radius: float, stroke: float) -> str:
    reach = radius * 0.5523  # of a Bézier curve that passes for a quarter of a circle
    quarters = (
        (radius, reach, reach, radius, 0, radius),
        (-reach, radius, -radius, reach, -radius, 0),
        (-radius, -reach, -reach, -radius, 0, -radius),
        (reach, -radius, radius, -reach, radius, 0),
    )
    curves = " ".join(" ".join(f"{value:.3f}" for value in quarter) + " c" for quarter in quarters)
    return f"q 1 0 0 1 {x:.3f} {y:.3f} cm {stroke:.3f} w {radius:.3f} 0 m {curves} S Q"
