"""What the customer reads beside a label: all steps in one size, however long one of them is."""

from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest
from pypdfium2 import raw

from rmatrack.paper.errors import TextTooLongError
from rmatrack.paper.labels import draw
from rmatrack.paper.papers import Paper
from tests.paper.shipments import TOLD, make_label

LONG = (
    "Boek een koerier, online of per telefoon, en geef de chauffeur drie ondertekende exemplaren van de factuur. " * 2
)


def sizes_of(pdf: bytes, *texts: str) -> list[float]:
    """Return how large each of *texts* is written on the first page."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    written = page.get_text_range()
    return [round(raw.FPDFText_GetFontSize(page, written.index(text)), 3) for text in texts]


@pytest.mark.parametrize("paper", [Paper.A4, Paper.LETTER])
def test_a_long_step_makes_every_step_smaller_alike(paper: Paper) -> None:
    short = draw([make_label()], paper, told=TOLD).pdf
    long = draw([make_label()], paper, told=replace(TOLD, steps=(*TOLD.steps[:2], LONG))).pdf

    beginnings = ("Put the", "Stick this")
    (usual,) = set(sizes_of(short, *beginnings, "Call for a"))
    (smaller,) = set(sizes_of(long, *beginnings, "Boek een"))
    assert usual * 0.55 <= smaller < usual


def test_the_customs_sentence_fits_at_the_usual_size() -> None:
    step = "Call DHL Express or book online. Say that the receiver's account pays, and give the waybill number."
    papers = "Give the driver three signed copies of the customs invoice."
    usual = draw([make_label()], Paper.LETTER, told=TOLD).pdf
    crossing = draw([make_label()], Paper.LETTER, told=replace(TOLD, steps=(*TOLD.steps[:2], f"{step} {papers}"))).pdf

    assert sizes_of(crossing, "Put the", "Call DHL") == sizes_of(usual, "Put the", "Call for a")


def test_the_device_is_named_beside_its_serial() -> None:
    pdf = draw([make_label()], Paper.A4, told=replace(TOLD, device="Room Kit Mini")).pdf

    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert text.index("FOC2345N0AB", text.index(TOLD.inside_title)) < text.index("Room Kit Mini")


def test_a_step_that_fills_the_page_is_refused() -> None:
    with pytest.raises(TextTooLongError):
        draw([make_label()], Paper.A4, told=replace(TOLD, steps=(LONG * 6, *TOLD.steps[1:])))
