"""Customs invoices on paper: whole texts or none, pages that turn, the same bytes every time."""

import re
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rmatrack.paper.errors import TextTooLongError, UnprintableTextError
from rmatrack.paper.invoice import draw
from rmatrack.paper.papers import Paper
from rmatrack.paper.readback import read_back
from tests.paper.invoices import INVOICE, LINE, SENDER, make_invoice


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_lines_that_do_not_fit_go_on_under_the_same_head() -> None:
    document = draw([make_invoice(lines=(LINE,) * 20), INVOICE])

    text = text_of(document.pdf)
    assert text.count("COMMERCIAL INVOICE") == len(document.labels) == 4
    assert text.count("FOC2345N0AB") == 21
    assert "3 / 3" in text
    assert "1 / 1" in text
    assert all(page.is_fine for page in read_back(document))


@pytest.mark.parametrize("paper", [Paper.A4, Paper.LETTER])
def test_it_is_signed_on_the_page_of_its_last_goods_where_there_is_room(paper: Paper) -> None:
    (page,) = pypdfium2.PdfDocument(draw([make_invoice(paper=paper, lines=(LINE,) * 4)]).pdf)

    text = page.get_textpage().get_text_range()
    assert text.index("Total value for customs") < text.index("I declare that") < text.index("Signature")


def test_the_same_invoice_makes_the_same_bytes() -> None:
    assert draw([INVOICE]).pdf == draw([INVOICE]).pdf


def test_a_goods_line_higher_than_a_page_is_refused() -> None:
    serials = tuple(f"FOC2345{each:04d}" for each in range(100))

    with pytest.raises(TextTooLongError):
        draw([make_invoice(lines=(replace(LINE, serials=serials),))])


def test_letters_that_no_font_has_are_refused() -> None:
    with pytest.raises(UnprintableTextError):
        draw([make_invoice(exporter=("東京大学", *SENDER[1:]))])


TEXTS = st.text(alphabet="aAłŁéΩЖß0 ,.'", min_size=1, max_size=70).filter(str.strip)


@settings(max_examples=40)
@given(st.lists(TEXTS, min_size=1, max_size=7), TEXTS, st.sampled_from([Paper.A4, Paper.LETTER]))
def test_what_is_on_it_is_on_it_whole_or_it_is_refused(lines: list[str], goods: str, paper: Paper) -> None:
    told = make_invoice(paper=paper, exporter=tuple(lines), lines=(replace(LINE, goods=goods),), signatory=goods)

    try:
        document = draw([told])
    except TextTooLongError:
        return

    printed = re.sub(r"\s", "", text_of(document.pdf)).casefold()
    for text in (*lines, goods):
        assert re.sub(r"\s", "", text).casefold() in printed
