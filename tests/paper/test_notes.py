"""A note to take along: everything on one sheet, in the largest print that fits, or refused."""

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest
from pypdfium2 import raw

from rmatrack.paper.errors import TextTooLongError
from rmatrack.paper.notes import Fact, Note, Section, draw_note

WHERE = Fact("Fetch from", ("Uniwersytet Łódzki", "ul. Narutowicza 68", "90-136 Łódź", "Poland"))


def note_with(*ticks: str) -> Note:
    """Return a note whose second step has *ticks*."""
    first = Section(title="Call DHL Express", large="+48 42 6345 100", lines=("Say that the receiver pays.",))
    second = Section(title="Say this", quote="“I have a box.”", facts=(WHERE, WHERE, WHERE), ticks=ticks)
    return Note("How to send it back from Poland", "D4100271 · back by 28 Nov", (first, second))


def written(pdf: bytes) -> tuple[str, float]:
    """Return what the only page says, and how large its second step's address is."""
    (page,) = pypdfium2.PdfDocument(pdf)
    text = page.get_textpage().get_text_range()
    return text, raw.FPDFText_GetFontSize(page.get_textpage(), text.index("ul. Narutowicza"))


def test_all_of_it_is_on_one_sheet() -> None:
    note = note_with(*(f"FOC2345{number:04d} · Room Kit · 6.9 kg" for number in range(30)))

    text, _ = written(draw_note(note))

    for told in ("How to send it back", "back by 28 Nov", "+48 42 6345 100", "“I have a box.”", "90-136 Łódź"):
        assert told in text
    assert all(f"FOC2345{number:04d}" in text for number in range(30))


def test_the_print_is_as_large_as_the_sheet_allows() -> None:
    _, few = written(draw_note(note_with("one box")))
    _, many = written(draw_note(note_with(*["one box of many"] * 40)))

    assert many < few


def test_a_long_address_of_a_page_is_made_smaller_alone() -> None:
    plain = note_with("one box")
    long = Section(title="Book", large="https://mydhl.express.dhl/ca/en/schedule-a-pickup-or-a-courier.html?from=note")

    _, usual = written(draw_note(plain))
    text, beside = written(draw_note(Note(plain.title, plain.lead, (long, plain.sections[1]))))

    assert beside == usual
    assert long.large in text


def test_the_same_note_makes_the_same_bytes() -> None:
    assert draw_note(note_with("one box")) == draw_note(note_with("one box"))


def test_more_than_a_sheet_holds_is_refused() -> None:
    with pytest.raises(TextTooLongError):
        draw_note(note_with(*["one box of many"] * 90))
