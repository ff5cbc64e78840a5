"""The scan station: one page for a shift, which sends scans and shows their answers without ever reloading."""

from datetime import datetime, time
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from rmatrack.db.shifts import latest_scans, return_counts, shift_counts
from rmatrack.domain.errors import ConflictError, RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.receiving import RECEIVES, Outcome
from rmatrack.domain.scans import LONGEST_RAW, LONGEST_STATION, ScanIn, moment_from
from rmatrack.services.receiving import record_scans
from rmatrack.services.scan_answers import Answer
from rmatrack.services.scan_notes import LONGEST_NOTE, note_scan
from rmatrack.services.undoing import LONGEST_REASON, undo_scan
from rmatrack.web.access import allowed
from rmatrack.web.dates import today
from rmatrack.web.errors import status_of
from rmatrack.web.languages import _, zone
from rmatrack.web.links import discrepancy_url
from rmatrack.web.scan_answers import told
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.states import look
from rmatrack.web.station_words import station_words

bp = Blueprint("scan", __name__, url_prefix="/scan")

LATEST = 40
TRIES = 5

Json = dict[str, Any]


@bp.get("")
@allowed(Permission.SCAN)
def station() -> str:
    """Show the station; what it shows of this shift it asks for itself, since only the browser knows its name."""
    limits = {"raw": LONGEST_RAW, "station": LONGEST_STATION, "note": LONGEST_NOTE, "reason": LONGEST_REASON}
    return render_template("scan/station.html", words=station_words(), limits=limits)


@bp.get("/shift")
@allowed(Permission.SCAN)
def shift() -> ResponseReturnValue:
    """Tell what this station did today, and a fresh token against forgery for a page that is open for long."""
    station_name = request.args.get("station", "")
    rows = latest_scans(read_session(), station_name, _midnight(), limit=LATEST)
    scans = []
    for row in rows:
        answer = Answer(scan_id=row.id, outcome=Outcome(row.outcome), facts=row.answer)
        scans.append(
            _shown(answer)
            | {
                "raw": row.raw,
                "at": row.scanned_at.isoformat(),
                "undone": row.undone_at is not None,
                "discrepancy": discrepancy_url(row.found) if row.found else None,
            }
        )
    return jsonify(
        scans=scans,
        **_counts(station_name, request.args.get("rma")),
        token=generate_csrf(),
    )


@bp.post("/scans")
@allowed(Permission.SCAN)
def record() -> ResponseReturnValue:
    """Record what the station scanned since it last asked, and answer each."""
    sent = _sent()
    station_name, scans = _text(sent, "station"), _scans(sent)
    answers = _recorded(scans)
    last = answers[-1].facts if answers else {}
    rma = last.get("opens_rma") or _rma(sent) or last.get("rma")
    return jsonify(answers=[_shown(answer) for answer in answers], **_counts(station_name, rma))


@bp.post("/scans/<uuid:scan_id>/undo")
@allowed(Permission.SCAN)
def undo(scan_id: object) -> ResponseReturnValue:
    """Take a scan back."""
    sent = _sent()
    station_name, reason = _text(sent, "station"), _text(sent, "reason")
    try:
        with write_session() as session:
            answer = undo_scan(session, str(scan_id), reason=reason, by=g.actor, now=g.now)
    except RmatrackError as error:
        return jsonify(message=say(error)), status_of(error)
    return jsonify(answer=_shown(answer), **_counts(station_name, _rma(sent) or answer.facts.get("rma")))


@bp.post("/scans/<uuid:scan_id>/note")
@allowed(Permission.SCAN)
def note(scan_id: object) -> ResponseReturnValue:
    """Keep what somebody has to say about a scan."""
    text = _text(_sent(), "note")
    try:
        with write_session() as session:
            note_scan(session, str(scan_id), text, by=g.actor, now=g.now)
    except RmatrackError as error:
        return jsonify(message=say(error)), status_of(error)
    return jsonify(message=_("The note is in the history of this scan."))


def _recorded(scans: list[ScanIn]) -> list[Answer]:
    for left in range(TRIES - 1, -1, -1):
        try:
            with write_session() as session:
                return record_scans(session, scans, by=g.actor, now=g.now)
        except ConflictError:
            if not left:
                raise
    raise AssertionError("A batch is tried at least once.")


def _sent() -> Json:
    """Return the JSON object that the page sent; anything else is a bad request."""
    return _object(request.get_json())


def _scans(sent: Json) -> list[ScanIn]:
    scans = sent.get("scans")
    if not isinstance(scans, list):
        abort(HTTPStatus.BAD_REQUEST)
    return [_scan(_object(each)) for each in scans]


def _scan(sent: Json) -> ScanIn:
    return ScanIn(
        id=_text(sent, "id"),
        scanned_at=moment_from(_text(sent, "scanned_at")),
        station=_text(sent, "station"),
        raw=_text(sent, "raw"),
        expected=_rma(sent),
    )


def _object(sent: object) -> Json:
    return sent if isinstance(sent, dict) else abort(HTTPStatus.BAD_REQUEST)


def _text(sent: Json, key: str) -> str:
    value = sent.get(key)
    return value if isinstance(value, str) else abort(HTTPStatus.BAD_REQUEST)


def _rma(sent: Json) -> str | None:
    """Return the number of the box that is open, where one is."""
    return _text(sent, "rma") if sent.get("rma") else None


def _shown(answer: Answer) -> Json:
    """Return an answer with how it looks and sounds: `tone` good, accent or bad."""
    shown = told(answer)
    if shown["opens_rma"]:
        return shown | {"icon": "box-seam", "tone": "accent", "title": _("Box open"), "message": shown["notes"][0]}
    if answer.outcome is None:
        return shown | {"icon": "x-circle-fill", "tone": "bad", "title": _("Not recorded")}
    looks = look(answer.outcome)
    title = shown["title"]
    if answer.outcome is Outcome.WRONG_ORDER:
        title = f"{title}: {shown['order']}"
    return shown | {"icon": looks.icon, "tone": looks.tone, "title": title}


def _counts(station_name: str, rma: str | None) -> Json:
    """Return the figures of the return and of this shift."""
    session = read_session()
    counted = shift_counts(session, station_name, _midnight())
    figures = return_counts(session, rma) if rma else None
    problems = {Outcome.WRONG_ORDER, Outcome.WRONG_MODEL, Outcome.NEVER_SHIPPED, Outcome.SETTLED_BEFORE}
    return {
        "box": figures._asdict() if figures else None,
        "shift": {
            "scans": sum(counted.values()),
            "received": sum(number for outcome, number in counted.items() if outcome in RECEIVES),
            "problems": sum(number for outcome, number in counted.items() if outcome in problems),
        },
    }


def _midnight() -> datetime:
    """Return the moment at which the reader's day began."""
    return datetime.combine(today(), time(), tzinfo=ZoneInfo(zone()))
