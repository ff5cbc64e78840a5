"""Scan stations: what each announces, which returns wait for it, and the manifest that lets it judge by itself."""

from datetime import datetime
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from rmatrack.domain.people import Permission
from rmatrack.domain.scans import LONGEST_STATION, StationError
from rmatrack.domain.stations import (
    LONGEST_REASON,
    MOST_RETURNS,
    Announcement,
    AnnouncementError,
    LostReasonError,
    NothingToWaitForError,
    StationState,
)
from rmatrack.services import scan_stations
from rmatrack.services.scan_stations import StationSeen
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Filled, Found, Shape
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-stations", __name__, url_prefix="/api/v1/stations", tag="Scans")


class Said(Shape):
    """What a station says of itself: when it changes, and each minute, since a silent station is waited for."""

    name: Filled = Field(max_length=LONGEST_STATION, examples=["dock-1"])
    unsent: int = Field(default=0, ge=0, le=1_000_000, description="How many scans wait in it.", examples=[3])
    unsent_since: AwareDatetime | None = Field(
        default=None, description="When the oldest of them was scanned.", examples=["2026-11-20T08:00:35Z"]
    )
    unsent_of: dict[str, int] = Field(
        default_factory=dict,
        max_length=MOST_RETURNS,
        description="How many of them are of which RMA, as far as it can tell.",
        examples=[{"R000012F": 3}],
    )
    rma: str | None = Field(default=None, description="The RMA whose box is open.", examples=["R000012F"])


class Waiting(Found):
    """A return that is not complete before the station has sent its scans."""

    rma: str = Field(examples=["R000012F"])
    unsent: int = Field(description="0 where its box is open at a station that is silent.", examples=[3])


class Station(Found):
    """A station, as it was last heard of."""

    id: str = Field(examples=["5c1f0d44-c25a-424d-a51b-748af4827db9"])
    name: str = Field(examples=["dock-1"])
    mark: str = Field(description="Tells it from others of its name; people see it beside that.", examples=["5C1F"])
    person: str | None = Field(description="Who was signed in at it last.", examples=["Dana Dock"])
    is_twin: bool = Field(description="Whether another one that is open now has the same name.", examples=[False])
    state: StationState = Field(examples=["unsent"])
    heard_at: datetime
    unsent: int = Field(examples=[3])
    unsent_since: datetime | None
    lost_at: datetime | None
    waiting: list[Waiting] = Field(description="The returns that wait for it.")


class Lost(Shape):
    """Why the scans of a station will not come."""

    reason: Filled = Field(max_length=LONGEST_REASON, examples=["fell into the dock"])


class Done(Found):
    """The deed is done."""

    id: str = Field(examples=["5c1f0d44-c25a-424d-a51b-748af4827db9"])


class Namesake(Found):
    """Another station that is open under the same name."""

    mark: str = Field(examples=["C41B"])
    person: str | None = Field(description="Who is signed in at it.", examples=["Dana Dock"])


class Heard(Done):
    """The station was heard."""

    namesakes: list[Namesake] = Field(
        description="Other stations of its name that are open now. Give it another: they are counted together.",
        examples=[[]],
    )


@bp.get("")
@bp.output(Everything[Station])
@allowed(Permission.SEE_EVERYTHING)
def index() -> Everything[Station]:
    """List the stations of the last two weeks, and any that still has something to send."""
    return Everything(items=[_station(seen) for seen in scan_stations.stations(read_session(), now=g.now)])


@bp.post("/<uuid:station_id>/announcement")
@bp.input(Said)
@bp.output(Heard)
@writes
@refuses(StationError, AnnouncementError)
@allowed(Permission.SCAN)
def announce(station_id: UUID, json_data: Said) -> Response:
    """Say what a station has not sent; returns that no longer wait for it complete by themselves."""
    said = Announcement(
        id=str(station_id),
        name=json_data.name,
        unsent=json_data.unsent,
        unsent_since=json_data.unsent_since,
        unsent_of=json_data.unsent_of,
        box=json_data.rma,
    )

    def deed(session: Session) -> Heard:
        twins = scan_stations.announce(session, said, by=g.actor, now=g.now)
        return Heard(id=said.id, namesakes=[Namesake.model_validate(twin) for twin in twins])

    return once(deed)


@bp.post("/<uuid:station_id>/lost")
@bp.input(Lost)
@bp.output(Done)
@writes
@refuses(LostReasonError, NothingToWaitForError)
@allowed(Permission.SETTLE)
def lose(station_id: UUID, json_data: Lost) -> Response:
    """Stop waiting for a station. Should it be heard of again, its scans are recorded after all."""

    def deed(session: Session) -> Done:
        scan_stations.declare_lost(
            session,
            str(station_id),
            reason=json_data.reason,
            by=g.actor,
            now=g.now,
        )
        return Done(id=str(station_id))

    return once(deed)


def _station(seen: StationSeen) -> Station:
    row = seen.row
    return Station(
        id=row.id,
        name=row.name,
        mark=seen.mark,
        person=row.person,
        is_twin=seen.is_twin,
        state=seen.state,
        heard_at=row.heard_at,
        unsent=row.unsent,
        unsent_since=row.unsent_since,
        lost_at=row.lost_at,
        waiting=[Waiting(rma=one.rma, unsent=one.unsent) for one in seen.waiting],
    )
