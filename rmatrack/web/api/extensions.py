"""Keeping devices longer: what it would do, asking for it, and the queue in which the trials team decides."""

from datetime import date, datetime
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.domain import extensions as rules
from rmatrack.domain.errors import NotFoundError, WrongStatusError
from rmatrack.domain.extensions import LONGEST_REASON, ExtensionState
from rmatrack.domain.orders import OrderNumberError
from rmatrack.domain.people import Permission
from rmatrack.services import extensions
from rmatrack.services.extensions import ExtensionRow, NewDue
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Page, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-extensions", __name__, url_prefix="/api/v1", tag="Device extensions")

PAGE = 50

_IMPOSSIBLE = (rules.NothingOutError, rules.ExtensionTooLongError, rules.ExtensionNotLaterError)


class NewDueDay(Found):
    """What an extension does to a device: its due day now, and then."""

    unit_id: int = Field(examples=[4711])
    model: str = Field(examples=["CP-8845-K9"])
    serial: str = Field(examples=["FOC21213GKV"])
    due_on: date
    new_due_on: date


class ExtensionQuery(Shape):
    """To which day."""

    to_on: date = Field(description="The last day of the EULA that is asked for.", examples=["2026-12-14"])


class ExtensionPreview(Found):
    """What approving would do; RMA and labels stay as they are."""

    order: str = Field(examples=["D4100201"])
    units: list[NewDueDay]
    latest_on: date = Field(description="The latest day that can be asked for.")
    mails: list[str] = Field(examples=[["The trials team is asked by mail."]])


class ExtensionIn(Shape):
    """Devices to be kept longer, and why."""

    order: Filled = Field(max_length=50, examples=["D4100201"])
    to_on: date = Field(description="The last day of the EULA that is asked for.", examples=["2026-12-14"])
    reason: Text = Field(max_length=LONGEST_REASON, examples=["The pilot runs into December."])
    units: list[int] = Field(
        default=[], max_length=500, description="Their ids; all that are out where none is named.", examples=[[4711]]
    )


class RefusalIn(Shape):
    """Why not."""

    reason: Text = Field(max_length=LONGEST_REASON, examples=["The devices are needed elsewhere."])


class Extension(Found):
    """A request to keep devices longer."""

    id: int = Field(examples=[9])
    state: ExtensionState
    order: str = Field(examples=["D4100201"])
    customer: str = Field(examples=["Hogeschool Utrecht"])
    partner: str = Field(examples=["Noordzee Networks"])
    to_on: date
    reason: str = Field(examples=["The pilot runs into December."])
    requested_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    refused_because: str | None
    units: list[NewDueDay]


class ExtensionsQuery(Shape):
    """How far they are."""

    state: ExtensionState | None = Field(default=ExtensionState.REQUESTED, description="Which requests.")
    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


@bp.get("/orders/<number>/extension")
@bp.input(ExtensionQuery, location="query")
@bp.output(ExtensionPreview)
@refuses(OrderNumberError, *_IMPOSSIBLE)
@allowed(Permission.SEE_ORDERS)
def preview(number: str, query_data: ExtensionQuery) -> ExtensionPreview:
    """Say what an extension would do: new due days, and which mails will go."""
    found = extensions.preview_extension(
        read_session(), number, query_data.to_on, policy=given().policy, by=g.actor, now=g.now
    )
    return ExtensionPreview(
        order=found.order,
        units=[_new_due(each) for each in found.units],
        latest_on=found.latest_on,
        mails=[say(sentence) for sentence in found.mails],
    )


@bp.get("/extensions")
@bp.input(ExtensionsQuery, location="query")
@bp.output(Page[Extension])
@allowed(Permission.SEE_ORDERS)
def index(query_data: ExtensionsQuery) -> Page[Extension]:
    """List requests, the oldest first: the queue of the trials team, or your own."""
    found = extensions.extension_requests(
        read_session(),
        state=query_data.state,
        after=query_data.after,
        limit=PAGE + 1,
        seen_by=g.actor,
        policy=given().policy,
    )
    shown = found[:PAGE]
    return Page(
        items=[_told(row) for row in shown], next=str(shown[-1].request.id) if len(found) > len(shown) else None
    )


@bp.get("/extensions/<int:request_id>")
@bp.output(Extension)
@allowed(Permission.SEE_ORDERS)
def show(request_id: int) -> Extension:
    """Show one request."""
    return _row(read_session(), request_id)


@bp.post("/extensions")
@bp.input(ExtensionIn)
@bp.output(Extension, HTTPStatus.CREATED)
@writes
@refuses(OrderNumberError, NotFoundError, rules.ReasonMissingError, rules.ExtensionPendingError, *_IMPOSSIBLE)
@allowed(Permission.ASK_EXTENSION)
def ask(json_data: ExtensionIn) -> Response:
    """Ask to keep devices longer; the trials team decides."""

    def deed(session: Session) -> Extension:
        made = extensions.request_extension(
            session,
            json_data.order,
            json_data.to_on,
            reason=json_data.reason,
            unit_ids=json_data.units,
            policy=given().policy,
            by=g.actor,
            now=g.now,
        )
        return _row(session, made.id)

    return once(deed, status=HTTPStatus.CREATED)


@bp.post("/extensions/<int:request_id>/approve")
@bp.output(Extension)
@writes
@refuses(WrongStatusError, *_IMPOSSIBLE)
@allowed(Permission.APPROVE_EXTENSIONS)
def approve(request_id: int) -> Response:
    """Move the EULA clock of the devices that are still out to the day asked for."""

    def deed(session: Session) -> Extension:
        extensions.approve_extension(session, request_id, policy=given().policy, by=g.actor, now=g.now)
        return _row(session, request_id)

    return once(deed)


@bp.post("/extensions/<int:request_id>/refuse")
@bp.input(RefusalIn)
@bp.output(Extension)
@writes
@refuses(WrongStatusError, rules.ReasonMissingError)
@allowed(Permission.APPROVE_EXTENSIONS)
def refuse(request_id: int, json_data: RefusalIn) -> Response:
    """Refuse a request, and say why; the due days stay."""

    def deed(session: Session) -> Extension:
        extensions.refuse_extension(
            session, request_id, reason=json_data.reason, policy=given().policy, by=g.actor, now=g.now
        )
        return _row(session, request_id)

    return once(deed)


@bp.post("/extensions/<int:request_id>/withdraw")
@bp.output(Extension)
@writes
@refuses(WrongStatusError)
@allowed(Permission.ASK_EXTENSION)
def withdraw(request_id: int) -> Response:
    """Take back a request that was not decided."""

    def deed(session: Session) -> Extension:
        extensions.withdraw_extension(session, request_id, by=g.actor, now=g.now)
        return _row(session, request_id)

    return once(deed)


def _row(session: Session, request_id: int) -> Extension:
    return _told(extensions.extension_with_id(session, request_id, seen_by=g.actor, policy=given().policy))


def _told(row: ExtensionRow) -> Extension:
    request = row.request
    return Extension(
        id=request.id,
        state=row.state,
        order=row.order.number,
        customer=row.customer.name,
        partner=row.partner.name,
        to_on=request.to_on,
        reason=request.reason,
        requested_at=request.requested_at,
        decided_at=request.decided_at,
        decided_by=request.decided_by,
        refused_because=request.refused_because,
        units=[_new_due(each) for each in row.units],
    )


def _new_due(each: NewDue) -> NewDueDay:
    unit = each.unit
    return NewDueDay(
        unit_id=unit.id, model=unit.model, serial=unit.serial, due_on=each.due_on, new_due_on=each.new_due_on
    )
