"""A label that the carrier drew itself, at its true size among our papers (SPEC C-7, C-9).

UPS gives a picture that lies on its side, 4 inches wide and 6 or more high, with legal text below; DHL a page of A6.
What is blank around the ink is cut off, so that either fits a field. Nothing is scaled: a bar code that was made for a
label printer's dots keeps them.
"""

import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image

from rmatrack.domain.errors import _
from rmatrack.paper.errors import PaperError
from rmatrack.paper.papers import FIELD_HEIGHT_MM, FIELD_WIDTH_MM, Paper
from rmatrack.paper.pen import Box
from rmatrack.paper.pictures import picture

SHORT_SIDE_INCHES = 4
LONG_SIDE_INCHES = 6
"""What carriers print on; what they put below it is not part of the label."""

PAGE_DPI = 600
NEARLY_ALIKE = 0.02
"""How far a printer's dots may be from a picture's, in parts, to be given them one for one: 203 for 200."""

MM_PER_INCH = 25.4
DARK = 128


class PictureTooLargeError(PaperError):
    """The carrier's label is larger than a field of the paper."""

    code = "carrier-picture-too-large"
    message = _(
        "The carrier's label is %(width)s × %(height)s mm and does not fit %(paper)s at its true size. Print it on"
        " 4 × 6 in."
    )


class PrinterCommandsError(PaperError):
    """Commands are printed by a printer only: nobody could read back what it will make of them (SPEC C-8)."""

    code = "carrier-picture-is-commands"
    message = _(
        "The carrier gave %(number)s as commands for a printer (ZPL), which cannot be read back. Have the carrier make"
        " another as a picture or a PDF; we print that on thermal printers too."
    )


class UnknownPictureError(PaperError):
    """What the carrier gave is no picture that we can put on paper."""

    code = "carrier-picture-unknown"
    message = _("The carrier's label of %(number)s is no picture that can be printed. Have the carrier make another.")


@dataclass(frozen=True, slots=True)
class CarrierPicture:
    """The carrier's own label: GIF, PNG or PDF, and what its bar codes must say."""

    number: str
    content: bytes
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ink:
    """A picture without what is blank around it: dots, one bit each, 1 is white, and how large it is in mm."""

    dots: bytes
    columns: int
    rows: int
    width_mm: float
    height_mm: float

    def for_printer(self, dpi: float) -> Image.Image:
        """Return the picture in black and white dots of a printer, at its true size.

        Where a printer has nearly as many dots an inch as the picture, it gets them one for one: 1.6 % smaller on a
        203 dpi printer, and no bar a dot wider than its neighbours.
        """
        image = Image.frombytes("1", (self.columns, self.rows), zlib.decompress(self.dots)).convert("L")
        scale = dpi * self.width_mm / MM_PER_INCH / self.columns
        if abs(scale - 1) <= NEARLY_ALIKE:
            return image
        size = round(self.columns * scale), round(self.rows * scale)
        return image.resize(size, Image.Resampling.BOX).point(lambda shade: 255 if shade >= DARK else 0)


@lru_cache(maxsize=4)
def ink_of(label: CarrierPicture) -> Ink:
    """Return what is printed of *label*; raises `PrinterCommandsError` and `UnknownPictureError`."""
    if label.content.lstrip().startswith(b"^XA"):
        raise PrinterCommandsError(number=label.number)
    image, dpi = _upright(label)
    found = image.point(lambda shade: 255 if shade < DARK else 0).getbbox()
    if found is None:
        raise UnknownPictureError(number=label.number)
    cut = image.crop(found).point(lambda shade: 255 if shade >= DARK else 0).convert("1", dither=Image.Dither.NONE)
    mm = MM_PER_INCH / dpi
    return Ink(zlib.compress(cut.tobytes()), cut.width, cut.height, cut.width * mm, cut.height * mm)


def place(label: CarrierPicture, paper: Paper) -> Box:
    """Return where in a field of *paper* the picture lies, from its upper left; raises `PictureTooLargeError`."""
    ink = ink_of(label)
    room = paper.size[1] if paper is Paper.FOUR_BY_SIX else FIELD_HEIGHT_MM
    if ink.width_mm > FIELD_WIDTH_MM or ink.height_mm > room:
        raise PictureTooLargeError(width=round(ink.width_mm), height=round(ink.height_mm), paper=paper.value)
    left, top = (FIELD_WIDTH_MM - ink.width_mm) / 2, (FIELD_HEIGHT_MM - ink.height_mm) / 2
    return Box(left, top, ink.width_mm, ink.height_mm)


def _upright(label: CarrierPicture) -> tuple[Image.Image, float]:
    """Return the picture in shades of grey, higher than wide, and its dots per inch."""
    if label.content.startswith(b"%PDF"):
        try:
            return picture(label.content, dpi=PAGE_DPI), PAGE_DPI
        except Exception as error:
            raise UnknownPictureError(number=label.number) from error
    try:
        image = Image.open(BytesIO(label.content))
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise UnknownPictureError(number=label.number) from error
    flat = Image.new("L", image.size, 255)
    flat.paste(image.convert("L"), mask=image.convert("RGBA").getchannel("A"))
    upright = flat.rotate(-90, expand=True) if flat.width > flat.height else flat
    dpi = upright.width / SHORT_SIDE_INCHES
    return upright.crop((0, 0, upright.width, min(upright.height, round(dpi * LONG_SIDE_INCHES)))), dpi
