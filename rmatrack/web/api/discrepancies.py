"""Discrepancies: what did not match, whose it is, and why it was closed."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, g
from sqlalchemy.orm import Session

from rmatrack.db.discrepancies import PAGE, Owner, Wanted, discrepancies_page, discrepancy_with_id
from rmatrack.domain.discrepancies import (
    ClosingReason,
    ClosingReasonError,
    DiscrepancyType,
    age_of,
    reasons_offered,
)
from rmatrack.domain.errors import ConflictError, NotFoundError
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.discrepancies import (
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
from rmatrack.services.discrepancy_owners import UnfitOwnerError, owner_with_id, owners_offered
from rmatrack.services.scan_answers import suggestion
from rmatrack.web.access import allowed
from rmatrack.web.api.discrepancy_shapes import (
    AssignDiscrepancyIn,
    Assigned,
    AssignSeveralIn,
    Closed,
    CloseDiscrepancyIn,
    ClosedSeveral,
    CloseSeveralIn,
    ClosingPreview,
    DiscrepanciesQuery,
    Discrepancy,
    OwnerIn,
    OwnerOffered,
    Several,
    Whose,
)
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Page
from rmatrack.web.idempotency import once
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-discrepancies", __name__, url_prefix="/api/v1/discrepancies", tag="Discrepancies")


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
@refuses(DiscrepancyClosedError, UnfitOwnerError, ConflictError)
@allowed(Permission.SETTLE)
def assign(discrepancy_id: int, json_data: AssignDiscrepancyIn) -> Response:
    """Take one on, give it to somebody else, who is told, or leave it to others again."""

    def deed(session: Session) -> Discrepancy:
        owner = _owner(session, json_data)
        assign_discrepancy(session, discrepancy_id, owner=owner, seen=json_data.seen, by=g.actor, now=g.now)
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
@refuses(NotFoundError, UnfitOwnerError)
@allowed(Permission.SETTLE)
def assign_several(json_data: AssignSeveralIn) -> Response:
    """Take several on, give them to somebody else, who is told, or leave them to others again."""

    def deed(session: Session) -> Assigned:
        owner = _owner(session, json_data)
        changed = assign_discrepancies(session, set(json_data.ids), owner=owner, by=g.actor, now=g.now)
        return Assigned(assigned=list(changed))

    return once(deed)


@bp.get("/owners")
@bp.output(Everything[OwnerOffered])
@allowed(Permission.SETTLE)
def owners() -> Everything[OwnerOffered]:
    """List those whom discrepancies can be given to."""
    offered = owners_offered(read_session(), by=g.actor)
    return Everything(items=[OwnerOffered.model_validate(person) for person in offered])


def _owner(session: Session, said: OwnerIn) -> Actor | None:
    actor: Actor = g.actor
    if said.mine:
        return actor
    return owner_with_id(session, said.owner_id) if said.owner_id is not None else None


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
        version=row.version,
    )
