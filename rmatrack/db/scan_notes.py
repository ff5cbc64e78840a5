"""What is asked before somebody at the dock notes something about a scan."""

from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from rmatrack.db.history import Event
from rmatrack.db.receiving import Scan
from rmatrack.db.scans import SCAN


def scan_to_note(session: Session, scan_id: str) -> Row[Any] | None:
    """All columns of one scan; on PostgreSQL whoever notes something about it takes turns until the step ends."""
    question = select(SCAN).where(SCAN.c.id == scan_id).with_for_update(of=Scan)
    return session.connection().execute(question).one_or_none()


def is_noted(session: Session, scan_id: str, note: str) -> bool:
    """Say whether just this was noted about a scan before."""
    said = exists().where(
        Event.subject == "scan", Event.subject_key == scan_id, Event.deed == "noted", Event.reason == note
    )
    return bool(session.scalar(select(said)))
