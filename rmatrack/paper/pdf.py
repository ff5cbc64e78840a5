"""A PDF file put together from drawing operators, small and quick enough for thousands of labels.

ReportLab embeds the fonts, numbers the objects and writes the file; pages and repeated drawings are handed to it as
finished, compressed streams, so that nothing but their bytes is kept. No clock goes in: the same pages, the same bytes.
"""

import zlib
from threading import Lock
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject

from rmatrack.paper.lettering import MM_PER_POINT, Face

QUICK = 1
"""Compression level: half the time of the usual one for a tenth more bytes."""


_EMBEDDING = Lock()
"""The fonts are shared, and cutting out of a font what a file needs of it moves a place mark in it."""


class PdfFile:
    def __init__(self, title: str) -> None:
        self._document: Any = PDFDocument(compression=1, invariant=1)
        self._document.setTitle(title)
        self._forms: dict[str, PDFObject] = {}
        self._resources = _Resources(self._forms)

    def show(self, face: Face, size: float, x: float, y: float, text: str) -> str:
        """Return the operators that show *text* with its left end at x, y; all in the units of the drawing."""
        runs = face.font.splitString(text, self._document)
        shown = " ".join(
            f"{face.font.getSubsetInternalName(subset, self._document)} {size:.3f} Tf ({_escaped(run)}) Tj"
            for subset, run in runs
        )
        return f"BT {x:.3f} {y:.3f} Td {shown} ET"

    def has_form(self, name: str) -> bool:
        return name in self._forms

    def add_form(self, name: str, operators: str, width: float, height: float) -> None:
        """Keep a drawing that many pages repeat; `/name Do` draws it."""
        head = f"/Type /XObject /Subtype /Form /BBox [0 0 {width:.3f} {height:.3f}] /Resources "
        self._forms[name] = _Stream(operators, head, self._resources)

    def add_picture(self, name: str, dots: bytes, columns: int, rows: int) -> None:
        """Keep a black and white picture, compressed, its rows filled up to whole bytes; `/name Do` draws it."""
        self._forms[name] = _Picture(dots, columns, rows)

    def add_photo(self, name: str, jpeg: bytes, width: int, height: int) -> None:
        """Keep a photo of so many dots, a JPEG file; `/name Do` draws it."""
        self._forms[name] = _Photo(jpeg, width, height)

    def add_page(self, operators: str, width: float, height: float) -> None:
        """Add a page of *width* × *height* mm whose drawing has its origin at the lower left and counts in mm."""
        scaled = f"{1 / MM_PER_POINT:.6f} 0 0 {1 / MM_PER_POINT:.6f} 0 0 cm\n{operators}"
        stream = _Stream(scaled)
        page = _Page(stream, self._resources, width / MM_PER_POINT, height / MM_PER_POINT)
        self._document.updateSignature(stream.content)
        self._document.Reference(page)
        self._document.Pages.addPage(page)

    def finish(self) -> bytes:
        """Return the file; nothing can be added afterwards."""
        with _EMBEDDING:
            return bytes(self._document.GetPDFData(None))


def _escaped(run: bytes) -> str:
    """Write *run* as the inside of a PDF string."""
    return (
        run.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b"\\r").decode("latin-1")
    )


class _Stream(PDFObject):
    __RefOnly__ = 1

    def __init__(self, operators: str, head: str = "", resources: PDFObject | None = None) -> None:
        self.content = zlib.compress(operators.encode("latin-1"), QUICK)
        self.head = head
        self.resources = resources

    def format(self, document: Any) -> bytes:
        head = self.head.encode()
        if self.resources is not None:
            head += document.Reference(self.resources).format(document)
        length = len(self.content)
        return b"<< %b /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream\n" % (head, length, self.content)


class _Picture(PDFObject):
    __RefOnly__ = 1

    def __init__(self, dots: bytes, columns: int, rows: int) -> None:
        self.dots = dots
        self.columns = columns
        self.rows = rows

    def format(self, document: Any) -> bytes:
        head = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode"
        size = b"/Width %d /Height %d /Length %d" % (self.columns, self.rows, len(self.dots))
        return b"<< %b %b >>\nstream\n%b\nendstream\n" % (head, size, self.dots)


class _Photo(PDFObject):
    __RefOnly__ = 1

    def __init__(self, jpeg: bytes, width: int, height: int) -> None:
        self.jpeg = jpeg
        self.width = width
        self.height = height

    def format(self, document: Any) -> bytes:
        head = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
        size = b"/Width %d /Height %d /Length %d" % (self.width, self.height, len(self.jpeg))
        return b"<< %b %b >>\nstream\n%b\nendstream\n" % (head, size, self.jpeg)


class _Page(PDFObject):
    __RefOnly__ = 1

    def __init__(self, stream: _Stream, resources: PDFObject, width: float, height: float) -> None:
        self.stream = stream
        self.resources = resources
        self.width = width
        self.height = height

    def format(self, document: Any) -> bytes:
        return b"<< /Type /Page /Parent %b /MediaBox [0 0 %.3f %.3f] /Resources %b /Contents %b >>" % (
            document.Reference(document.Pages).format(document),
            self.width,
            self.height,
            document.Reference(self.resources).format(document),
            document.Reference(self.stream).format(document),
        )


class _Resources(PDFObject):
    """What all pages and forms of the file draw with: its fonts and its forms."""

    __RefOnly__ = 1

    def __init__(self, forms: dict[str, PDFObject]) -> None:
        self.forms = forms

    def format(self, document: Any) -> bytes:
        fonts = document.Reference(document.idToObject["BasicFonts"]).format(document)
        forms = b" ".join(
            b"/%b %b" % (name.encode(), document.Reference(form).format(document)) for name, form in self.forms.items()
        )
        return b"<< /Font %b /XObject << %b >> >>" % (fonts, forms)
