"""What somebody at the dock has to say about a scan; it stands in the history of the unit (SPEC R-10)."""

from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.scans import units_with_ids
from rmatrack.db.undoing import scan_with_id
from rmatrack.domain.errors import BadInputError, NotFoundError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.history import record

LONGEST_NOTE = 500


class EmptyNoteError(BadInputError):
    """A note without words."""

    code = "empty-note"
    message = _("Write down what you saw, in a few words.")

    def __init__(self) -> None:
        super().__init__(field="note")


def note_scan(session: Session, scan_id: str, note: str, *, by: Actor, now: datetime) -> None:
    """Write *note* into the history of a scan and its unit."""
    by.must(Permission.SCAN)
    note = note.strip()[:LONGEST_NOTE]
    if not note:
        raise EmptyNoteError
    scan = scan_with_id(session, scan_id)
    if scan is None:
        raise NotFoundError
    unit = next(iter(units_with_ids(session, {scan.unit_id} if scan.unit_id else ())), None)
    told = Change("scan", scan_id, "noted", reason=note, unit_id=scan.unit_id, order_id=unit.order_id if unit else None)
    record(session, [told], by=by, now=now)
