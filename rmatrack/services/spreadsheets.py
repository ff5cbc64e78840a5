"""Reading what a spreadsheet writes: CSV in any delimiter and encoding, and XLSX, as rows of text that know their line.

The encoding follows from the byte order mark, else it is UTF-8 where the bytes allow it, else Windows-1252; the guesses
of statistical detectors are wrong on short Dutch files. The delimiter is the one that cuts the headers, and the rows
most evenly.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from rmatrack.domain.errors import BadInputError, _

DELIMITERS = ";,\t|"
LARGEST_FILE_BYTES = 32_000_000
LARGEST_WORKBOOK_BYTES = 500_000_000
MOST_ROWS = 250_000

_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE_ROWS = 50
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_LINE_BREAK = re.compile(r"[,;]?\s*[\r\n\v\f\x85\u2028\u2029]\s*")
_BLANKS = re.compile(r"\s+")
_PLAIN = re.compile(r"[!-<>-~]*")
_LARGEST_EXACT = 2**53

Cell = int | float | str | bool | time | date | datetime | object


class FileUnreadableError(BadInputError):
    """The bytes are no table in any of the forms we read."""

    code = "unreadable-file"
    message = _("%(name)s cannot be read as CSV or XLSX. Save it again from the spreadsheet as one of these two.")

    def __init__(self, name: str) -> None:
        super().__init__(field="file", name=name)


class FileEmptyError(BadInputError):
    """There is no row with anything in it."""

    code = "empty-file"
    message = _("%(name)s is empty. It needs a line of headers and a line for each unit.")

    def __init__(self, name: str) -> None:
        super().__init__(field="file", name=name)


class FileTooLargeError(BadInputError):
    """More than we take in one go."""

    code = "file-too-large"
    message = _(
        "%(name)s is too large: at most %(rows)s rows and %(megabytes)s MB at a time. Split it into several files."
    )

    def __init__(self, name: str) -> None:
        super().__init__(field="file", name=name, rows=MOST_ROWS, megabytes=LARGEST_FILE_BYTES // 1_000_000)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row as text, and the line of the file on which it begins, counted from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows that are not blank. Which of them has the headers is for others to know."""

    name: str
    rows: Sequence[Row]


def read_table(content: bytes, name: str) -> Table:
    """Return the rows of a CSV file or of the first visible sheet of a workbook.

    Raises `FileUnreadableError`, `FileEmptyError` or `FileTooLargeError`.
    """
    if len(content) > LARGEST_FILE_BYTES:
        raise FileTooLargeError(name)
    raw = _workbook_rows(content, name) if content.startswith((_ZIP, _OLD_WORKBOOK)) else _csv_rows(content, name)
    rows = list(islice(_not_blank(raw), MOST_ROWS + 1))
    if not rows:
        raise FileEmptyError(name)
    if len(rows) > MOST_ROWS:
        raise FileTooLargeError(name)
    return Table(name, rows)


def _not_blank(rows: Iterable[tuple[int, Iterable[str]]]) -> Iterator[Row]:
    for line, values in rows:
        cells = tuple(value if _PLAIN.fullmatch(value) else tidied(value) for value in values)
        if any(cells):
            yield Row(line, cells)


def tidied(text: str) -> str:
    """Return *text* as one line in composed Unicode, without what is invisible, and out of Excel's `="…"`."""
    if wrapped := _AS_TEXT.fullmatch(text.strip()):
        text = wrapped[1]
    text = _LINE_BREAK.sub(", ", text.strip())
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip())


def _csv_rows(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    text, first_line = _after_separator_line(_decoded(content, name))
    reader = csv.reader(io.StringIO(text[1], newline=""), delimiter=text[0])
    begins = first_line
    try:
        for values in reader:
            yield begins, values
            begins = first_line + reader.line_num
    except csv.Error:
        raise FileUnreadableError(name) from None


def _decoded(content: bytes, name: str) -> str:
    marked = (encoding for mark, encoding in _MARKS if content.startswith(mark))
    candidates = [encoding] if (encoding := next(marked, None)) else ["utf-8", "cp1252"]
    for candidate in candidates:
        try:
            return content.decode(candidate)
        except UnicodeDecodeError:
            continue
    raise FileUnreadableError(name)


def _after_separator_line(text: str) -> tuple[tuple[str, str], int]:
    """Return the delimiter with the text, and the line it begins on; Excel may name the delimiter in a line before."""
    if named := _SEPARATOR_LINE.match(text):
        return (named[1], text[named.end() :]), 2
    return (max(DELIMITERS, key=lambda delimiter: _evenness(text, delimiter)), text), 1


def _evenness(text: str, delimiter: str) -> tuple[bool, int]:
    """Return whether the first row is cut at all, and how many cuts there are in rows of the commonest width."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        widths = [len(row) for row in islice(reader, _SAMPLE_ROWS) if row]
    except csv.Error:
        return False, 0
    cuts = ((width - 1) * times for width, times in Counter(widths).items())
    return any(width > 1 for width in widths[:1]), max(cuts, default=0)


def _workbook_rows(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    _refuse_bombs(content, name)
    try:
        workbook = CalamineWorkbook.from_object(io.BytesIO(content))
        sheets = [sheet.name for sheet in workbook.sheets_metadata if str(sheet.visible).endswith("Visible")]
        for sheet_name in sheets or workbook.sheet_names:
            rows = workbook.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False)
            if any(cell != "" for row in rows for cell in row):
                return ((line, [as_text(cell) for cell in row]) for line, row in enumerate(rows, 1))
    except CalamineError:
        raise FileUnreadableError(name) from None
    return iter(())


def _refuse_bombs(content: bytes, name: str) -> None:
    """Raise `FileTooLargeError` where a small file unpacks to a huge one."""
    if not content.startswith(_ZIP):
        return
    try:
        unpacked = sum(part.file_size for part in ZipFile(io.BytesIO(content)).infolist())
    except BadZipFile:
        raise FileUnreadableError(name) from None
    if unpacked > LARGEST_WORKBOOK_BYTES:
        raise FileTooLargeError(name)


def as_text(cell: Cell) -> str:
    """Return a workbook's cell as a CSV file would have it: days as ISO dates, whole numbers without a point."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case float() if cell.is_integer() and abs(cell) < _LARGEST_EXACT:
            return str(int(cell))
        case _:
            return str(cell)
