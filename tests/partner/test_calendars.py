"""A calendar is written as RFC 5545 wants it, whatever its texts hold: another reader gets back what was put in."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from rmatrack.domain.calendars import LONGEST_LINE_OCTETS, Entry, escaped, folded, written

CHANGED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["C", "Zl", "Zp"]), st.sampled_from("\\;,:\n\tŁ東京🙂\"'")), max_size=200
)


def entry(
    *, summary: str = "Return due", description: str = "", sequence: int = 0, is_cancelled: bool = False
) -> Entry:
    return Entry(
        uid="return-7@rmatrack.example",
        on=date(2026, 11, 28),
        summary=summary,
        description=description,
        url="https://rmatrack.example/orders/D4100208",
        changed_at=CHANGED,
        sequence=sequence,
        is_cancelled=is_cancelled,
    )


@given(TEXTS, TEXTS)
@settings(max_examples=60)
def test_another_reader_gets_back_what_was_put_in(summary: str, description: str) -> None:
    text = written("Retouren", [entry(summary=summary, description=description)])

    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert event["SUMMARY"] == summary
    assert event.get("DESCRIPTION", "") == description


@given(TEXTS)
@settings(max_examples=60)
def test_no_line_is_longer_than_75_octets_and_none_is_broken_within_a_character(text: str) -> None:
    line = folded(f"SUMMARY:{escaped(text)}")

    pieces = line.split("\r\n")
    assert all(len(piece.encode()) <= LONGEST_LINE_OCTETS for piece in pieces)
    assert "".join([pieces[0], *(piece[1:] for piece in pieces[1:])]) == f"SUMMARY:{escaped(text)}"


def test_every_line_ends_as_the_standard_says() -> None:
    text = written("Returns", [entry(summary="Ł" * 100)])

    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("\n") == text.count("\r\n")


def test_control_characters_are_left_out() -> None:
    assert escaped("a\x00b\x1bc\rd\r\ne") == "abc\\nd\\ne"


def test_an_entry_is_a_whole_day_that_keeps_nobody_from_meeting() -> None:
    [event] = Calendar.from_ical(written("Returns", [entry(sequence=3)])).walk("VEVENT")

    assert event.decoded("DTSTART") == date(2026, 11, 28)
    assert event.decoded("DTEND") == date(2026, 11, 29)
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["SEQUENCE"] == 3
    assert event.decoded("LAST-MODIFIED") == event.decoded("DTSTAMP") == CHANGED
    assert event["STATUS"] == "CONFIRMED"


def test_what_is_over_is_cancelled() -> None:
    [event] = Calendar.from_ical(written("Returns", [entry(is_cancelled=True)])).walk("VEVENT")

    assert event["STATUS"] == "CANCELLED"


def test_the_same_entries_make_the_same_calendar() -> None:
    later = CHANGED + timedelta(days=1)

    first, second = (written("Returns", [entry()]) for _ in range(2))

    assert first == second
    assert f"{later:%Y%m%d}" not in first
