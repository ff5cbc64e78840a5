"""Partner organisations."""

from http import HTTPStatus
from typing import Literal

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field

from rmatrack.domain.people import Permission
from rmatrack.services import partners
from rmatrack.services.partners import PAGE
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Page, Shape, Text
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-partners", __name__, url_prefix="/api/v1/partners", tag="Partners")


class Partner(Found):
    """An organisation that starts trials."""

    id: int = Field(examples=[7])
    name: str = Field(examples=["Noordzee Networks"])
    certified: bool
    tier: int = Field(description="1 buys from the vendor, 2 from a distributor.", examples=[2])
    version: int = Field(description="Goes up with each change.", examples=[1])


class PartnersQuery(Shape):
    """What the list is narrowed to."""

    text: Text = Field(default="", max_length=200, description="A part of the name.")
    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


class PartnerStanding(Shape):
    """What the trials team decides about a partner."""

    certified: bool
    tier: Literal[1, 2] = Field(examples=[2])


class PartnerChange(PartnerStanding):
    """What is decided about a partner from now on."""

    seen: int | None = Field(
        default=None, description="The `version` that was looked at; refused where it changed since.", examples=[1]
    )


class PartnerIn(PartnerStanding):
    """A partner to be added."""

    name: Filled = Field(max_length=200, examples=["Noordzee Networks"])


@bp.get("")
@bp.input(PartnersQuery, location="query")
@bp.output(Page[Partner])
@allowed(Permission.SEE_EVERYTHING)
def index(query_data: PartnersQuery) -> Page[Partner]:
    """List partners by name."""
    found = partners.partners_by_name(
        read_session(), query_data.text, after=query_data.after, limit=PAGE + 1, by=g.actor
    )
    shown = found[:PAGE]
    return Page(
        items=[Partner.model_validate(partner) for partner in shown],
        next=str(shown[-1].id) if len(found) > len(shown) else None,
    )


@bp.post("")
@bp.input(PartnerIn)
@bp.output(Partner, HTTPStatus.CREATED)
@writes
@refuses(partners.PartnerExistsError)
@allowed(Permission.CERTIFY_PARTNERS)
def add(json_data: PartnerIn) -> Response:
    """Add a partner."""
    given = json_data.model_dump()
    return once(
        lambda session: Partner.model_validate(partners.add_partner(session, **given, by=g.actor, now=g.now)),
        status=HTTPStatus.CREATED,
    )


@bp.put("/<int:partner_id>")
@bp.input(PartnerChange)
@bp.output(Partner)
@writes
@allowed(Permission.CERTIFY_PARTNERS)
def change(partner_id: int, json_data: PartnerChange) -> Response:
    """Certify a partner or no longer, and say its tier."""
    given, seen = json_data.model_dump(exclude={"seen"}), json_data.seen
    return once(
        lambda session: Partner.model_validate(
            partners.change_partner(session, partner_id, **given, version=seen, by=g.actor, now=g.now)
        )
    )
