"""Lists as files: CSV that spreadsheets open as it is meant, and XLSX with real dates (SPEC X-6).

Columns are named by message ids; whoever writes the file says how words are translated.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import IO, Any, Generic, TypeVar

import xlsxwriter  # type: ignore[import-untyped]  # It has no types of its own.

from rmatrack.domain import words
from rmatrack.domain.sentences import Sentence

_BOM = "\ufeff"
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
_ROWS_A_PIECE = 500
_WIDEST = 60
_SAMPLE_WIDTH = 14

Value = str | int | date | datetime | StrEnum | Sentence | None
Words = str | StrEnum | Sentence
Translate = Callable[[Words], str]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """A column: its title as a message id, what it says of an item, and about how many characters that takes."""

    title: str
    value: Callable[[Item], Value]
    width: int = _SAMPLE_WIDTH


def in_english(value: Words) -> str:
    """Return the words of *value* as they stand in the code: for programs and terminals."""
    return words.word(value) if isinstance(value, StrEnum) else str(value)


def csv_pieces(
    columns: Sequence[Column[Item]], items: Iterable[Item], translate: Translate, *, marked: bool
) -> Iterator[str]:
    """Yield a CSV file in pieces: commas, ISO dates, nothing that a spreadsheet would compute.

    *marked*: it begins with a byte order mark, without which Excel takes UTF-8 for something else.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n" if marked else "\n")
    buffer.write(_BOM if marked else "")
    writer.writerow([translate(column.title) for column in columns])
    for count, item in enumerate(items, 1):
        writer.writerow([_cell(column.value(item), translate) for column in columns])
        if count % _ROWS_A_PIECE == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def write_xlsx(file: IO[bytes], columns: Sequence[Column[Item]], items: Iterable[Item], translate: Translate) -> None:
    """Write a workbook of one sheet into *file*; memory does not grow with the rows. Moments are in UTC."""
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    with xlsxwriter.Workbook(file, options | {"strings_to_urls": False, "remove_timezone": True}) as workbook:
        sheet = workbook.add_worksheet()
        bold, moment = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, min(max(column.width, len(column.title)) + 1, _WIDEST))
            sheet.write_string(0, place, translate(column.title), bold)
        for line, item in enumerate(items, 1):
            for place, column in enumerate(columns):
                _write(sheet, line, place, column.value(item), translate, moment)


def harmless(text: str) -> str:
    """Return *text* so that a spreadsheet shows it, and does not compute it."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _cell(value: Value, translate: Translate) -> str:
    match value:
        case None:
            return ""
        case StrEnum() | Sentence():
            return harmless(translate(value))
        case str():
            return harmless(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _write(sheet: Any, line: int, place: int, value: Value, translate: Translate, moment: Any) -> None:
    match value:
        case None:
            return
        case StrEnum() | Sentence():
            sheet.write_string(line, place, translate(value))
        case str():
            sheet.write_string(line, place, value)
        case datetime():
            sheet.write_datetime(line, place, value.astimezone(UTC), moment)
        case date():
            sheet.write_datetime(line, place, value)
        case _:
            sheet.write_number(line, place, value)


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
