"""Scans: a batch of them, each answered; and taking one back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from sqlalchemy.orm import Session

from rmatrack.db.shifts import latest_scans
from rmatrack.domain.errors import BadInputError, _
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Permission
from rmatrack.domain.receiving import Outcome
from rmatrack.domain.scans import LONGEST_RAW, LONGEST_STATION, ScanIn, moment_from
from rmatrack.services import undoing
from rmatrack.services.receiving import record_scans
from rmatrack.services.scan_answers import Answer, refusal
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Page, Shape, Text
from rmatrack.web.idempotency import once
from rmatrack.web.manifest_answer import manifest_answer
from rmatrack.web.scan_answers import told
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-scans", __name__, url_prefix="/api/v1/scans", tag="Scans")

MOST_AT_ONCE = 1000
SHOWN = 500
TRIES = 5
"""How often a batch is tried that meets another with the same scans: each time, one of the two is through."""
_LONGEST_ECHO = 100


class ScanShapeError(BadInputError):
    """A scan that lacks a field, or has one of another type."""

    code = "bad-scan"
    message = _("This scan does not have the described shape: look at its field %(name)s.")

    def __init__(self, name: str) -> None:
        super().__init__(field=name, name=name)


class Scan(Shape):
    """One reading of the gun."""

    id: str = Field(
        description="A UUID of your making. Sent twice, a scan is recorded once.",
        examples=["7d5d849b-7d6f-4aa4-8608-93be275b13ca"],
    )
    scanned_at: str = Field(
        description="When it was scanned, with its zone, however late it is sent.", examples=["2026-11-20T08:00:35Z"]
    )
    station: str = Field(description=f"1 to {LONGEST_STATION} characters.", examples=["dock-1"])
    raw: str = Field(
        description=f"What the gun read, as it read it; 1 to {LONGEST_RAW} characters.", examples=["]C0FOC21213GKV"]
    )
    rma: str | None = Field(default=None, description="The RMA whose box is open.", examples=[None])
    model: str | None = Field(default=None, description="The model that the device says it is.", examples=[None])


def _or_refusal(value: Any, validate: ValidatorFunctionWrapHandler) -> Scan | Answer:
    """Let a scan without the right shape be answered for itself, and the others be recorded."""
    try:
        scan: Scan = validate(value)
    except ValidationError as error:
        scan_id = str(value.get("id", "")) if isinstance(value, dict) else ""
        where = ".".join(str(step) for step in error.errors()[0]["loc"])
        return refusal(_printable(scan_id), ScanShapeError(_printable(where)))
    return scan


def _printable(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()[:_LONGEST_ECHO]


class Scans(Shape):
    """Scans in any order. One that is wrong gets its own answer and holds up none of the others."""

    scans: list[Annotated[Scan, WrapValidator(_or_refusal)]] = Field(min_length=1, max_length=MOST_AT_ONCE)


class SerialAnswer(Found):
    """What a serial in a scan means. One that was refused has an `error`, no `outcome`, and is not recorded."""

    id: str = Field(examples=["7d5d849b-7d6f-4aa4-8608-93be275b13ca"])
    outcome: Outcome | None = Field(description="Stable; decide by it.", examples=["matched"])
    error: str | None = Field(description="Stable; why the scan was refused.", examples=[None])
    title: str | None = Field(description="The outcome in the language of `Accept-Language`.", examples=["Matched"])
    message: str = Field(description="What happened and what to do.", examples=["Put it with the received units."])
    notes: list[str] = Field(description="What helps further: who received it first, which serial was meant.")
    serial: str | None = Field(examples=["FOC21213GKV"])
    order: str | None = Field(examples=["D4100201"])
    rma: str | None = Field(examples=["R000012F"])
    model: str | None = Field(examples=["CP-8845-K9"])
    customer: str | None = Field(examples=["University of Texas at Austin"])
    opens_rma: str | None = Field(
        description="A number on a box was scanned: the box of this RMA is open from now on.", examples=[None]
    )


class ScanAnswer(SerialAnswer):
    """What a scan means, by the first serial in its code."""

    more: list[SerialAnswer] = Field(
        description="The other serials of the same code: the label of a box may list every device inside.",
        examples=[[]],
    )


class ScanAnswers(Found):
    """The answers, in the order of the scans."""

    answers: list[ScanAnswer]


class ScanSeen(Found):
    """A scan that was recorded."""

    id: str = Field(examples=["7d5d849b-7d6f-4aa4-8608-93be275b13ca"])
    scanned_at: datetime
    raw: str = Field(examples=["]C0FOC21213GKV"])
    outcome: Outcome
    undone_at: datetime | None
    discrepancy_id: int | None = Field(description="What it found and nobody has closed yet.")


class Manifest(Found):
    """What a station judges by while there is no network. Rows are lists that point into the other lists by place."""

    form: int = Field(description="Goes up when this form changes.", examples=[1])
    made_at: datetime
    is_whole: bool = Field(description="Whether every device that is out is here.", examples=[True])
    statuses: list[UnitStatus] = Field(examples=[["shipped", "received"]])
    models: list[str] = Field(examples=[["CP-8845-K9"]])
    catalogue: list[str] = Field(description="Every known model number.", examples=[["CP-8845-K9"]])
    countries: list[str] = Field(description="Numeric codes in postal barcodes.", examples=[["840"]])
    orders: list[list[str | None]] = Field(
        description="Each: number, RMA or null, customer, day of shipment.",
        examples=[[["D4100201", "R000012F", "University of Texas at Austin", "2026-07-01"]]],
    )
    units: list[list[str | int | None]] = Field(
        description="Each: serial, place of its order, of its model, of its status, and when it came back in seconds "
        "since 1970, or null.",
        examples=[[["FOC21213GKV", 0, 0, 0, None]]],
    )
    marks: dict[str, int] = Field(
        description="Numbers on labels, each with the place of its order.", examples=[{"1Z999AA10123456784": 0}]
    )


class ScansQuery(Shape):
    """Which scans."""

    station: Filled = Field(max_length=LONGEST_STATION, examples=["dock-1"])
    since: AwareDatetime = Field(examples=["2026-11-20T06:00:00Z"])
    after: Text | None = Field(default=None, max_length=36, description="`next` of the page before.")


class Undo(Shape):
    """Why a scan is taken back."""

    reason: Filled = Field(max_length=undoing.LONGEST_REASON, examples=["wrong pile"])


@bp.get("")
@bp.input(ScansQuery, location="query")
@bp.output(Page[ScanSeen])
@allowed(Permission.SCAN)
def index(query_data: ScansQuery) -> Page[ScanSeen]:
    """List what a station scanned since a moment, the newest first."""
    rows = latest_scans(read_session(), query_data.station, query_data.since, after=query_data.after, limit=SHOWN + 1)
    shown = rows[:SHOWN]
    return Page(items=[_seen(row) for row in shown], next=str(shown[-1].id) if len(rows) > len(shown) else None)


@bp.get("/manifest")
@bp.output(Manifest)
@allowed(Permission.SCAN)
def manifest() -> ResponseReturnValue:
    """Give what a station needs to judge scans while there is no network.

    Send the `ETag` of the last answer as `If-None-Match`: while nothing has changed, the answer is 304, without a body.
    """
    return manifest_answer(read_session())


@bp.post("")
@bp.input(Scans)
@bp.output(ScanAnswers)
@writes
@allowed(Permission.SCAN)
def record(json_data: Scans) -> Response:
    """Record scans, each once, and answer each.

    Errors a scan may be answered with: `bad-scan`, `bad-scan-id`, `bad-scan-time`, `bad-scan-length`, `bad-station`,
    `unknown-box`, `scan-id-taken`.
    """
    return once(lambda session: ScanAnswers(answers=list(_answers(session, json_data))), tries=TRIES)


@bp.post("/<uuid:scan_id>/undo")
@bp.input(Undo)
@bp.output(ScanAnswer)
@writes
@refuses(
    undoing.UndoneAlreadyError,
    undoing.ScannedSinceError,
    undoing.ShippedAgainError,
    undoing.DiscrepancySettledError,
    undoing.UndoReasonError,
)
@allowed(Permission.SCAN)
def undo(scan_id: UUID, json_data: Undo) -> Response:
    """Take a scan back: its unit is out again. Answers with what the scan was answered."""
    return once(
        lambda session: _answer(
            undoing.undo_scan(session, str(scan_id), reason=json_data.reason, by=g.actor, now=g.now)
        )
    )


def _seen(row: Any) -> ScanSeen:
    return ScanSeen(
        id=row.id,
        scanned_at=row.scanned_at,
        raw=row.raw,
        outcome=row.outcome,
        undone_at=row.undone_at,
        discrepancy_id=row.found,
    )


def _answers(session: Session, sent: Scans) -> Iterator[ScanAnswer]:
    recorded = iter(
        record_scans(session, [_scan(each) for each in sent.scans if isinstance(each, Scan)], by=g.actor, now=g.now)
    )
    for each in sent.scans:
        yield _answer(next(recorded) if isinstance(each, Scan) else each)


def _answer(answer: Answer) -> ScanAnswer:
    return ScanAnswer(**told(answer), more=[SerialAnswer(**told(other)) for other in answer.more])


def _scan(sent: Scan) -> ScanIn:
    return ScanIn(
        id=sent.id,
        scanned_at=moment_from(sent.scanned_at),
        station=sent.station,
        raw=sent.raw,
        expected=sent.rma,
        claimed_model=sent.model,
    )
