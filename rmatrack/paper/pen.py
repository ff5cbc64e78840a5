"""A pen that draws in millimetres from a field's upper left corner, and remembers the bar codes it drew."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rmatrack.paper import bars, maxicode
from rmatrack.paper.errors import TextTooLongError
from rmatrack.paper.lettering import MM_PER_POINT, Face, bold, regular
from rmatrack.paper.pdf import PdfFile

MODULES_MM = (0.375, 0.33, 0.25)
"""How wide a bar's module may be, the widest first: 3, about 2⅔ and 2 dots of a 203 dpi printer."""

QUIET_MODULES = 10
SHRINK = 0.94
"""What a text becomes smaller by, step by step, until it fits."""

DESCENT = 0.24
"""What hangs below the line, in parts of a text's size."""

HALO_MM = 1.0
"""How wide the pen is that clears the ground around letters: half of it lies outside them."""


class Symbology(StrEnum):
    """The identifiers that a reader reports (ISO/IEC 15424)."""

    CODE_39 = "]A0"
    CODE_128 = "]C0"
    GS1_128 = "]C1"
    MAXICODE = "]U1"


MODULES_OF = {Symbology.CODE_39: bars.code39, Symbology.CODE_128: bars.code128, Symbology.GS1_128: bars.gs1_128}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in millimetres; on a field counted from its upper left corner, on a page from its lower left."""

    x: float
    y: float
    width: float
    height: float

    def around(self, across: float, up: float) -> "Box":
        """Return the box with *across* mm more at the left and right, and *up* mm above and below."""
        return Box(self.x - across, self.y - up, self.width + 2 * across, self.height + 2 * up)

    def meets(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Barcode:
    """What a bar code says and where it stands; `quiet` is the room in mm that must stay white at its sides."""

    name: str
    symbology: Symbology
    content: str
    box: Box
    quiet: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an address or the like: `size` in points."""

    text: str
    size: float
    strong: bool = False


class Pen:
    """Draws on a field of *width* × *height* mm; `haloed`, what it writes stands clear of what was there before."""

    def __init__(self, pdf: PdfFile, width: float, height: float, *, haloed: bool = False) -> None:
        self._pdf = pdf
        self._haloed = haloed
        self.width = width
        self.height = height
        self.operators: list[str] = []
        self.barcodes: list[Barcode] = []

    def text(self, x: float, y: float, text: str, size: float, *, strong: bool = False) -> None:
        """Write *text* with its baseline at *y*, *size* in points."""
        face = bold() if strong else regular()
        self._show(face, size, x, y, face.set(text))

    def right(self, x: float, y: float, text: str, size: float, *, strong: bool = False) -> None:
        """Write *text* so that it ends at *x*."""
        face = bold() if strong else regular()
        shown = face.set(text)
        self._show(face, size, x - face.width(shown) * size * MM_PER_POINT, y, shown)

    def centred(self, x: float, y: float, text: str, size: float, *, strong: bool = False) -> None:
        face = bold() if strong else regular()
        shown = face.set(text)
        self._show(face, size, x - face.width(shown) * size * MM_PER_POINT / 2, y, shown)

    def fitted(
        self, x: float, y: float, width: float, text: str, size: float, *, least: float, strong: bool = False
    ) -> None:
        """Write *text* on one line of *width* mm, smaller where it must be; refuse it below *least* points."""
        face = bold() if strong else regular()
        shown = face.set(text)
        length = face.width(shown) * MM_PER_POINT
        fitting = min(size, width / length) if length else size
        if fitting < least:
            raise TextTooLongError(text=shown)
        self._show(face, fitting, x, y, shown)

    def middle(self, box: Box, text: str, size: float, *, least: float, strong: bool = False) -> None:
        """Write *text* on one line in the middle of *box*, smaller where it must be; refuse it below *least* points."""
        face = bold() if strong else regular()
        shown = face.set(text)
        length = face.width(shown) * MM_PER_POINT
        fitting = min(size, box.width / length) if length else size
        if fitting < least:
            raise TextTooLongError(text=shown)
        self.centred(
            box.x + box.width / 2, box.y + box.height / 2 + 0.36 * fitting * MM_PER_POINT, shown, fitting, strong=strong
        )

    def block(self, box: Box, lines: Sequence[Line], *, least: float = 0.6, leading: float = 1.2) -> float:
        """Write *lines* into *box*, wrapped at blanks and shrunk together, to *least* of their sizes; return the foot.

        Raises `TextTooLongError` with the line that is too long when even the smallest print does not fit.
        """
        return self.blocks([(box, lines)], least=least, leading=leading)

    def blocks(
        self, blocks: Sequence[tuple[Box, Sequence[Line]]], *, least: float = 0.6, leading: float = 1.2
    ) -> float:
        """Write blocks as `block` does, all of them shrunk alike; return the lowest foot."""
        written = [(box, [line for line in lines if line.text.strip()]) for box, lines in blocks]
        scale = 1.0
        while scale >= least:
            laid = [(box, _laid(box, lines, scale, leading)) for box, lines in written]
            fitting = [(box, rows) for box, rows in laid if rows is not None]
            if len(fitting) == len(laid):
                return max(self._write(box, rows) for box, rows in fitting)
            scale *= SHRINK
        raise TextTooLongError(text=max((line.text for _, lines in written for line in lines), key=len))

    def rule(self, y: float, *, x: float = 0, width: float | None = None, thick: float = 0.3) -> None:
        """Draw a black rule whose upper edge is at *y*."""
        self.black(Box(x, y, self.width if width is None else width, thick))

    def black(self, box: Box) -> None:
        self.operators.append(f"{self._rectangle(box)} f")

    def frame(self, box: Box, thick: float = 0.3) -> None:
        self.operators.append(f"{thick:.2f} w {self._rectangle(box)} S")

    def stroke(self, *points: tuple[float, float], thick: float = 0.5, arrow: bool = False) -> None:
        """Draw a line through *points*, with a head at its end if it is an *arrow* that points down."""
        (first, *others) = [(x, self.height - y) for x, y in points]
        line = " ".join(f"{x:.2f} {y:.2f} l" for x, y in others)
        self.operators.append(f"{thick:.2f} w {first[0]:.2f} {first[1]:.2f} m {line} S")
        if arrow:
            x, y = points[-1]
            self.stroke((x - 2, y - 2), (x, y), (x + 2, y - 2), thick=thick)

    def disc(self, x: float, y: float, radius: float) -> None:
        """Draw a black disc: a dot of a round pen."""
        at = f"{x:.2f} {self.height - y:.2f}"
        self.operators.append(f"q 1 J {2 * radius:.2f} w {at} m {at} l S Q")

    def white(self, x: float, y: float, text: str, size: float) -> None:
        """Write *text* in white, on what is already black."""
        if text:
            self.operators.append(f"1 g {self._shown(bold(), size, x, y, bold().set(text))} 0 g")

    def white_on_black(self, box: Box, text: str, size: float) -> None:
        """Write *text* white in the middle of a black box."""
        self.black(box)
        length = bold().width(bold().set(text)) * size * MM_PER_POINT
        self.white(box.x + (box.width - length) / 2, box.y + box.height / 2 + 0.36 * size * MM_PER_POINT, text, size)

    def bars(
        self,
        name: str,
        symbology: Symbology,
        content: str,
        box: Box,
        *,
        widths: Sequence[float] = MODULES_MM,
        at_right: bool = False,
    ) -> Barcode:
        """Draw *content* in the middle of *box* with the widest of *widths* (mm a module) that leaves quiet zones.

        *at_right*, it ends with *box*, beyond which the page must be blank.
        """
        modules = MODULES_OF[symbology](content)
        count = len(modules)
        fitting = next((each for each in widths if (count + 2 * QUIET_MODULES) * each <= box.width + 1e-6), None)
        if fitting is None:
            raise TextTooLongError(text=content)
        width = count * fitting
        left = box.x + (box.width - width) / (1 if at_right else 2)
        drawn = Box(left, box.y, width, box.height)
        foot = self.height - box.y - box.height
        self.operators.append(
            f"q {fitting:.4f} 0 0 {box.height:.3f} {drawn.x:.3f} {foot:.3f} cm {bars.path(modules)} f Q"
        )
        return self._remember(Barcode(name, symbology, content, drawn, QUIET_MODULES * fitting))

    def maxicode(self, name: str, message: str, digits: list[str], x: float, y: float) -> Barcode:
        """Draw the hexagons of a MaxiCode with its upper left corner at x, y; its rings belong to the label's frame."""
        self.operators.append(maxicode.draw(self._pdf, digits, x, self.height - y - maxicode.HEIGHT_MM))
        drawn = Box(x, y, maxicode.WIDTH_MM, maxicode.HEIGHT_MM)
        return self._remember(Barcode(name, Symbology.MAXICODE, message, drawn, maxicode.QUIET_MM))

    def bulls_eye(self, x: float, y: float) -> None:
        self.operators.append(maxicode.bulls_eye(x, self.height - y - maxicode.HEIGHT_MM))

    def _remember(self, barcode: Barcode) -> Barcode:
        self.barcodes.append(barcode)
        return barcode

    def _show(self, face: Face, size: float, x: float, y: float, text: str) -> None:
        if not text:
            return
        shown = self._shown(face, size, x, y, text)
        if self._haloed:
            self.operators.append(f"q 1 G 1 Tr 1 j {HALO_MM} w {shown} Q")
        self.operators.append(shown)

    def _shown(self, face: Face, size: float, x: float, y: float, text: str) -> str:
        return self._pdf.show(face, size * MM_PER_POINT, x, self.height - y, text)

    def _rectangle(self, box: Box) -> str:
        return f"{box.x:.3f} {self.height - box.y - box.height:.3f} {box.width:.3f} {box.height:.3f} re"

    def _write(self, box: Box, rows: Sequence["_Row"]) -> float:
        for row in rows:
            self._show(row.face, row.size, box.x, row.baseline, row.text)
        return rows[-1].baseline if rows else box.y


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a block: where it is written, and how large."""

    face: Face
    size: float
    baseline: float
    text: str


def _laid(box: Box, lines: Sequence[Line], scale: float, leading: float) -> list[_Row] | None:
    """Return the rows of a block at *scale*, or None when it does not fit."""
    y = box.y
    rows: list[_Row] = []
    for line in lines:
        face, size = bold() if line.strong else regular(), line.size * scale
        broken = wrapped(face, face.set(line.text), box.width / (size * MM_PER_POINT))
        if broken is None:
            return None
        for text in broken:
            y += size * leading * MM_PER_POINT
            rows.append(_Row(face, size, y, text))
    hanging = rows[-1].size * DESCENT * MM_PER_POINT if rows else 0
    return rows if y + hanging <= box.y + box.height else None


def wrapped(face: Face, text: str, room: float) -> list[str] | None:
    """Break *text* at blanks into lines no longer than *room* (in parts of the size); None when a word is longer."""
    if face.width(text) <= room:
        return [text]
    lines: list[str] = []
    current = ""
    for word in text.split():
        longer = f"{current} {word}" if current else word
        if face.width(longer) <= room:
            current = longer
            continue
        if face.width(word) > room:
            return None
        lines.append(current)
        current = word
    return [*lines, current]
