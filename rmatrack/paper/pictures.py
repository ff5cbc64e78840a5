"""Pages as pictures: for the screen, and for whatever reads or prints dots.

pdfium, which renders them, does one thing at a time: everyone in this process who calls it holds `RENDERING`.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from threading import Lock

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
from PIL import Image

RENDERING = Lock()


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open *pdf* for rendering. Hold `RENDERING` around each use, not around the whole."""
    with RENDERING:
        document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        with RENDERING:
            document.close()


def picture(pdf: bytes, page: int = 0, *, dpi: float = 203) -> Image.Image:
    """Return one page (from 0) in shades of grey."""
    with (
        opened(pdf) as document,
        RENDERING,
        closing(document[page]) as drawn,
        closing(drawn.render(scale=dpi / 72, grayscale=True)) as bitmap,
    ):
        image: Image.Image = bitmap.to_pil().copy()
    return image


def png(pdf: bytes, page: int = 0, *, dpi: int = 150) -> bytes:
    """Return one page (from 0) as a PNG file."""
    file = BytesIO()
    picture(pdf, page, dpi=dpi).save(file, "PNG", optimize=True)
    return file.getvalue()
