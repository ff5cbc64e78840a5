"""History: what changed, by whom and why, and whether the log still is as it was written."""

from datetime import date

from flask import Blueprint, g, render_template, request

from rmatrack.domain.history_words import SUBJECTS
from rmatrack.domain.people import Permission
from rmatrack.services import history_reading, people
from rmatrack.services.verification import Report, verify
from rmatrack.web import history_texts
from rmatrack.web.access import allowed
from rmatrack.web.history_filter import wanted
from rmatrack.web.sessions import read_session

bp = Blueprint("history", __name__, url_prefix="/history")


@bp.get("")
@allowed(Permission.SEE_HISTORY)
def index() -> str:
    """List what changed, the newest first."""
    return _shown(None)


@bp.post("/verification")
@allowed(Permission.SEE_HISTORY)
def check() -> str:
    """Check the whole log from its start; nothing is changed."""
    return _shown(verify(read_session()))


def _shown(report: Report | None) -> str:
    session = read_session()
    page = history_reading.history_page(
        session,
        wanted(
            subject=request.args.get("subject"),
            key=request.args.get("key", "").strip(),
            person_id=request.args.get("person", type=int),
            since=request.args.get("since", type=date.fromisoformat),
            until=request.args.get("until", type=date.fromisoformat),
        ),
        before=request.args.get("before", type=int),
        by=g.actor,
    )
    return render_template(
        "history/index.html",
        page=page,
        subjects=SUBJECTS,
        actors=people.names_of_everybody(session),
        seals=history_reading.seal_state(session),
        report=report,
        texts=history_texts,
    )
