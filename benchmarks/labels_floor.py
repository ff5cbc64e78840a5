"""The floor for labels: the same return label, every operator written out by hand and nothing looked after.

One typeface of the reader's own, no fitting, no other paper, no other carrier, nothing remembered for reading back.
"""

import zlib
from itertools import groupby
from pathlib import Path

import zint

import rmatrack.paper.fonts

HEXAGONS = Path(rmatrack.paper.fonts.__file__).with_name("MaxiCode.ttf")
MM = 72 / 25.4
HALVES_SWAPPED = bytes((byte & 15) << 4 | byte >> 4 for byte in range(256))
WORDS = (
    (11, 340, 8, "SHIP TO:"), (11, 179, 10, "TRACKING #:"), (194, 184, 27, "RS"), (11, 63, 8, "BILLING: P/P"),
    (11, 54, 6, "RETURN SERVICE: PRINT RETURN LABEL"), (60, 375, 17, "SPECIMEN - NOT FOR CARRIAGE"),
)  # fmt: skip
RULES = ((0, 309, 288, 1.4), (98, 221, 1.4, 88), (0, 217, 288, 4.5), (0, 172, 288, 2.3), (0, 83, 288, 4.5))


def document(numbers: list[str], texts: list[list[str]]) -> bytes:
    """Return a PDF with a label for each of *numbers*; *texts* are its 18 lines."""
    objects = _fonts_and_frame()
    pages = []
    for number, lines in zip(numbers, texts, strict=True):
        objects.append(_stream(_label(number, lines)))
        pages.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 288 432]/Resources 6 0 R/Contents %d 0 R>>" % len(objects)
        )
    objects[1] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(pages), b" ".join(b"%d 0 R" % page for page in pages))
    return _file(objects)


def _label(number: str, lines: list[str]) -> str:
    text = " ".join(
        f"BT /F1 {size} Tf {x} {y} Td ({line}) Tj ET" for (x, y, size), line in zip(_PLACES, lines, strict=True)
    )
    bars = (
        _bars(number, 20, 89, 1.063, 72),
        _bars("42095134", 128, 222, 1.063, 40),
        _bars(lines[-1], 160, 34, 0.7, 25),
    )
    return f"/Frame Do {text} {' '.join(bars)} {_maxicode(number)}"


_PLACES = tuple((11, 420 - 8 * row, 7) for row in range(6)) + tuple((43, 370 - 12 * row, 9) for row in range(5)) + (
    (165, 415, 11), (240, 415, 11), (165, 404, 6.5), (112, 262, 24), (11, 193, 20), (77, 179, 10), (11, 20, 8),
)  # fmt: skip


def _bars(content: str, x: float, y: float, module: float, height: float) -> str:
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.CODE128
    symbol.encode(content)
    row = int.from_bytes(symbol.encoded_data.tobytes()[: symbol.width // 8 + 1], "little")
    at, rectangles = 0, []
    for bit, run in groupby(f"{row:b}"[::-1]):
        length = len(list(run))
        if bit == "1":
            rectangles.append(f"{at} 0 {length} 1 re")
        at += length
    return f"q {module} 0 0 {height} {x} {y} cm {' '.join(rectangles)} f Q"


def _maxicode(number: str) -> str:
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.MAXICODE
    symbol.option_1, symbol.option_2, symbol.primary = 2, 97, "951340000840003"
    symbol.encode(
        f"1Z{number[-8:]}\x1dUPSN\x1d{number[2:8]}\x1d326\x1d\x1d1/1\x1d16\x1dN\x1d\x1dSAN JOSE\x1dCA\x1e\x04"
    )
    grid = symbol.encoded_data
    modules, stride = grid.tobytes().translate(HALVES_SWAPPED), grid.nbytes // len(grid)
    rows = [modules[row * stride : row * stride + 4].hex().upper() for row in range(33)]
    steps = ("1.25 -2.16 Td", "-1.25 -2.16 Td")
    lines = " ".join(f"({row}) Tj {steps[number % 2]}" for number, row in enumerate(rows))
    return f"BT /F2 {3.52 * MM:.2f} Tf 12 294 Td {lines} ET"


def _fonts_and_frame() -> list[bytes]:
    hexagons = zlib.compress(HEXAGONS.read_bytes())
    words = " ".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, size, text in WORDS)
    rules = " ".join(f"{x} {y} {width} {height} re f" for x, y, width, height in RULES)
    return [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/TrueType/BaseFont/MaxiCode/FirstChar 48/LastChar 70/Widths[%b]/FontDescriptor 5 0 R>>"
        % b" ".join([b"1000"] * 23),
        b"<</Type/FontDescriptor/FontName/MaxiCode/Flags 4/FontBBox[0 -300 1000 300]/ItalicAngle 0/FontFile2 7 0 R>>",
        b"<</Font<</F1 3 0 R/F2 4 0 R>>/XObject<</Frame 8 0 R>>>>",
        b"<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(hexagons), hexagons),
        _stream(f"{words} {rules}", b"/Type/XObject/Subtype/Form/BBox[0 0 288 432]/Resources 6 0 R"),
    ]


def _stream(operators: str, head: bytes = b"") -> bytes:
    packed = zlib.compress(operators.encode("latin-1"), 1)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (head, len(packed), packed)


def _file(objects: list[bytes]) -> bytes:
    parts, offsets, at = [b"%PDF-1.4\n"], [], 9
    for number, content in enumerate(objects, start=1):
        offsets.append(at)
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, content))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table))
    parts.append(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, at))
    return b"".join(parts)
