"""Moving everything from one database to another: from the embedded one to a server's, or back."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Engine, RowMapping, Table, bindparam, func, insert, select, text, update

from rmatrack.db.engine import WRITES
from rmatrack.db.tables import METADATA

PORTION = 1_000


class NotEmptyError(Exception):
    """The database to copy to has rows in it already."""


def copy_all(source: Engine, target: Engine) -> Iterator[tuple[str, int]]:
    """Copy every row of *source* into the migrated, empty *target*, in one transaction there.

    Yields each table's name and how many rows it had, for whoever watches. Raises `NotEmptyError`.
    """
    with source.connect() as reading, target.execution_options(**{WRITES: True}).begin() as writing:
        if any(writing.execute(select(table).limit(1)).first() for table in METADATA.sorted_tables):
            raise NotEmptyError
        for table in METADATA.sorted_tables:
            yield table.name, _copy(table, reading, writing)


def _copy(table: Table, source: Connection, target: Connection) -> int:
    later = [column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    count = 0
    for rows in _portions(table, source):
        target.execute(insert(table), [{**row, **dict.fromkeys(later)} for row in rows])
        count += len(rows)
    for column in later:
        _point_to_own_rows(table, column, source, target)
    if target.dialect.name == "postgresql":
        _count_on(table, target)
    return count


def _portions(table: Table, source: Connection) -> Iterator[Sequence[RowMapping]]:
    with source.execution_options(yield_per=PORTION).execute(select(table)) as rows:
        yield from rows.mappings().partitions(PORTION)


def _point_to_own_rows(table: Table, column: str, source: Connection, target: Connection) -> None:
    """Fill in what refers to rows of the same table, now that all of them are there."""
    key = table.c.id
    rows = source.execute(select(key.label("row"), table.c[column].label("to")).where(table.c[column].is_not(None)))
    pairs = [dict(row) for row in rows.mappings()]
    if pairs:
        target.execute(update(table).where(key == bindparam("row")).values({column: bindparam("to")}), pairs)


def _count_on(table: Table, target: Connection) -> None:
    """Let PostgreSQL number new rows after the copied ones."""
    column = table.autoincrement_column
    if column is None:
        return
    sequence = target.scalar(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
    )
    last = target.scalar(select(func.max(column)))
    if sequence and last:
        target.execute(select(func.setval(sequence, last)))
