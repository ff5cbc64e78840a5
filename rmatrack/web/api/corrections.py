"""Mis-picked shipments put right, and chains of custody as documents."""

from apiflask import APIBlueprint, FileSchema
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.domain.correcting import (
    CameBackItselfError,
    Correction,
    CorrectionReasonError,
    GivenUpError,
    NoSerialError,
    SameSerialError,
)
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.people import Permission
from rmatrack.paper.custody import draw
from rmatrack.services.correcting import LONGEST_REASON, LONGEST_SERIAL, correct_shipment, preview_correction
from rmatrack.services.custody import order_custody, unit_custody
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Shape
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.languages import language
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-corrections", __name__, url_prefix="/api/v1", tag="Units")


class CorrectionQuery(Shape):
    """The serial that really left."""

    serial: Filled = Field(max_length=LONGEST_SERIAL, examples=["FOC21213GKW"])


class CorrectionIn(CorrectionQuery):
    """The serial that really left, the one that is recorded, and how you know."""

    was: Filled = Field(max_length=LONGEST_SERIAL, examples=["FOC21213GKV"])
    reason: Filled = Field(max_length=LONGEST_REASON, examples=["scanned in its box"])


class Proposal(Found):
    """What a correction would do."""

    how: Correction
    other_unit_id: int | None = Field(description="The unit that it exchanges its device with.")
    effects: list[str] = Field(examples=[["D4100201 has FOC21213GKW from now on; it had FOC21213GKV."]])
    oddities: list[str] = Field(description="What looks odd about the serial; nothing of it is refused.")


class Corrected(Found):
    """How it was done."""

    how: Correction


_REFUSALS = (SameSerialError, NoSerialError, CameBackItselfError, GivenUpError)


@bp.get("/units/<int:unit_id>/correction")
@bp.input(CorrectionQuery, location="query")
@bp.output(Proposal)
@refuses(*_REFUSALS)
@allowed(Permission.CORRECT_SHIPMENTS)
def preview(unit_id: int, query_data: CorrectionQuery) -> Proposal:
    """Show what recording another serial for a unit would do."""
    found = preview_correction(read_session(), unit_id, query_data.serial, by=g.actor)
    return Proposal(
        how=found.how,
        other_unit_id=found.other.id if found.other else None,
        effects=[say(each) for each in found.effects],
        oddities=[say(each) for each in found.oddities],
    )


@bp.post("/units/<int:unit_id>/correction")
@bp.input(CorrectionIn)
@bp.output(Corrected)
@writes
@refuses(*_REFUSALS, CorrectionReasonError)
@allowed(Permission.CORRECT_SHIPMENTS)
def correct(unit_id: int, json_data: CorrectionIn) -> Response:
    """Record the serial that really left; two open loans exchange their devices."""

    def deed(session: Session) -> Corrected:
        done = correct_shipment(
            session, unit_id, json_data.serial, was=json_data.was, reason=json_data.reason, by=g.actor, now=g.now
        )
        return Corrected(how=done)

    return once(deed)


@bp.get("/units/<int:unit_id>/custody")
@bp.output(FileSchema(type="string", format="binary"), content_type="application/pdf")
@allowed(Permission.SEE_ORDERS)
def unit(unit_id: int) -> Response:
    """Fetch the chain of custody of a unit."""
    told = unit_custody(read_session(), unit_id, language(), seen_by=g.actor, now=g.now, policy=given().policy)
    return Response(draw(told), mimetype="application/pdf")


@bp.get("/orders/<number>/custody")
@bp.output(FileSchema(type="string", format="binary"), content_type="application/pdf")
@allowed(Permission.SEE_ORDERS)
def order(number: str) -> Response:
    """Fetch the chain of custody of all that left under a demo order."""
    try:
        exact = order_number_from(number)
    except OrderNumberError:
        raise NotFoundError from None
    told = order_custody(read_session(), exact, language(), seen_by=g.actor, now=g.now, policy=given().policy)
    return Response(draw(told), mimetype="application/pdf")
