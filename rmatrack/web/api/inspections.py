"""Inspection: what waits, the verdict on each unit, wipe certificates and photos."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from apiflask import APIBlueprint, FileSchema
from apiflask.fields import UploadFile
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.blobs import blob_content
from rmatrack.db.inspections import (
    LONGEST_NOTES,
    LONGEST_OPERATOR,
    LONGEST_REASON,
    PAGE,
    InspectionsWanted,
    inspections_page,
    photo_with_id,
)
from rmatrack.db.order_pages import unit_with_id
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.inspection import (
    Condition,
    Disposition,
    FaultyStockError,
    IncompleteStockError,
    NothingToChargeError,
    NothingToRepairError,
    NotReceivedError,
    NotWipedError,
    OperatorError,
    RevisionReasonError,
    StorageDestroyedError,
    TooGoodToScrapError,
    TooManyPhotosError,
    UnknownPartError,
    WipeMethod,
    WipeTimeError,
)
from rmatrack.domain.people import Permission
from rmatrack.paper.photos import MEDIA_TYPE, NotAPhotoError, PhotoTooLargeError
from rmatrack.services.inspection import MOST_AT_ONCE, Verdict, inspect
from rmatrack.services.inspection_photos import add_photos
from rmatrack.services.inspection_reading import inspection_file
from rmatrack.services.inspection_wipes import Wipe, certify_wipes
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Page, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.languages import language
from rmatrack.web.photo_files import prepared
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-inspections", __name__, url_prefix="/api/v1", tag="Inspection")


class InspectedUnit(Found):
    """A unit that came in; `condition`, `disposition` and `inspected_by` are those of its verdict, where it has one."""

    unit_id: int = Field(examples=[4711])
    serial: str = Field(examples=["FOC21213GKV"])
    model: str = Field(examples=["CS-KIT-K9"])
    order: str = Field(examples=["D4100201"])
    rma: str | None = Field(examples=["R000012F"])
    customer: str
    received_at: datetime | None
    inspected_at: datetime | None
    condition: Condition | None
    disposition: Disposition | None
    inspected_by: str | None


class InspectionsQuery(Shape):
    """Which units: those that wait, or those that were inspected."""

    done: bool = False
    disposition: Disposition | None = None
    model: Text | None = None
    after: int = Field(default=1, ge=1, le=100_000, description="`next` of the page before.")


class PartOut(Found):
    """A part on the checklist."""

    code: str = Field(examples=["power-supply"])
    name: str = Field(examples=["Power supply"])
    needed: bool


class VerdictOut(Found):
    """A verdict; the highest revision is the one that holds."""

    revision: int = Field(examples=[1])
    condition: Condition
    missing: list[str] = Field(examples=[["cables"]])
    notes: str
    disposition: Disposition
    reason: str | None = Field(description="Why it replaced the one before.")
    inspected_by: str
    inspected_at: datetime


class WipeOut(Found):
    """A wipe certificate."""

    number: str = Field(examples=["W0000015"])
    method: WipeMethod
    operator: str = Field(examples=["Dana Dock"])
    wiped_at: datetime
    certified_by: str
    certified_at: datetime


class PhotoOut(Found):
    """A photo of a unit; its file is at `/photos/{id}`."""

    id: int = Field(examples=[7])
    width: int
    height: int
    digest: str = Field(description="SHA-256 of the file.")
    added_by: str
    added_at: datetime


class InspectionOut(Found):
    """All about the inspection of one unit, what holds first."""

    unit_id: int
    holds_data: bool
    checklist: list[PartOut]
    verdicts: list[VerdictOut]
    wipes: list[WipeOut]
    photos: list[PhotoOut]


class VerdictIn(Shape):
    """What was found, and what becomes of it."""

    condition: Condition
    disposition: Disposition
    missing: list[Filled] = Field(default=[], max_length=50, description="Codes of the checklist.", examples=[[]])
    notes: Text = Field(default="", max_length=LONGEST_NOTES)
    reason: Text = Field(default="", max_length=LONGEST_REASON, description="Needed where there is a verdict already.")
    seen: int = Field(default=0, ge=0, description="The revision that was looked at; 0 where there was none.")


class VerdictOnIn(VerdictIn):
    """A verdict on one of several units."""

    unit_id: int = Field(ge=1, le=2**62)


class VerdictsIn(Shape):
    """Verdicts on several units: all are recorded, or none."""

    verdicts: list[VerdictOnIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Inspected(Found):
    """How many units have a verdict now."""

    inspected: int = Field(examples=[12])


class WipeIn(Shape):
    """Who wiped the unit, when and how."""

    method: WipeMethod
    operator: Filled = Field(max_length=LONGEST_OPERATOR, examples=["Dana Dock"])
    wiped_at: datetime = Field(examples=["2026-11-22T11:30:00Z"], description="With its zone.")


class PhotosIn(Shape):
    """A photo: JPEG, PNG or WebP. It is made smaller, and everything but the picture is taken out."""

    photo: UploadFile


_DISPOSITIONS = (
    FaultyStockError,
    IncompleteStockError,
    NotWipedError,
    StorageDestroyedError,
    NothingToRepairError,
    TooGoodToScrapError,
    NothingToChargeError,
)


@bp.get("/inspections")
@bp.input(InspectionsQuery, location="query")
@bp.output(Page[InspectedUnit])
@allowed(Permission.SEE_EVERYTHING)
def index(query_data: InspectionsQuery) -> Page[InspectedUnit]:
    """List what waits to be inspected, the longest here first, or the latest verdicts."""
    wanted = InspectionsWanted(done=query_data.done, disposition=query_data.disposition, model=query_data.model or None)
    rows = inspections_page(read_session(), wanted, page=query_data.after, seen_by=g.actor)
    return Page(
        items=[_waiting(row) for row in rows[:PAGE]],
        next=str(query_data.after + 1) if len(rows) > PAGE else None,
    )


@bp.post("/inspections")
@bp.input(VerdictsIn)
@bp.output(Inspected)
@writes
@refuses(NotFoundError, NotReceivedError, RevisionReasonError, UnknownPartError, *_DISPOSITIONS)
@allowed(Permission.INSPECT)
def decide_several(json_data: VerdictsIn) -> Response:
    """Record verdicts on several units at once."""

    def deed(session: Session) -> Inspected:
        verdicts = [_verdict(each.unit_id, each) for each in json_data.verdicts]
        inspect(session, verdicts, policy=given().policy, by=g.actor, now=g.now)
        return Inspected(inspected=len(verdicts))

    return once(deed)


@bp.get("/units/<int:unit_id>/inspection")
@bp.output(InspectionOut)
@allowed(Permission.SEE_ORDERS)
def show(unit_id: int) -> InspectionOut:
    """Show the checklist of a unit, its verdicts, certificates and photos."""
    return _told(read_session(), unit_id)


@bp.post("/units/<int:unit_id>/inspection")
@bp.input(VerdictIn)
@bp.output(InspectionOut)
@writes
@refuses(NotReceivedError, RevisionReasonError, UnknownPartError, *_DISPOSITIONS)
@allowed(Permission.INSPECT)
def decide(unit_id: int, json_data: VerdictIn) -> Response:
    """Record the verdict on a unit; a later one needs a reason, and the earlier ones stay."""

    def deed(session: Session) -> InspectionOut:
        inspect(session, [_verdict(unit_id, json_data)], policy=given().policy, by=g.actor, now=g.now)
        return _told(session, unit_id)

    return once(deed)


@bp.post("/units/<int:unit_id>/wipes")
@bp.input(WipeIn)
@bp.output(WipeOut, HTTPStatus.CREATED)
@writes
@refuses(NotReceivedError, OperatorError, WipeTimeError)
@allowed(Permission.INSPECT)
def certify(unit_id: int, json_data: WipeIn) -> Response:
    """Certify that a unit holds no data any more; the same wipe has one certificate."""
    if json_data.wiped_at.tzinfo is None:
        raise WipeTimeError
    wipe = Wipe(method=json_data.method, operator=json_data.operator, wiped_at=json_data.wiped_at)

    def deed(session: Session) -> WipeOut:
        return WipeOut.model_validate(certify_wipes(session, [unit_id], wipe, by=g.actor, now=g.now)[0])

    return once(deed, status=HTTPStatus.CREATED)


@bp.post("/units/<int:unit_id>/photos")
@bp.input(PhotosIn, location="files")
@bp.output(InspectionOut, HTTPStatus.CREATED)
@writes
@refuses(TooManyPhotosError, NotAPhotoError, PhotoTooLargeError)
@allowed(Permission.INSPECT)
def photograph(unit_id: int, files_data: PhotosIn) -> Response:
    """Add a photo to a unit; the same photo is kept once."""
    photos = prepared([files_data.photo], keep=True)
    if not photos:
        raise NotAPhotoError(files_data.photo.filename or "photo")

    def deed(session: Session) -> InspectionOut:
        add_photos(session, unit_id, photos, by=g.actor, now=g.now)
        return _told(session, unit_id)

    return once(deed, status=HTTPStatus.CREATED)


@bp.get("/photos/<int:photo_id>")
@bp.output(FileSchema(type="string", format="binary"), content_type=MEDIA_TYPE)
@allowed(Permission.SEE_ORDERS)
def photo(photo_id: int) -> Response:
    """Fetch a photo."""
    found = photo_with_id(read_session(), photo_id, seen_by=g.actor)
    if found is None:
        raise NotFoundError
    return Response(blob_content(read_session(), found.digest) or b"", mimetype=MEDIA_TYPE)


def _waiting(row: Any) -> InspectedUnit:
    names = [name for name in InspectedUnit.model_fields if name != "unit_id"]
    return InspectedUnit.model_validate({"unit_id": row.id, **{name: getattr(row, name, None) for name in names}})


def _verdict(unit_id: int, said: VerdictIn) -> Verdict:
    return Verdict(
        unit_id=unit_id,
        condition=said.condition,
        disposition=said.disposition,
        missing=frozenset(said.missing),
        notes=said.notes,
        reason=said.reason,
        seen=said.seen,
    )


def _told(session: Session, unit_id: int) -> InspectionOut:
    unit = unit_with_id(session, unit_id, seen_by=g.actor)
    if unit is None:
        raise NotFoundError
    found = inspection_file(session, unit_id, unit.model, policy=given().policy)
    return InspectionOut(
        unit_id=unit_id,
        holds_data=found.holds_data,
        checklist=[PartOut(code=part.code, name=part.names[language()], needed=part.needed) for part in found.parts],
        verdicts=[VerdictOut.model_validate(each) for each in found.verdicts],
        wipes=[WipeOut.model_validate(each) for each in found.wipes],
        photos=[PhotoOut.model_validate(each) for each in found.photos],
    )
