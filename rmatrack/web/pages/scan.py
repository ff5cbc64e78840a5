"""The scan station: one page for a shift, which sends scans and shows their answers without ever reloading."""

from datetime import datetime, time
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from rmatrack.db.catalogue import names_of_models
from rmatrack.db.scans import boxes_with_rma
from rmatrack.db.shifts import latest_scans, return_counts, shift_counts
from rmatrack.domain.errors import ConflictError, RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.receiving import RECEIVES, Outcome
from rmatrack.domain.scans import LONGEST_RAW, LONGEST_STATION, ScanIn, moment_from
from rmatrack.domain.stations import HEARTBEAT_SECONDS, Announcement
from rmatrack.services import scan_stations as stations
from rmatrack.services.receiving import record_scans
from rmatrack.services.scan_answers import Answer
from rmatrack.services.scan_notes import LONGEST_NOTE, add_scan_photos, note_scan
from rmatrack.services.undoing import LONGEST_REASON, undo_scan
from rmatrack.web.access import allowed
from rmatrack.web.dates import today
from rmatrack.web.errors import status_of
from rmatrack.web.languages import _, zone
from rmatrack.web.links import discrepancy_url
from rmatrack.web.manifest_answer import manifest_answer
from rmatrack.web.photo_files import prepared
from rmatrack.web.scan_answers import shown
from rmatrack.web.security import POLICY_WITH_WASM
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.station_files import worker_script
from rmatrack.web.station_words import answer_words, station_words

bp = Blueprint("scan", __name__, url_prefix="/scan")

LATEST = 40
TRIES = 5

Json = dict[str, Any]


@bp.get("")
@allowed(Permission.SCAN)
def station() -> Response:
    """Show the station; what it shows of this shift it asks for itself, since only the browser knows its name."""
    limits = {"raw": LONGEST_RAW, "station": LONGEST_STATION, "note": LONGEST_NOTE, "reason": LONGEST_REASON}
    page = render_template(
        "scan/station.html",
        words=station_words(),
        answers=answer_words() | {"models": names_of_models(read_session())},
        limits=limits,
        heartbeat=HEARTBEAT_SECONDS,
    )
    return Response(page, headers={"Content-Security-Policy": POLICY_WITH_WASM})


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
            shown(answer)
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


@bp.get("/worker.js")
@allowed(Permission.SCAN)
def worker() -> ResponseReturnValue:
    """Give the service worker, which keeps the station for when there is no network."""
    headers = {"Service-Worker-Allowed": url_for(".station"), "Cache-Control": "no-cache"}
    return Response(worker_script(), content_type="text/javascript; charset=utf-8", headers=headers)


@bp.get("/manifest")
@allowed(Permission.SCAN)
def manifest() -> ResponseReturnValue:
    """Give what a station needs to judge scans by itself, unless it has the same already."""
    return manifest_answer(read_session())


@bp.post("/announce")
@allowed(Permission.SCAN)
def announce() -> ResponseReturnValue:
    """Hear what a station has not sent yet, and which box is open at it."""
    sent = _sent()
    since, of_returns = sent.get("unsent_since"), _object(sent.get("unsent_of", {}))
    said = Announcement(
        id=_text(sent, "id"),
        name=_text(sent, "station"),
        unsent=_count(sent.get("unsent", 0)),
        unsent_since=moment_from(_text(sent, "unsent_since")) if since else None,
        unsent_of={number: _count(count) for number, count in of_returns.items()},
        box=_rma(sent),
    )
    try:
        with write_session() as session:
            twins = stations.announce(session, said, by=g.actor, now=g.now)
    except RmatrackError as error:
        return jsonify(message=say(error)), status_of(error)
    return jsonify(heard_at=g.now.isoformat(), namesakes=[_as_told(twin) for twin in twins])


@bp.post("/scans")
@allowed(Permission.SCAN)
def record() -> ResponseReturnValue:
    """Record what the station scanned since it last asked, and answer each."""
    sent = _sent()
    station_name, scans = _text(sent, "station"), _scans(sent)
    answers = _recorded(scans)
    last = answers[-1].facts if answers else {}
    rma = last.get("opens_rma") or _rma(sent) or last.get("rma")
    return jsonify(answers=[shown(answer) for answer in answers], **_counts(station_name, rma))


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
    return jsonify(answer=shown(answer), **_counts(station_name, _rma(sent) or answer.facts.get("rma")))


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


def _as_told(twin: stations.Namesake) -> str:
    return f"{twin.mark} ({twin.person})" if twin.person else twin.mark


@bp.post("/scans/<uuid:scan_id>/photos")
@allowed(Permission.SCAN)
def photograph(scan_id: object) -> ResponseReturnValue:
    """Keep what somebody has to show of a scan."""
    try:
        photos = prepared(request.files.getlist("photos"))
        with write_session() as session:
            add_scan_photos(session, str(scan_id), photos, by=g.actor, now=g.now)
    except RmatrackError as error:
        return jsonify(message=say(error)), status_of(error)
    return jsonify(message=_("The photo is with this scan and its device."))


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
        claimed_model=_text(sent, "model") if sent.get("model") else None,
        of_serial=_text(sent, "serial") if sent.get("serial") else None,
    )


def _count(value: object) -> int:
    return value if type(value) is int else abort(HTTPStatus.BAD_REQUEST)


def _object(sent: object) -> Json:
    return sent if isinstance(sent, dict) else abort(HTTPStatus.BAD_REQUEST)


def _text(sent: Json, key: str) -> str:
    value = sent.get(key)
    return value if isinstance(value, str) else abort(HTTPStatus.BAD_REQUEST)


def _rma(sent: Json) -> str | None:
    """Return the number of the box that is open, where one is."""
    return _text(sent, "rma") if sent.get("rma") else None


def _counts(station_name: str, rma: str | None) -> Json:
    """Return the figures of the return and of this shift."""
    session = read_session()
    counted = shift_counts(session, station_name, _midnight())
    figures = return_counts(session, rma) if rma else None
    problems = {Outcome.WRONG_ORDER, Outcome.WRONG_MODEL, Outcome.NEVER_SHIPPED, Outcome.SETTLED_BEFORE}
    return {
        "box": {**figures._asdict(), "waits_for": _waits_for(rma)} if figures and rma else None,
        "shift": {
            "scans": sum(counted.values()),
            "received": sum(number for outcome, number in counted.items() if outcome in RECEIVES),
            "problems": sum(number for outcome, number in counted.items() if outcome in problems),
        },
    }


def _waits_for(rma: str) -> list[str]:
    """Return the stations whose scans must come before this return can be complete."""
    ids = [box.rma_id for box in boxes_with_rma(read_session(), {rma}).values()]
    return [stations.called(one.station, one.station_id) for one in stations.waited_for(read_session(), ids, now=g.now)]


def _midnight() -> datetime:
    """Return the moment at which the reader's day began."""
    return datetime.combine(today(), time(), tzinfo=ZoneInfo(zone()))
