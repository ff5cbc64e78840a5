"""Lists as files to keep, in the reader's language (SPEC X-6): streamed, however long they are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from tempfile import TemporaryFile
from typing import TypeVar

from flask import Response, send_file, stream_with_context
from sqlalchemy.orm import Session

from rmatrack.db.engine import reading
from rmatrack.domain.sentences import Sentence
from rmatrack.services.tables import Column, Words, csv_pieces, write_xlsx
from rmatrack.web.given import given
from rmatrack.web.languages import _, word
from rmatrack.web.sentences import say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Item = TypeVar("Item")
Rows = Callable[[Session], Iterable[Item]]


def csv_file(name: str, columns: Sequence[Column[Item]], rows: Rows[Item]) -> Response:
    """Answer with a CSV file, sent while it is read; *rows* reads them with a session of its own."""

    def pieces() -> Iterator[str]:
        with reading(given().engine) as session:
            yield from csv_pieces(columns, rows(session), in_readers_words, marked=True)

    answer = Response(stream_with_context(pieces()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def xlsx_file(name: str, columns: Sequence[Column[Item]], rows: Rows[Item]) -> Response:
    """Answer with a workbook; it lies on disk until it is sent."""
    file = TemporaryFile()  # noqa: SIM115  The answer closes it.
    with reading(given().engine) as session:
        write_xlsx(file, columns, rows(session), in_readers_words)
    file.seek(0)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")


def in_readers_words(value: Words) -> str:
    """Return a title, a status or a sentence in the reader's language."""
    match value:
        case StrEnum():
            return word(value)
        case Sentence():
            return say(value)
    return _(value)
