"""Reading a finished document back, bar code by bar code, before any label leaves (SPEC C-8).

Each bar code is rendered from the page at the dots of the coarsest label printer, turned upright, and given to a
reader that knows nothing of what it should say. Only the bar codes' own rectangles are rendered: ten times as quick.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import cast

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import zxingcpp
from PIL import Image

from carriers.recognise import recognise
from rmatrack.paper.labels import Document, PlacedBarcode, PlacedLabel, PlacedPicture
from rmatrack.paper.lettering import MM_PER_POINT
from rmatrack.paper.pen import Symbology
from rmatrack.paper.pictures import RENDERING, opened

DPI = 203
PICTURE_DPI = 300
"""A carrier's picture has dots of its own, which must not be lost between ours."""

FORMATS = {
    Symbology.CODE_39: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code39),
    Symbology.CODE_128: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128),
    Symbology.GS1_128: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128),
    Symbology.MAXICODE: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.MaxiCode),
}
LINEAR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.Code39])


@dataclass(frozen=True, slots=True)
class Misread:
    """A bar code that does not say what it should; `read` is empty when nothing could be read."""

    name: str
    expected: str
    read: str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What came of reading one label."""

    number: str
    misread: tuple[Misread, ...]

    @property
    def is_fine(self) -> bool:
        return not self.misread


def read_back(document: Document) -> Iterator[ReadBack]:
    """Read each label of *document* in turn; count what comes for the progress."""
    with opened(document.pdf) as pages:
        for label in document.labels:
            with RENDERING, closing(pages[label.page]) as page:
                result = compare(label, partial(_scan, page), partial(_look, page))
            yield result


def compare(
    label: PlacedLabel, scan: Callable[[PlacedBarcode], str], look: Callable[[PlacedPicture], Sequence[str]]
) -> ReadBack:
    """Have *scan* read each bar code of *label*, and tell those that do not say what they should.

    Of a carrier's own picture *look* reads all that there is: what it must say is among it, and no other number is.
    """
    misread = []
    for barcode in label.barcodes:
        expected, read = f"{barcode.symbology}{barcode.content}", scan(barcode)
        if read != expected:
            misread.append(Misread(barcode.name, expected, read))
    if label.picture:
        misread += _differences(label.picture, look(label.picture))
    return ReadBack(label.number, tuple(misread))


def all_decoded(picture: Image.Image | zxingcpp.ImageView) -> list[str]:
    """Return what every bar code in *picture* says, without the identifiers of their symbologies."""
    found = zxingcpp.read_barcodes(picture, LINEAR, try_rotate=False, try_invert=False)
    return [each.bytes.decode("latin-1") for each in found]


def _differences(picture: PlacedPicture, read: Sequence[str]) -> list[Misread]:
    others = [text for text in read if text not in picture.says]
    missing = [says for says in picture.says if says not in read]
    found = [Misread("tracking", says, _other(says, others)) for says in missing]
    return found or [Misread("tracking", says, other) for says in picture.says if (other := _other(says, others))]


def _other(says: str, others: Sequence[str]) -> str:
    """Return another number of the kind that *says* is, where there is one."""
    kind = recognise(says)
    return next((text for text in others if kind and (is_ := recognise(text)) and is_.kind is kind.kind), "")


def decoded(picture: Image.Image | zxingcpp.ImageView, symbology: Symbology) -> str:
    """Return what the bar code in *picture* says, after the identifier of its symbology; empty if there is none."""
    found = zxingcpp.read_barcode(picture, FORMATS[symbology], try_rotate=False, try_invert=False)
    if found is None:
        return ""
    identifier = found.symbology_identifier
    if identifier == "]A1":  # A Code 39 whose last sign would do as a check character; DHL's has none.
        identifier = "]A0"
    return f"{identifier}{found.bytes.decode('latin-1')}"


def _scan(page: pypdfium2.PdfPage, barcode: PlacedBarcode) -> str:
    turn = 90 if barcode.turned else 0
    with closing(page.render(scale=DPI / 72, rotation=turn, crop=_margins(page, barcode), grayscale=True)) as bitmap:
        dots = memoryview(bitmap.buffer)
        view = zxingcpp.ImageView(dots, bitmap.width, bitmap.height, zxingcpp.ImageFormat.Lum, bitmap.stride)
        return decoded(view, barcode.symbology)


def _look(page: pypdfium2.PdfPage, placed: PlacedPicture) -> list[str]:
    turn = 90 if placed.turned else 0
    margins = _margins(page, placed)
    with closing(page.render(scale=PICTURE_DPI / 72, rotation=turn, crop=margins, grayscale=True)) as bitmap:
        dots = memoryview(bitmap.buffer)
        return all_decoded(
            zxingcpp.ImageView(dots, bitmap.width, bitmap.height, zxingcpp.ImageFormat.Lum, bitmap.stride)
        )


def _margins(page: pypdfium2.PdfPage, barcode: PlacedBarcode | PlacedPicture) -> tuple[float, float, float, float]:
    """Return what to cut off at the left, below, at the right and above, in points, after turning it upright."""
    width, height = page.get_size()
    box = barcode.box
    left, bottom = box.x / MM_PER_POINT, box.y / MM_PER_POINT
    right, top = width - (box.x + box.width) / MM_PER_POINT, height - (box.y + box.height) / MM_PER_POINT
    margins = (bottom, right, top, left) if barcode.turned else (left, bottom, right, top)
    return cast(tuple[float, float, float, float], tuple(max(0.0, margin) for margin in margins))
