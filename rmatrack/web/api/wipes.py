"""Wipe certificates, looked up by number or serial."""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from rmatrack.db.wipe_questions import wipe_numbered, wipes_found
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.inspection import WipeMethod
from rmatrack.domain.people import Permission
from rmatrack.domain.serials import normalise
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses
from rmatrack.web.api.shapes import Everything, Filled, Found, Shape
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-wipes", __name__, url_prefix="/api/v1/wipes", tag="Inspection")


class WipeCertificate(Found):
    """Who made the data of a device unreadable, when and how."""

    number: str = Field(examples=["W0000015"])
    unit_id: int = Field(examples=[4711])
    serial: str = Field(examples=["FOC21213GKV"])
    model: str = Field(examples=["CS-KIT-K9"])
    order: str = Field(examples=["D4100201"])
    rma: str | None = Field(examples=["R000012F"])
    customer: str = Field(examples=["University of Texas at Austin"])
    method: WipeMethod
    operator: str = Field(description="Who wiped it.", examples=["Dana Dock"])
    wiped_at: datetime
    certified_by: str = Field(examples=["Dana Dock"])
    certified_at: datetime
    holds: str = Field(description="The number of the certificate that holds for this loan now.", examples=["W0000015"])


class WipesQuery(Shape):
    """What is looked for."""

    q: Filled = Field(max_length=100, description="A certificate's number, or a serial.", examples=["W0000015"])


@bp.get("")
@bp.input(WipesQuery, location="query")
@bp.output(Everything[WipeCertificate])
@allowed(Permission.SEE_ORDERS)
def index(query_data: WipesQuery) -> Everything[WipeCertificate]:
    """Find certificates by their number or by the serial of their device, the newest first."""
    rows = wipes_found(read_session(), normalise(query_data.q), seen_by=g.actor)
    return Everything(items=[_told(row) for row in rows])


@bp.get("/<certificate>")
@bp.output(WipeCertificate)
@refuses(NotFoundError)
@allowed(Permission.SEE_ORDERS)
def show(certificate: str) -> WipeCertificate:
    """Show one certificate."""
    found = wipe_numbered(read_session(), certificate.strip().upper(), seen_by=g.actor)
    if found is None:
        raise NotFoundError
    return _told(found)


def _told(row: Any) -> WipeCertificate:
    return WipeCertificate.model_validate(row)
