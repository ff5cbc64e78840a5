"""Writing many new rows of a table at once, their ids known beforehand so that no statement has to return them.

The rows go to the driver directly, past what SQLAlchemy does for each: SQLite runs one prepared statement over tuples,
PostgreSQL takes a COPY. What a column's type does to a value is done here too, once for each different value.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Dialect, Table, func, insert, select, text
from sqlalchemy.orm import Session

_FEW = 20
"""Up to here the usual way is as fast."""

Row = Mapping[str, Any]


def new_ids(session: Session, table: Table, count: int) -> Sequence[int]:
    """Set aside ids for *count* new rows of *table*, ascending.

    On SQLite nobody else writes while a writing session is open, so that the next free ones are ours.
    """
    if session.get_bind().dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return sorted(session.connection().execute(drawn, {"name": table.name, "count": count}).scalars())
    first = (session.connection().execute(select(func.max(table.c.id))).scalar() or 0) + 1
    return range(first, first + count)


def add_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert *rows*, all with the same columns; what a column defaults to is the caller's to say."""
    if not rows:
        return
    connection = session.connection()
    if len(rows) <= _FEW:
        connection.execute(insert(table), rows)
    elif connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        _execute_many(connection, table, rows)


def _execute_many(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    places = ", ".join("?" * len(rows[0]))
    statement = f"INSERT INTO {_target(connection, table, rows)} VALUES ({places})"  # noqa: S608  Our own names.
    connection.exec_driver_sql(statement, list(zip(*_columns(connection.dialect, table, rows), strict=True)))


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    driver = cast(psycopg.Connection, connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(f"COPY {_target(connection, table, rows)} FROM STDIN") as copy:
        for row in zip(*_columns(connection.dialect, table, rows), strict=True):
            copy.write_row(row)


def _target(connection: Connection, table: Table, rows: Sequence[Row]) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return f"{quote(table.name)} ({', '.join(quote(name) for name in rows[0])})"


def _columns(dialect: Dialect, table: Table, rows: Sequence[Row]) -> list[list[Any]]:
    """Return the values column by column, as the driver takes them."""
    return [_bound(dialect, table, name, [row[name] for row in rows]) for name in rows[0]]


def _bound(dialect: Dialect, table: Table, name: str, values: list[Any]) -> list[Any]:
    bind: Callable[[Any], Any] | None = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return values
    once = cache(bind)
    return [once(value) for value in values]
