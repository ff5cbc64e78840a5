"""Labels for thermal printers: each page as one picture in ZPL, made of the same drawing as the PDF (SPEC C-7).

Nothing but the picture is sent, so that no text in it can be taken for a command. It is read back before, dot for dot
as the printer gets it (SPEC C-8).
"""

import zlib
from base64 import b64encode
from binascii import crc_hqx
from collections.abc import Iterator
from functools import partial

from PIL import Image

from rmatrack.paper.labels import Document, PlacedBarcode, PlacedPicture
from rmatrack.paper.pen import Box
from rmatrack.paper.pictures import picture
from rmatrack.paper.readback import ReadBack, all_decoded, compare, decoded

DPI = {203: 203.2, 300: 300.0}
"""What printers are sold as, and what they print: the coarser kind has 8 dots to the millimetre."""

DARK = 128


def zpl(document: Document, *, dpi: int = 203, copies: int = 1) -> Iterator[tuple[bytes, list[ReadBack]]]:
    """Give each page of *document*, upright labels on their own paper, as ZPL, with what its labels read back as."""
    for page in range(1 + max(label.page for label in document.labels)):
        labels = [label for label in document.labels if label.page == page]
        image = _dots(document.pdf, page, dpi)
        for label in labels:
            if label.picture:
                _press(image, dpi, label.picture)
        scan, look = partial(_scan, image, dpi), partial(_look, image, dpi)
        yield _format(image, copies), [compare(label, scan, look) for label in labels]


def _dots(pdf: bytes, page: int, dpi: int) -> Image.Image:
    """Return a page in black and white dots, its width filled up to whole bytes."""
    grey = picture(pdf, page, dpi=DPI[dpi])
    full = Image.new("L", (-(-grey.width // 8) * 8, grey.height), 255)
    full.paste(grey)
    return full.point(lambda shade: 255 if shade >= DARK else 0)


def _press(image: Image.Image, dpi: int, placed: PlacedPicture) -> None:
    """Put a carrier's own picture where the page has it, in dots that were not blended by rendering the page."""
    dot = 25.4 / DPI[dpi]
    box, dots = placed.box, placed.ink.for_printer(DPI[dpi])
    left, top = round(box.x / dot), round(image.height - (box.y + box.height) / dot)
    width, height = round(box.width / dot), round(box.height / dot)
    image.paste(255, (left, top, left + width, top + height))
    image.paste(dots, (left + (width - dots.width) // 2, top + (height - dots.height) // 2))


def _scan(image: Image.Image, dpi: int, barcode: PlacedBarcode) -> str:
    return decoded(_cut(image, dpi, barcode.box), barcode.symbology)


def _look(image: Image.Image, dpi: int, placed: PlacedPicture) -> list[str]:
    return all_decoded(_cut(image, dpi, placed.box))


def _cut(image: Image.Image, dpi: int, box: Box) -> Image.Image:
    dot = 25.4 / DPI[dpi]
    top = image.height - (box.y + box.height) / dot
    return image.crop((int(box.x / dot), int(top), int((box.x + box.width) / dot), int(top + box.height / dot)))


def _format(image: Image.Image, copies: int) -> bytes:
    """Write *image* as a ZPL label: one graphic field, compressed and with its check sum (Z64)."""
    black = bytes(byte ^ 0xFF for byte in image.convert("1", dither=Image.Dither.NONE).tobytes())
    packed = b64encode(zlib.compress(black))
    size, row = len(black), image.width // 8
    head = f"^XA^PW{image.width}^LL{image.height}^LH0,0^FO0,0^GFA,{size},{size},{row},:Z64:"
    many = b"^PQ%d" % copies if copies > 1 else b""
    return b"%b%b:%04X^FS%b^XZ\n" % (head.encode(), packed, crc_hqx(packed, 0), many)
