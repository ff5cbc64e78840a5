"""Devices: what is out, due and overdue, as a list and as a file; and one device with all that happened to it."""

from collections.abc import Iterable

from flask import Blueprint, Response, g, render_template, request
from sqlalchemy.orm import Session

from rmatrack.domain.inspection import Condition, Disposition
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.services.due import due_page, due_rows
from rmatrack.services.due_columns import COLUMNS
from rmatrack.services.due_rows import DueRow
from rmatrack.services.inspection_reading import inspection_file
from rmatrack.services.label_life import with_old_labels
from rmatrack.services.orders import unit_file
from rmatrack.web import history_texts
from rmatrack.web.access import allowed
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.given import given
from rmatrack.web.sessions import read_session
from rmatrack.web.units_filter import STATES, choices, more_chosen, sorting, wanted
from rmatrack.web.waiting_labels import waiting_part

bp = Blueprint("units", __name__, url_prefix="/units")


@bp.get("")
@allowed(Permission.SEE_ORDERS)
def index() -> str:
    """List devices, a page at a time."""
    asked = wanted(request.args)
    page = due_page(
        read_session(),
        asked,
        seen_by=g.actor,
        now=g.now,
        policy=given().policy,
        sorting=sorting(request.args),
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "units/index.html",
        page=page,
        asked=asked,
        states=STATES,
        soon_days=given().policy.terms.due_soon_days,
        choices=choices(read_session()),
        more_chosen=more_chosen(asked, page.rows[0].customer if page.rows else None),
        carriers=CARRIER_NAMES,
        with_old_labels=with_old_labels(read_session(), page.rows, policy=given().policy),
    )


@bp.get("/export.csv")
@allowed(Permission.SEE_ORDERS)
def csv() -> Response:
    """Give the whole list as CSV."""
    return csv_file(_file_name(), COLUMNS, _rows)


@bp.get("/export.xlsx")
@allowed(Permission.SEE_ORDERS)
def xlsx() -> Response:
    """Give the whole list as a workbook."""
    return xlsx_file(_file_name(), COLUMNS, _rows)


@bp.get("/<int:unit_id>")
@allowed(Permission.SEE_ORDERS)
def show(unit_id: int) -> str:
    """Show one device: this loan, earlier ones, and what happened (SPEC R-10)."""
    found = unit_file(read_session(), unit_id, seen_by=g.actor, now=g.now, policy=given().policy)
    inspection = inspection_file(read_session(), unit_id, found.unit.model, policy=given().policy)
    return render_template(
        "units/show.html",
        unit=found.unit,
        others=found.others,
        timeline_of=found.timeline,
        texts=history_texts,
        carriers=CARRIER_NAMES,
        inspection=inspection,
        condition=Condition,
        disposition=Disposition,
        part=waiting_part(read_session(), [unit_id]),
    )


def _rows(session: Session) -> Iterable[DueRow]:
    return due_rows(
        session,
        wanted(request.args),
        seen_by=g.actor,
        now=g.now,
        policy=given().policy,
        sorting=sorting(request.args),
    )


def _file_name() -> str:
    return f"devices-{wanted(request.args).show}-{g.now:%Y-%m-%d}"
