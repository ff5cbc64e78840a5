"""Discrepancies: what did not match, whose it is, and why it was closed."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.discrepancies import PAGE, Owner, Sort, Wanted, discrepancies_page, discrepancy_with_id
from rmatrack.domain.discrepancies import (
    Age,
    ClosingReason,
    ClosingReasonError,
    DiscrepancyType,
    age_of,
    reasons_offered,
)
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Permission
from rmatrack.services.discrepancies import (
    LONGEST_NOTE,
    MOST_TOGETHER,
    DiscrepancyClosedError,
    NothingToAcceptError,
    accept_suggestion,
    assign_discrepancies,
    assign_discrepancy,
    close_discrepancies,
    close_discrepancy,
    preview_closing,
    safe_reasons,
)
from rmatrack.services.scan_answers import suggestion
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.idempotency import once
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-discrepancies", __name__, url_prefix="/api/v1/discrepancies", tag="Discrepancies")


class Whose(StrEnum):
    """Whose discrepancies."""

    ME = "me"
    NOBODY = "nobody"


class Discrepancy(Found):
    """Something that did not match."""

    id: int = Field(examples=[5])
    type: DiscrepancyType
    serial: str = Field(description="As it was scanned.", examples=["FOC21213GKV"])
    order: str | None = Field(description="Of the unit, else of the box that was open.", examples=["D4100201"])
    rma: str | None = Field(description="The RMA it holds open.", examples=["R000012F"])
    unit_id: int | None
    scan_id: str | None
    station: str | None = Field(examples=["dock-1"])
    owner: str | None = Field(description="Who settles it.", examples=["Dana Dock"])
    opened_at: datetime
    age: Age
    suggestion: str | None = Field(description="Which serial was probably meant, and why.")
    closed_at: datetime | None
    closed_by: str | None
    closing_reason: ClosingReason | None
    closing_note: str | None
    closed_with: list[ClosingReason] = Field(description="The reasons that close one of this type.")
    explained: ClosingReason | None = Field(
        description="The reason that what happened since speaks for; `accept` closes it with that."
    )


class DiscrepanciesQuery(Shape):
    """What the list is narrowed to."""

    type: DiscrepancyType | None = None
    age: Age | None = None
    owner: Whose | None = None
    closed: bool = False
    sort: Sort = Sort.AGE
    descending: bool = False
    after: int = Field(default=1, ge=1, le=100_000, description="`next` of the page before.")


class CloseDiscrepancyIn(Shape):
    """Why it is settled."""

    reason: ClosingReason = Field(examples=["taken-into-stock"])
    note: Text = Field(default="", max_length=LONGEST_NOTE)


class Closed(Found):
    """The discrepancy, and the RMAs that are complete by its closing."""

    discrepancy: Discrepancy
    completed: list[str] = Field(examples=[["R000012F"]])


class AssignDiscrepancyIn(Shape):
    """Whether it is yours."""

    mine: bool


class Several(Shape):
    """Which discrepancies."""

    ids: list[Annotated[int, Field(ge=1, le=2**62)]] = Field(min_length=1, max_length=MOST_TOGETHER, examples=[[5, 6]])


class CloseSeveralIn(Several):
    """Which, and the one reason for all."""

    reason: ClosingReason = Field(examples=["received-on-own-order"])
    note: Text = Field(default="", max_length=LONGEST_NOTE)


class AssignSeveralIn(Several):
    """Which, and whether they are yours."""

    mine: bool


class ClosingPreview(Found):
    """What closing several would do."""

    open: list[int] = Field(examples=[[5, 6]])
    before: list[int] = Field(description="Closed already.", examples=[[]])
    reasons: list[ClosingReason] = Field(description="Those that fit all that are open.")
    completes: list[str] = Field(description="RMAs that nothing else keeps open.", examples=[["R000012F"]])


class ClosedSeveral(Found):
    """What closing several did; each is closed once, whoever else is at it."""

    closed: list[int] = Field(examples=[[5, 6]])
    before: list[int] = Field(description="Closed before, by somebody else.", examples=[[]])
    completed: list[str] = Field(examples=[["R000012F"]])


class Assigned(Found):
    """Those that changed their owner."""

    assigned: list[int] = Field(examples=[[5, 6]])


@bp.get("")
@bp.input(DiscrepanciesQuery, location="query")
@bp.output(Page[Discrepancy])
@allowed(Permission.SEE_EVERYTHING)
def index(query_data: DiscrepanciesQuery) -> Page[Discrepancy]:
    """List what is open, the oldest first, or what was closed, the newest first."""
    owners = {Whose.ME: Owner(g.actor.person_id), Whose.NOBODY: Owner(None)}
    wanted = Wanted(
        type=query_data.type,
        age=query_data.age,
        owner=owners[query_data.owner] if query_data.owner else None,
        closed=query_data.closed,
        sort=query_data.sort,
        descending=query_data.descending,
    )
    rows = discrepancies_page(read_session(), wanted, page=query_data.after, seen_by=g.actor, now=g.now)
    safe = safe_reasons(read_session(), rows[:PAGE])
    return Page(
        items=[_told(row, safe.get(row.id)) for row in rows[:PAGE]],
        next=str(query_data.after + 1) if len(rows) > PAGE else None,
    )


@bp.get("/<int:discrepancy_id>")
@bp.output(Discrepancy)
@allowed(Permission.SEE_EVERYTHING)
def show(discrepancy_id: int) -> Discrepancy:
    """Show one."""
    return _found(read_session(), discrepancy_id)


@bp.post("/<int:discrepancy_id>/close")
@bp.input(CloseDiscrepancyIn)
@bp.output(Closed)
@writes
@refuses(DiscrepancyClosedError, ClosingReasonError)
@allowed(Permission.SETTLE)
def close(discrepancy_id: int, json_data: CloseDiscrepancyIn) -> Response:
    """Close one with a reason that fits its type."""

    def deed(session: Session) -> Closed:
        completed = close_discrepancy(
            session, discrepancy_id, json_data.reason, note=json_data.note, by=g.actor, now=g.now
        )
        return Closed(discrepancy=_found(session, discrepancy_id), completed=completed)

    return once(deed)


@bp.post("/<int:discrepancy_id>/assign")
@bp.input(AssignDiscrepancyIn)
@bp.output(Discrepancy)
@writes
@refuses(DiscrepancyClosedError)
@allowed(Permission.SETTLE)
def assign(discrepancy_id: int, json_data: AssignDiscrepancyIn) -> Response:
    """Take one on, or leave it to others again."""

    def deed(session: Session) -> Discrepancy:
        owner = g.actor if json_data.mine else None
        assign_discrepancy(session, discrepancy_id, owner=owner, by=g.actor, now=g.now)
        return _found(session, discrepancy_id)

    return once(deed)


@bp.post("/<int:discrepancy_id>/accept")
@bp.output(Closed)
@writes
@refuses(DiscrepancyClosedError, NothingToAcceptError)
@allowed(Permission.SETTLE)
def accept(discrepancy_id: int) -> Response:
    """Close one with the reason that what happened since speaks for."""

    def deed(session: Session) -> Closed:
        completed = accept_suggestion(session, discrepancy_id, by=g.actor, now=g.now)
        return Closed(discrepancy=_found(session, discrepancy_id), completed=completed)

    return once(deed)


@bp.post("/closing")
@bp.input(Several)
@bp.output(ClosingPreview)
@refuses(NotFoundError)
@allowed(Permission.SETTLE)
def preview(json_data: Several) -> ClosingPreview:
    """Show what closing several would do; nothing is changed."""
    found = preview_closing(read_session(), set(json_data.ids), by=g.actor)
    return ClosingPreview(
        open=[row.id for row in found.open],
        before=[row.id for row in found.before],
        reasons=list(found.reasons),
        completes=list(found.completes),
    )


@bp.post("/close")
@bp.input(CloseSeveralIn)
@bp.output(ClosedSeveral)
@writes
@refuses(NotFoundError, ClosingReasonError)
@allowed(Permission.SETTLE)
def close_several(json_data: CloseSeveralIn) -> Response:
    """Close several with one reason that fits the types of all."""

    def deed(session: Session) -> ClosedSeveral:
        done = close_discrepancies(
            session, set(json_data.ids), json_data.reason, note=json_data.note, by=g.actor, now=g.now
        )
        return ClosedSeveral.model_validate(done)

    return once(deed)


@bp.post("/assign")
@bp.input(AssignSeveralIn)
@bp.output(Assigned)
@writes
@refuses(NotFoundError)
@allowed(Permission.SETTLE)
def assign_several(json_data: AssignSeveralIn) -> Response:
    """Take several on, or leave them to others again."""

    def deed(session: Session) -> Assigned:
        owner = g.actor if json_data.mine else None
        changed = assign_discrepancies(session, set(json_data.ids), owner=owner, by=g.actor, now=g.now)
        return Assigned(assigned=list(changed))

    return once(deed)


def _found(session: Session, discrepancy_id: int) -> Discrepancy:
    row = discrepancy_with_id(session, discrepancy_id, seen_by=g.actor)
    if row is None:
        raise NotFoundError
    return _told(row, safe_reasons(session, [row]).get(row.id))


def _told(row: Any, explained: ClosingReason | None) -> Discrepancy:
    type_ = DiscrepancyType(row.type)
    near = row.suggestion if type_ is DiscrepancyType.UNKNOWN_SERIAL else None
    return Discrepancy(
        id=row.id,
        type=type_,
        serial=row.serial,
        order=row.unit_order or row.rma_order,
        rma=row.rma,
        unit_id=row.unit_id,
        scan_id=row.scan_id,
        station=row.station,
        owner=row.owner,
        opened_at=row.opened_at,
        age=age_of(row.opened_at, g.now),
        suggestion=say(suggestion(near).sentence) if near else None,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        closing_reason=row.closing_reason,
        closing_note=row.closing_note,
        closed_with=reasons_offered(type_),
        explained=explained,
    )
