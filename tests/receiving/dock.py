"""What tests at the dock ask: a scan answered, a unit as it stands, what was noted."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Discrepancy
from rmatrack.db.returns import Rma
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.scans import ScanIn
from rmatrack.services.receiving import record_scans
from rmatrack.services.scan_answers import Answer
from tests.receiving.shipments import NOW

ONE, TWO, THREE = "FOC21213GKV", "FNS17231KZ7", "SSI16460ARS"
MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def answered(session: Session, *scans: ScanIn) -> list[Answer]:
    return record_scans(session, scans, by=SYSTEM, now=NOW)


def codes(answers: Sequence[Answer]) -> list[str]:
    return [answer.code for answer in answers]


def unit_of(session: Session, serial: str) -> Unit:
    """The only loan of *serial*, as the database has it now."""
    question = select(Unit).where(Unit.serial_key == serial)
    return session.scalars(question.execution_options(populate_existing=True)).one()


def noted(session: Session) -> list[Discrepancy]:
    question = select(Discrepancy).order_by(Discrepancy.id)
    return list(session.scalars(question.execution_options(populate_existing=True)))


def completed_at(session: Session, rma: Rma) -> datetime | None:
    return session.scalar(select(Rma.completed_at).where(Rma.id == rma.id))
