"""A file of labels for a thermal printer, read back from the very dots that are sent (SPEC C-7, C-8)."""

from collections.abc import Iterator

from rmatrack.domain.errors import BadInputError, _
from rmatrack.paper.labels import Document
from rmatrack.paper.papers import Paper
from rmatrack.paper.readback import ReadBack
from rmatrack.paper.zpl import DPI, zpl

MEDIA_TYPE = "application/zpl"
MOST_COPIES = 9


class NotThermalError(BadInputError):
    """Thermal printers take a label's own paper, and have the dots that are sold."""

    code = "not-for-thermal-printers"
    message = _("Thermal printers take 4x6 or A6 at 203 or 300 dots an inch, and up to 9 copies.")


class ThermalFile:
    """Stands in for whoever reads a drawn document back, and keeps what the printer gets."""

    def __init__(self, paper: Paper, dpi: int, copies: int = 1) -> None:
        if paper.is_sheet or dpi not in DPI or not 1 <= copies <= MOST_COPIES:
            raise NotThermalError(field="printer")
        self._dpi = dpi
        self._copies = copies
        self._pages: list[bytes] = []

    @property
    def content(self) -> bytes:
        return b"".join(self._pages)

    def read(self, document: Document) -> Iterator[ReadBack]:
        """Turn *document* into dots and read each label from them; called again, it begins anew."""
        self._pages = []
        for sent, read in zpl(document, dpi=self._dpi, copies=self._copies):
            self._pages.append(sent)
            yield from read
