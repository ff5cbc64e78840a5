"""Notes and photos of scans."""

from http import HTTPStatus
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.inspections import photos_of_scan
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.inspection import TooManyPhotosError
from rmatrack.domain.people import Permission
from rmatrack.paper.photos import NotAPhotoError, PhotoTooLargeError
from rmatrack.services.scan_notes import LONGEST_NOTE, EmptyNoteError, add_scan_photos, note_scan
from rmatrack.web.access import allowed
from rmatrack.web.api.inspections import PhotoOut, PhotosIn
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Shape
from rmatrack.web.idempotency import once
from rmatrack.web.photo_files import prepared

bp = APIBlueprint("api-scan-notes", __name__, url_prefix="/api/v1/scans", tag="Scans")


class NoteIn(Shape):
    """What somebody saw."""

    note: Filled = Field(max_length=LONGEST_NOTE, examples=["The stand is missing."])


class Noted(Found):
    """The note stands in the history of the scan and its unit."""

    scan_id: str = Field(examples=["7d5d849b-7d6f-4aa4-8608-93be275b13ca"])


class ScanPhotos(Found):
    """The photos of a scan."""

    scan_id: str = Field(examples=["7d5d849b-7d6f-4aa4-8608-93be275b13ca"])
    photos: list[PhotoOut]


@bp.post("/<uuid:scan_id>/note")
@bp.input(NoteIn)
@bp.output(Noted)
@writes
@refuses(NotFoundError, EmptyNoteError)
@allowed(Permission.SCAN)
def note(scan_id: UUID, json_data: NoteIn) -> Response:
    """Note something about a scan; the same note is kept once."""

    def deed(session: Session) -> Noted:
        note_scan(session, str(scan_id), json_data.note, by=g.actor, now=g.now)
        return Noted(scan_id=str(scan_id))

    return once(deed)


@bp.post("/<uuid:scan_id>/photos")
@bp.input(PhotosIn, location="files")
@bp.output(ScanPhotos, HTTPStatus.CREATED)
@writes
@refuses(NotFoundError, TooManyPhotosError, NotAPhotoError, PhotoTooLargeError)
@allowed(Permission.SCAN)
def photograph(scan_id: UUID, files_data: PhotosIn) -> Response:
    """Add a photo to a scan, and to its unit where it has one; the same photo is kept once.

    One of a serial that we did not know hangs on the unit as soon as the scan finds it.
    """
    photos = prepared([files_data.photo], keep=True)
    if not photos:
        raise NotAPhotoError(files_data.photo.filename or "photo")

    def deed(session: Session) -> ScanPhotos:
        add_scan_photos(session, str(scan_id), photos, by=g.actor, now=g.now)
        kept = photos_of_scan(session, str(scan_id))
        return ScanPhotos(scan_id=str(scan_id), photos=[PhotoOut.model_validate(each) for each in kept])

    return once(deed, status=HTTPStatus.CREATED)
