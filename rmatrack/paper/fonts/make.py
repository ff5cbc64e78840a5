"""Make the fonts beside this file: `python make.py 'NotoSans[wdth,wght].ttf'`. Needs fonttools.

Noto Sans is cut down to the letters that people's names and streets have in Latin, Greek and Cyrillic script. MaxiCode
is a font of sixteen signs, one for each hexadecimal digit: its four modules side by side, the lowest bit first.
"""

# mypy: ignore-errors
# fonttools is not among the requirements: the fonts are made once.

import sys
from math import cos, pi, sin
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
WEIGHTS = {"NotoSans-Regular": 400, "NotoSans-Bold": 700}
KEPT = (
    range(0x0020, 0x0250),  # Latin, with Ĳ and every European accent
    range(0x02B0, 0x0300),  # the ʻokina and its kin
    range(0x0300, 0x0370),  # accents that come after their letter
    range(0x0370, 0x0530),  # Greek and Cyrillic
    range(0x1E00, 0x2000),  # Vietnamese, Welsh, old Greek
    range(0x2010, 0x2060),  # dashes and quotation marks
    range(0x20A0, 0x20C0),  # currencies
    (0x2116, 0x2122),  # № and ™
)
MODULE = 500
HEXAGON = 0.97
"""Of the room a module has: a hair stays white around each, as ink spreads."""


def noto_sans(source: Path, name: str, weight: int) -> None:
    font = TTFont(source, recalcTimestamp=False)
    instantiateVariableFont(font, {"wght": weight, "wdth": 100}, inplace=True, updateFontNames=True)
    options = Options(layout_features=[], hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for block in KEPT for code in block])
    subsetter.subset(font)
    font.save(HERE / f"{name}.ttf")


def maxicode() -> None:
    digits = "0123456789ABCDEF"
    builder = FontBuilder(4 * MODULE, isTTF=True)
    builder.setupGlyphOrder([".notdef", *digits])
    builder.setupCharacterMap({ord(digit): digit for digit in digits})
    glyphs = {".notdef": _modules(0), **{digit: _modules(int(digit, 16)) for digit in digits}}
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (4 * MODULE, getattr(glyph, "xMin", 0)) for name, glyph in glyphs.items()})
    builder.setupHorizontalHeader(ascent=MODULE, descent=0)
    builder.setupNameTable({"familyName": "MaxiCode", "styleName": "Regular", "psName": "MaxiCode"})
    builder.setupOS2()
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.save(HERE / "MaxiCode.ttf")


def _modules(bits: int):
    pen = TTGlyphPen(None)
    for place in range(4):
        if bits >> place & 1:
            _hexagon(pen, (place + 0.5) * MODULE, 0)
    return pen.glyph()


def _hexagon(pen: TTGlyphPen, x: float, y: float) -> None:
    radius = HEXAGON * MODULE / 2 / cos(pi / 6)
    corners = [(round(x + radius * sin(pi / 3 * n)), round(y + radius * cos(pi / 3 * n))) for n in range(6)]
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()


if __name__ == "__main__":
    for name, weight in WEIGHTS.items():
        noto_sans(Path(sys.argv[1]), name, weight)
    maxicode()
