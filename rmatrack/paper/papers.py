"""The papers that labels come on, and where on them a label's field lies (SPEC C-7)."""

from dataclasses import dataclass
from enum import StrEnum

from rmatrack.paper.pen import Box

FIELD_WIDTH_MM = 101.6
FIELD_HEIGHT_MM = 148.0
"""What 4×6 in and A6 have in common: every label is drawn inside it, and is the same size on every paper."""


class Paper(StrEnum):
    FOUR_BY_SIX = "4x6"
    A6 = "a6"
    A4 = "a4"
    LETTER = "letter"
    A4_TWO = "a4x2"
    LETTER_TWO = "letterx2"

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in mm."""
        return _SIZES[self.value.removesuffix("x2")]

    @property
    def with_instructions(self) -> bool:
        """Whether the lower half tells the customer what to do."""
        return self in {Paper.A4, Paper.LETTER}

    @property
    def is_sheet(self) -> bool:
        """Whether the label lies turned on a half of the page, to be folded or cut."""
        return self not in {Paper.FOUR_BY_SIX, Paper.A6}


_SIZES = {"4x6": (101.6, 152.4), "a6": (105.0, 148.0), "a4": (210.0, 297.0), "letter": (215.9, 279.4)}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a field lies on a page: its own lower left corner, and whether it is turned a quarter to the left."""

    x: float
    y: float
    turned: bool

    @property
    def matrix(self) -> str:
        """The PDF matrix that takes the field's millimetres to the page's."""
        turn = "0 1 -1 0" if self.turned else "1 0 0 1"
        return f"{turn} {self.x:.3f} {self.y:.3f} cm"

    def on_page(self, box: Box) -> Box:
        """Return where *box*, counted from the field's upper left corner, lies on the page from the lower left."""
        foot = FIELD_HEIGHT_MM - box.y - box.height
        if not self.turned:
            return Box(self.x + box.x, self.y + foot, box.width, box.height)
        return Box(self.x - foot - box.height, self.y + box.x, box.height, box.width)


def spots(paper: Paper) -> tuple[Spot, ...]:
    """Return where labels go on a page of *paper*, the first on top."""
    width, height = paper.size
    if not paper.is_sheet:
        return (Spot((width - FIELD_WIDTH_MM) / 2, (height - FIELD_HEIGHT_MM) / 2, turned=False),)
    right = (width + FIELD_HEIGHT_MM) / 2
    foot = (height / 2 - FIELD_WIDTH_MM) / 2
    upper, lower = Spot(right, height / 2 + foot, turned=True), Spot(right, foot, turned=True)
    return (upper,) if paper.with_instructions else (upper, lower)
