"""Papers that go along with a return, drawn and read back with no transaction open: a wrong bar code never leaves."""

from collections.abc import Sequence

from carriers.expeditors_api.booking import Booking
from carriers.expeditors_api.waybill import waybill as as_waybill
from rmatrack.domain.errors import RuleBrokenError, _
from rmatrack.paper import dhl_waybill, invoice, waybill
from rmatrack.paper.dhl_waybill import WaybillDocument
from rmatrack.paper.invoice import Invoice
from rmatrack.paper.labels import Document
from rmatrack.paper.papers import Paper
from rmatrack.paper.readback import read_back


class MisreadPaperError(RuleBrokenError):
    """A bar code of a paper does not say what it should."""

    code = "misread-paper"
    message = _("A barcode of this paper does not read back: it should say %(expected)s. It is held; tell support.")


def invoices_pdf(invoices: Sequence[Invoice]) -> bytes:
    """Return customs invoices in one file; raises `PaperError` and `MisreadPaperError`."""
    return _checked(invoice.draw(invoices))


def waybill_of(booking: Booking) -> bytes:
    """Return the document that goes with *booking*; raises `PaperError` and `MisreadPaperError`."""
    return _checked(waybill.draw(as_waybill(booking), Paper.A4))


def dhl_waybill_of(told: WaybillDocument) -> bytes:
    """Return DHL's waybill document for a label; raises `PaperError` and `MisreadPaperError`."""
    return _checked(dhl_waybill.draw(told))


def _checked(document: Document) -> bytes:
    for page in read_back(document):
        if not page.is_fine:
            raise MisreadPaperError(expected=page.misread[0].expected)
    return document.pdf
