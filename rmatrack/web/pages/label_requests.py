"""Who asked for new labels, for which devices and why: what logistics keeps an eye on, as a list and as a file."""

from collections.abc import Iterable

from flask import Blueprint, Response, g, render_template, request
from sqlalchemy.orm import Session

from rmatrack.db.label_requests import RequestSeen, RequestsWanted, all_requests, requests_by_reason, requests_page
from rmatrack.domain.intents import IntentState
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.labels import LabelState
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Permission
from rmatrack.domain.serials import normalise
from rmatrack.services.label_request_columns import COLUMNS
from rmatrack.web.access import allowed
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.languages import _, first_up, word
from rmatrack.web.sessions import read_session
from rmatrack.web.units_filter import choices

bp = Blueprint("requests", __name__, url_prefix="/requests")

PAGE = 50


@bp.get("")
@allowed(Permission.PRINT_LABELS)
def index() -> str:
    """List the requests, the newest first."""
    session, wanted = read_session(), _wanted()
    rows = requests_page(session, wanted, before=request.args.get("before", type=int), limit=PAGE + 1, seen_by=g.actor)
    counted = requests_by_reason(session, wanted, seen_by=g.actor)
    reasons = [(trouble.value, first_up(word(trouble)), counted.get(trouble, 0)) for trouble in Trouble]
    return render_template(
        "labels/requests.html",
        rows=rows[:PAGE],
        older=rows[PAGE - 1].id if len(rows) > PAGE else None,
        reasons=[("", _("All"), sum(counted.values())), *reasons],
        troubles=Trouble,
        states=LabelState,
        waits=IntentState,
        partners=choices(session).partners,
    )


@bp.get("/export.csv")
@allowed(Permission.PRINT_LABELS)
def csv() -> Response:
    """Give the whole list as CSV."""
    return csv_file(_file_name(), COLUMNS, _rows)


@bp.get("/export.xlsx")
@allowed(Permission.PRINT_LABELS)
def xlsx() -> Response:
    """Give the whole list as a workbook."""
    return xlsx_file(_file_name(), COLUMNS, _rows)


def _rows(session: Session) -> Iterable[RequestSeen]:
    return all_requests(session, _wanted(), seen_by=g.actor)


def _file_name() -> str:
    return f"label-requests-{g.now:%Y-%m-%d}"


def _wanted() -> RequestsWanted:
    reason, text = request.args.get("reason", ""), request.args.get("text", "").strip()
    return RequestsWanted(
        reason=Trouble(reason) if reason in set(Trouble) else None,
        partner_id=request.args.get("partner", type=int),
        start=normalise(text),
        name=name_key(text),
    )
