"""A list as a file comes out of a spreadsheet as it went in, and computes nothing there."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from rmatrack.domain.due import DueState
from rmatrack.domain.sentences import Sentence
from rmatrack.services.tables import Column, Value, csv_pieces, harmless, in_english, write_xlsx

FIRST: tuple[Column[Value], ...] = (Column("First", lambda value: value),)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(TEXTS)
def test_a_text_comes_back_and_never_begins_a_formula(text: str) -> None:
    cell = read_csv(as_csv([text]))[1][0]

    assert cell.removeprefix("'") == text.removeprefix("'")
    assert not cell.startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", ["=1+1", "+31 15 278 9111", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_compute_is_shown(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (-7, "-7"),
        (date(2026, 11, 15), "2026-11-15"),
        (datetime(2026, 11, 15, 9, 30, tzinfo=UTC), "2026-11-15T09:30:00+00:00"),
        (DueState.OVERDUE, "overdue"),
        (Sentence("Due %(day)s", {"day": date(2026, 11, 15)}), "Due 2026-11-15"),
    ],
)
def test_each_kind_of_value_is_written_for_programs(value: Value, shown: str) -> None:
    assert read_csv(as_csv([value]))[1] == [shown]


def test_a_long_list_comes_in_pieces() -> None:
    pieces = list(csv_pieces(FIRST, range(1200), in_english, marked=False))

    assert len(pieces) == 3
    assert len("".join(pieces).splitlines()) == 1201


def test_a_workbook_keeps_numbers_dates_and_texts_apart() -> None:
    file = io.BytesIO()

    write_xlsx(file, FIRST, [5, date(2026, 11, 15), "=1+1", DueState.OVERDUE, None], in_english)

    rows = CalamineWorkbook.from_object(io.BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:5]] == [5.0, date(2026, 11, 15), "=1+1", "overdue"]


def as_csv(values: list[Value]) -> str:
    return "".join(csv_pieces(FIRST, values, in_english, marked=True))


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
