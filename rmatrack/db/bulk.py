"""Writing many new rows of a table at once, their ids known beforehand so that no statement has to return them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session


def new_ids(session: Session, table: Table, count: int) -> range | Sequence[int]:
    """Set aside ids for *count* new rows of *table*, ascending.

    On SQLite nobody else writes while a writing session is open, so that the next free ones are ours.
    """
    if session.get_bind().dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return sorted(session.connection().execute(drawn, {"name": table.name, "count": count}).scalars())
    first = (session.connection().execute(select(func.max(table.c.id))).scalar() or 0) + 1
    return range(first, first + count)


def add_rows(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert *rows*, all with the same columns."""
    if rows:
        session.connection().execute(insert(table), rows)
