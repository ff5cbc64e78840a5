"""The document that goes with a booking: written as people read it, whole on every page."""

from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]  # No stubs.

from carriers.expeditors_api.waybill import waybill
from rmatrack.paper.papers import Paper
from rmatrack.paper.readback import read_back
from rmatrack.paper.waybill import draw
from tests.paper.bookings import make_booking


def test_it_is_written_as_people_read_it() -> None:
    (page,) = pypdfium2.PdfDocument(draw(waybill(make_booking()), Paper.A4).pdf)

    text = page.get_textpage().get_text_range()
    for told in ("2628 CD Delft", "San Jose CA 95134", "8517.62", "Mexico", "50 × 35 × 25", "14,700.00 USD"):
        assert told in text


def test_every_page_of_a_large_booking_carries_the_rma() -> None:
    booking = make_booking()
    document = draw(waybill(replace(booking, cartons=booking.cartons * 20)), Paper.A4)

    pages = list(read_back(document))

    assert len(pages) == len(pypdfium2.PdfDocument(document.pdf)) == 4
    assert all(page.is_fine for page in pages)
