"""INSERT where a row may stand already: both databases know ON CONFLICT, each by a class of its own."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_of(session: Session) -> Any:
    """Return the `insert` of the session's database, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
