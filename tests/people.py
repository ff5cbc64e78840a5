"""People to act in tests: one of each role, without a password unless one is asked for."""

from datetime import UTC, datetime

from sqlalchemy import Engine, select

from rmatrack.db.engine import writing
from rmatrack.db.people import Partner, Person
from rmatrack.domain.people import PARTNER_ROLES, SYSTEM, Role
from rmatrack.services import people

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


def add_person(
    engine: Engine, role: Role, *, partner: str = "Noordzee Networks", email: str | None = None, password_hash: str = ""
) -> Person:
    """Add somebody with *role*; those of a partner belong to *partner*, which is made when it is not there yet."""
    with writing(engine) as session:
        belongs = None
        if role in PARTNER_ROLES:
            belongs = session.scalar(select(Partner).where(Partner.name == partner)) or Partner(
                name=partner, name_key=partner.casefold(), certified=True, created_at=LONG_AGO
            )
            session.add(belongs)
            session.flush()
        return people.add_person(
            session,
            email=email or f"{role}@example.com",
            name=str(role).replace("-", " ").title(),
            role=role,
            partner=belongs,
            password_hash=password_hash or None,
            by=SYSTEM,
            now=LONG_AGO,
        )
