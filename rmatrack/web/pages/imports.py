"""Importing a file: upload it, answer what it leaves open, look at what would happen, confirm, see what was done."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from rmatrack.db.imports import ImportFile, newest_import_files
from rmatrack.domain.errors import BadInputError, ConflictError, RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.shipment_columns import Column
from rmatrack.domain.shipments import Standing
from rmatrack.domain.written_dates import DateOrder
from rmatrack.services import uploads
from rmatrack.services.imports import Preview, preview
from rmatrack.services.shipment_layout import Answers, Layout, layout_of
from rmatrack.services.spreadsheets import Table, read_table
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.filters import number
from rmatrack.web.given import given
from rmatrack.web.import_effects import button, effects
from rmatrack.web.languages import _, ngettext
from rmatrack.web.links import order_url
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("imports", __name__, url_prefix="/imports")

FILES_SHOWN = 20
ORDERS_SHOWN = 100
VALUES_SHOWN = 3
ROWS_AT_ONCE = 1_500
"""A file with more rows is compared while the page shows that it is."""
ORDERS_AT_ONCE = 500
"""More orders are loaded while the page shows that they are."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@bp.get("")
@allowed(Permission.RECORD_SHIPMENTS)
def index() -> str:
    """Ask for a file, and show the newest ones."""
    return _index()


def _index(error: RmatrackError | None = None) -> str:
    files = newest_import_files(read_session(), limit=FILES_SHOWN)
    return render_template("imports/index.html", files=files, error=error)


@bp.post("")
@allowed(Permission.RECORD_SHIPMENTS)
def take() -> ResponseReturnValue:
    """Keep an uploaded file, if it can be read."""
    with closing(request.files.get("file", FileStorage())) as sent:
        name, content = sent.filename or _("The file"), sent.read()
    try:
        read_table(content, name)
    except BadInputError as error:
        return _index(error), status_of(error)
    with write_session() as session:
        file = uploads.keep_upload(session, content, name, by=g.actor, now=g.now)
    return redirect(url_for(".show", file_id=file.id))


@bp.get("/<int:file_id>")
@allowed(Permission.RECORD_SHIPMENTS)
def show(file_id: int) -> str:
    """Show what a file leaves open, else what it would do, else what it did."""
    file, table = _file(file_id)
    layout = layout_of(table, uploads.answers_of(file))
    if layout.questions:
        return _questions(file, layout)
    if len(table.rows) > ROWS_AT_ONCE and request.args.get("compared") is None:
        return render_template("imports/comparing.html", file=file, rows=len(table.rows))
    return _preview_page(file, _preview(file, table))


@bp.post("/<int:file_id>/answers")
@allowed(Permission.RECORD_SHIPMENTS)
def answer(file_id: int) -> ResponseReturnValue:
    """Keep what was said about headers and dates."""
    with write_session() as session:
        uploads.answer(session, file_id, _answers(), by=g.actor)
    return redirect(url_for(".show", file_id=file_id))


@bp.post("/<int:file_id>/load")
@allowed(Permission.RECORD_SHIPMENTS)
def load(file_id: int) -> ResponseReturnValue:
    """Load what was shown; where something else would happen now, show that instead."""
    file, table = _file(file_id)
    shown = _preview(file, table)
    if request.form.get("fingerprint") != shown.fingerprint and not file.loaded_at:
        error = ConflictError()
        return _preview_page(file, shown, error), status_of(error)
    with write_session() as session:
        done = uploads.confirm(session, file_id, shown, policy=given().policy, by=g.actor, now=g.now)
    flash(
        ngettext(
            "%(count)s device is recorded.", "%(count)s devices are recorded.", done.units, count=number(done.units)
        )
    )
    return redirect(url_for(".show", file_id=file_id, compared="yes"))


@bp.get("/<int:file_id>/problems.csv")
@allowed(Permission.RECORD_SHIPMENTS)
def problems(file_id: int) -> Response:
    """Give what is wrong with a file as a file, a line for each."""
    file, table = _file(file_id)
    text = io.StringIO()
    csv.writer(text).writerows(_problem_rows(_preview(file, table)))
    headers = {"Content-Disposition": f'attachment; filename="problems-{file_id}.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _problem_rows(shown: Preview) -> Iterator[list[str]]:
    yield [_("Line"), _("Column"), _("Demo order"), _("Code"), _("What is wrong")]
    for problem in shown.problems:
        cells = [str(problem.line), problem.header, problem.order, problem.code, say(problem.sentence)]
        yield [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def _file(file_id: int) -> tuple[ImportFile, Table]:
    session = read_session()
    file = uploads.upload(session, file_id, by=g.actor)
    return file, uploads.table_of(session, file)


def _preview(file: ImportFile, table: Table) -> Preview:
    return preview(read_session(), table, policy=given().policy, by=g.actor, answers=uploads.answers_of(file))


def _preview_page(file: ImportFile, shown: Preview, error: RmatrackError | None = None) -> str:
    return render_template(
        "imports/show.html",
        file=file,
        shown=shown,
        error=error,
        standings=Standing,
        columns=Column,
        most=ORDERS_SHOWN,
        takes_a_moment=len(shown.orders) > ORDERS_AT_ONCE,
        effects=effects(shown),
        button=button(shown),
        order_url=order_url,
        title=_title(file, shown),
    )


def _title(file: ImportFile, shown: Preview) -> str:
    if file.loaded_at:
        return _("%(name)s is loaded", name=file.name)
    if shown.problems:
        return _("%(name)s has something to correct", name=file.name)
    return _("What %(name)s would do", name=file.name)


def _questions(file: ImportFile, layout: Layout) -> str:
    first = layout.rows[:VALUES_SHOWN]
    sample = [
        (header, [row.cells[place] for row in first if place < len(row.cells)])
        for place, header in enumerate(layout.header.cells)
    ]
    return render_template(
        "imports/questions.html", file=file, questions=layout.questions, orders=DateOrder, sample=sample
    )


def _answers() -> Answers:
    """Return what the form says: `column:serial` names a header, `dates:Ship date` an order of day and month."""
    said = [(*name.split(":", 1), value) for name, value in request.form.items() if ":" in name and value]
    return Answers(
        columns={value: about for kind, about, value in said if kind == "column" and about in set(Column)},
        dates={about: value for kind, about, value in said if kind == "dates" and value in set(DateOrder)},
    )
