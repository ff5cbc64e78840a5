"""Entries to seal, and a hand that gets past the guards of the log."""

from datetime import UTC, datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from rmatrack.db.engine import reading, writing
from rmatrack.domain.history import Change
from rmatrack.domain.people import SYSTEM
from rmatrack.services.history import record
from rmatrack.services.seals import seal_pending
from rmatrack.services.verification import Report, verify

NOW = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)


def write_entries(session: Session, count: int, *, first: int = 1) -> None:
    """Record *count* changes of the state of units."""
    changes = [
        Change("unit", f"FOC2122{number:04d}", "received", field="status", old="shipped", new="Łódź", unit_id=number)
        for number in range(first, first + count)
    ]
    record(session, changes, by=SYSTEM, now=NOW)


def sealed_log(engine: Engine, count: int) -> None:
    """Write *count* entries and seal them."""
    with writing(engine) as session:
        write_entries(session, count)
    with writing(engine) as session:
        assert seal_pending(session, limit=count) == count


def tamper(engine: Engine, *statements: str, entry: int = 0) -> None:
    """Change rows of the log as somebody could who owns the database; `:entry` in a statement is an event's id."""
    with writing(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
            for table in ("event", "seal"):
                for verb in ("UPDATE", "DELETE"):
                    session.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
        for statement in statements:
            session.execute(text(statement), {"entry": entry} if ":entry" in statement else {})


def verified(engine: Engine) -> Report:
    """Verify the log as it is now."""
    with reading(engine) as session:
        return verify(session)
