"""Files of shipments: upload, answer what a file leaves open, look at what it would do, load it."""

from datetime import datetime
from http import HTTPStatus

from apiflask import APIBlueprint
from apiflask.fields import UploadFile
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.imports import ImportFile, newest_import_files
from rmatrack.domain.errors import BadInputError, ConflictError
from rmatrack.domain.people import Permission
from rmatrack.domain.shipment_columns import Column
from rmatrack.domain.shipment_problems import Problem
from rmatrack.domain.shipments import Standing
from rmatrack.domain.written_dates import DateOrder
from rmatrack.services import uploads
from rmatrack.services.imports import Preview, preview
from rmatrack.services.shipment_layout import (
    Answers,
    ColumnAbsentError,
    ColumnDoubledError,
    ColumnMissingError,
    DatesAmbiguousError,
    layout_of,
)
from rmatrack.services.spreadsheets import FileEmptyError, FileTooLargeError, FileUnreadableError, Table, read_table
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Page, Raw, Shape
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.import_effects import effects
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-imports", __name__, url_prefix="/api/v1/imports", tag="Imports")

OPEN_QUESTIONS = (ColumnMissingError, ColumnAbsentError, ColumnDoubledError, DatesAmbiguousError)
"""What a file may leave open; until it is answered, nothing is loaded."""

FILES_SHOWN = 50


class FileIn(Shape):
    """A CSV or XLSX file, whatever its delimiter, encoding and language of headers."""

    file: UploadFile


class File(Found):
    """A file that was uploaded; `summary` counts what loading it did."""

    id: int = Field(examples=[12])
    name: str = Field(examples=["shipments.csv"])
    uploaded_at: datetime
    loaded_at: datetime | None
    summary: dict[str, int] | None = Field(
        examples=[{"new": 12, "changed": 0, "unchanged": 3, "refused": 1, "units": 31}]
    )


class Question(Found):
    """What a file leaves open; answer it before it can be compared."""

    code: str = Field(examples=["ambiguous-dates"])
    message: str = Field(examples=["The dates under Ship date can be day/month or month/day. Say which comes first."])
    column: str | None = Field(examples=["shipped_on"])
    header: str | None = Field(examples=["Ship date"])


class RowProblem(Found):
    """Something wrong (it holds its order back) or odd (it does not) on a line of the file."""

    code: str = Field(examples=["serial-out"])
    message: str = Field(examples=["FOC21213GKV is out on D4100201 already."])
    order: str = Field(examples=["D4100202"])
    line: int = Field(examples=[14])
    column: str | None = Field(examples=["serial"])
    header: str = Field(examples=["Serial number"])


class Effect(Found):
    """What loading would do with one order."""

    number: str = Field(examples=["D4100201"])
    standing: Standing
    line: int = Field(examples=[2])


class Comparison(Found):
    """What loading a file would do. Send `fingerprint` to confirm exactly this."""

    fingerprint: str
    counts: dict[Standing, int] = Field(examples=[{"new": 12, "changed": 0, "unchanged": 3, "refused": 1}])
    effects: list[str] = Field(description="In words.", examples=[["12 demo orders are recorded."]])
    orders: list[Effect]
    problems: list[RowProblem]
    remarks: list[RowProblem]


class FileShown(Found):
    """A file with what it leaves open or, where that is nothing, what it would do."""

    file: File
    questions: list[Question]
    comparison: Comparison | None


class FilesQuery(Shape):
    """Which part of the list."""

    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


class AnswersIn(Shape):
    """What a file's headers and dates mean; what was said before stays."""

    columns: dict[Raw, Column] = Field(
        default={}, description="The column behind a header.", examples=[{"Wanneer": "shipped_on"}]
    )
    dates: dict[Raw, DateOrder] = Field(
        default={}, description="The order of the dates under a header.", examples=[{"Ship date": "day-first"}]
    )


class LoadIn(Shape):
    """What was shown and is confirmed."""

    fingerprint: Filled


class Loaded(Found):
    """How many orders became what, and the units that were recorded."""

    new: int = Field(examples=[12])
    changed: int = Field(examples=[0])
    unchanged: int = Field(examples=[3])
    refused: int = Field(examples=[1])
    units: int = Field(examples=[31])


@bp.get("")
@bp.input(FilesQuery, location="query")
@bp.output(Page[File])
@allowed(Permission.RECORD_SHIPMENTS)
def index(query_data: FilesQuery) -> Page[File]:
    """List the uploaded files, the newest first."""
    found = newest_import_files(read_session(), before=query_data.after, limit=FILES_SHOWN + 1)
    shown = found[:FILES_SHOWN]
    return Page(
        items=[File.model_validate(file) for file in shown],
        next=str(shown[-1].id) if len(found) > len(shown) else None,
    )


@bp.post("")
@bp.input(FileIn, location="files")
@bp.output(File, HTTPStatus.CREATED)
@writes
@refuses(FileUnreadableError, FileEmptyError, FileTooLargeError)
@allowed(Permission.RECORD_SHIPMENTS)
def take(files_data: FileIn) -> Response:
    """Upload a file; nothing is loaded yet."""
    content, name = files_data.file.read(), files_data.file.filename or "file"
    files_data.file.seek(0)
    read_table(content, name)
    return once(
        lambda session: File.model_validate(uploads.keep_upload(session, content, name, by=g.actor, now=g.now)),
        status=HTTPStatus.CREATED,
    )


@bp.get("/<int:file_id>")
@bp.output(FileShown)
@refuses(FileUnreadableError)
@allowed(Permission.RECORD_SHIPMENTS)
def show(file_id: int) -> FileShown:
    """Show what a file leaves open, or what loading it would do."""
    return _shown(read_session(), file_id)


@bp.put("/<int:file_id>/answers")
@bp.input(AnswersIn)
@bp.output(FileShown)
@writes
@allowed(Permission.RECORD_SHIPMENTS)
def answer(file_id: int, json_data: AnswersIn) -> Response:
    """Say what a file's headers and dates mean."""

    def deed(session: Session) -> FileShown:
        answers = Answers(
            columns={header: column.value for header, column in json_data.columns.items()},
            dates={header: order.value for header, order in json_data.dates.items()},
        )
        uploads.answer(session, file_id, answers, by=g.actor)
        return _shown(session, file_id)

    return once(deed)


@bp.post("/<int:file_id>/load")
@bp.input(LoadIn)
@bp.output(Loaded)
@writes
@refuses(uploads.LoadedBeforeError, FileUnreadableError, *OPEN_QUESTIONS)
@allowed(Permission.RECORD_SHIPMENTS)
def load(file_id: int, json_data: LoadIn) -> Response:
    """Load a file as it was shown, all or nothing per order; `conflict` where something else would now happen."""
    session = read_session()
    file = uploads.upload(session, file_id, by=g.actor)
    shown = _compared(session, file, uploads.table_of(session, file))

    def deed(session: Session) -> Loaded:
        if json_data.fingerprint != shown.fingerprint and not uploads.upload(session, file_id, by=g.actor).loaded_at:
            raise ConflictError
        return Loaded.model_validate(
            uploads.confirm(session, file_id, shown, policy=given().policy, by=g.actor, now=g.now)
        )

    return once(deed)


def _shown(session: Session, file_id: int) -> FileShown:
    file = uploads.upload(session, file_id, by=g.actor)
    table = uploads.table_of(session, file)
    questions = layout_of(table, uploads.answers_of(file)).questions
    return FileShown(
        file=File.model_validate(file),
        questions=[_question(each) for each in questions],
        comparison=None if questions else _comparison(_compared(session, file, table)),
    )


def _compared(session: Session, file: ImportFile, table: Table) -> Preview:
    return preview(session, table, policy=given().policy, by=g.actor, answers=uploads.answers_of(file))


def _question(error: BadInputError) -> Question:
    return Question(code=error.code, message=say(error), column=error.field, header=getattr(error, "header", None))


def _comparison(shown: Preview) -> Comparison:
    return Comparison(
        fingerprint=shown.fingerprint,
        counts=dict(shown.counts),
        effects=effects(shown),
        orders=[Effect.model_validate(plan) for plan in shown.orders],
        problems=[_row_problem(each) for each in shown.problems],
        remarks=[_row_problem(each) for each in shown.remarks],
    )


def _row_problem(each: Problem) -> RowProblem:
    return RowProblem(
        code=each.code,
        message=say(each.sentence),
        order=each.order,
        line=each.line,
        column=each.column.value if each.column else None,
        header=each.header,
    )
