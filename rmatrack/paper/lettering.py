"""The typefaces of all our paper, and what a line of text measures in them."""

from functools import cache, lru_cache
from importlib.resources import as_file, files
from unicodedata import normalize

from reportlab.pdfbase.ttfonts import TTFont

from rmatrack.paper.errors import UnprintableTextError

MM_PER_POINT = 25.4 / 72


class Face:
    """A typeface and what it has letters for."""

    def __init__(self, name: str) -> None:
        with as_file(files("rmatrack.paper.fonts").joinpath(f"{name}.ttf")) as path:
            self.font = TTFont(name, str(path), shapable=False)
        self._widths: dict[int, float] = self.font.face.charWidths
        self._has = frozenset(self.font.face.charToGlyph)

    @lru_cache(maxsize=4096)  # noqa: B019  The faces are three and live as long as the program.
    def width(self, text: str) -> float:
        """Return how long *text* runs, in parts of its size."""
        return sum(map(self._widths.__getitem__, map(ord, text))) / 1000

    def has(self, letter: str) -> bool:
        """Say whether there is a shape for *letter*."""
        return ord(letter) in self._has

    @lru_cache(maxsize=4096)  # noqa: B019  As above.
    def set(self, text: str) -> str:
        """Return *text* with composed letters and single blanks; refuse what the face has no letters for."""
        tidy = normalize("NFC", " ".join(text.split()))
        missing = sorted({letter for letter in tidy if ord(letter) not in self._has})
        if missing:
            raise UnprintableTextError(text=tidy, letters=" ".join(missing[:8]))
        return tidy


@cache
def regular() -> Face:
    return Face("NotoSans-Regular")


@cache
def bold() -> Face:
    return Face("NotoSans-Bold")


@cache
def maxicode() -> Face:
    """The hexagons of a MaxiCode, four to a hexadecimal digit."""
    return Face("MaxiCode")
