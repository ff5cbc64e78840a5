"""What somebody at the dock has to say or to show of a scan; it stands in the history of the unit (SPEC R-6, R-10)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.inspections import UnitPhoto, photos_of, photos_of_scan
from rmatrack.db.scan_notes import is_noted, scan_to_note
from rmatrack.db.scans import units_with_ids
from rmatrack.domain.errors import BadInputError, NotFoundError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.paper.photos import Photo
from rmatrack.services.history import record
from rmatrack.services.inspection_photos import keep_photos

LONGEST_NOTE = 500


class EmptyNoteError(BadInputError):
    """A note without words."""

    code = "empty-note"
    message = _("Write down what you saw, in a few words.")

    def __init__(self) -> None:
        super().__init__(field="note")


def note_scan(session: Session, scan_id: str, note: str, *, by: Actor, now: datetime) -> None:
    """Write *note* into the history of a scan and its unit; sent twice, it is written once."""
    by.must(Permission.SCAN)
    note = note.strip()[:LONGEST_NOTE]
    if not note:
        raise EmptyNoteError
    scan = scan_to_note(session, scan_id)
    if scan is None:
        raise NotFoundError
    if is_noted(session, scan_id, note):
        return
    unit = next(iter(units_with_ids(session, {scan.unit_id} if scan.unit_id else ())), None)
    told = Change("scan", scan_id, "noted", reason=note, unit_id=scan.unit_id, order_id=unit.order_id if unit else None)
    record(session, [told], by=by, now=now)


def add_scan_photos(
    session: Session, scan_id: str, photos: Sequence[Photo], *, by: Actor, now: datetime
) -> list[UnitPhoto]:
    """Add photos to a scan, and to its unit where it has one; return those that are new. `prepare` made them."""
    by.must(Permission.SCAN)
    scan = scan_to_note(session, scan_id)
    if scan is None:
        raise NotFoundError
    unit = next(iter(units_with_ids(session, {scan.unit_id} if scan.unit_id else ())), None)
    have = {photo.digest for photo in photos_of_scan(session, scan_id)}
    have |= {photo.digest for photo in photos_of(session, {unit.id})} if unit else set()
    added = keep_photos(session, photos, have, unit_id=unit.id if unit else None, scan_id=scan_id, by=by, now=now)
    changes = [
        Change(
            "unit" if unit else "scan",
            unit.serial if unit else scan_id,
            "photo added",
            "photo",
            new=photo.digest,
            order_id=unit.order_id if unit else None,
            unit_id=unit.id if unit else None,
        )
        for photo in added
    ]
    record(session, changes, by=by, now=now)
    return added
