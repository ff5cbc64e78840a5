"""What a database itself says it consists of, as plain values that can be compared.

Alembic's own comparison passes over check constraints, the predicates of partial indexes, and triggers.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, inspect, text

from rmatrack.db.tables import METADATA

SQLITE_TRIGGERS = "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"

POSTGRESQL_TRIGGERS = """
SELECT event_object_table, event_manipulation FROM information_schema.triggers
UNION ALL
SELECT tgrelid::regclass::text, 'TRUNCATE' FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0
"""
"""The information schema knows the SQL standard's triggers, which TRUNCATE is not among."""


def catalogue(engine: Engine) -> set[str]:
    """Return a line for every column, key, constraint and index of our tables, predicates included."""
    database = inspect(engine)
    parts: dict[str, Mapping[Any, Any]] = {
        "column": database.get_multi_columns(),
        "primary key": database.get_multi_pk_constraint(),
        "foreign key": database.get_multi_foreign_keys(),
        "unique": database.get_multi_unique_constraints(),
        "check": database.get_multi_check_constraints(),
        "index": database.get_multi_indexes(),
    }
    return {
        f"{table}: {part} {plain(one)}"
        for part, by_table in parts.items()
        for (_schema, table), found in by_table.items()
        for one in (found if isinstance(found, list) else [found])
        if table in METADATA.tables
    }


def plain(found: Mapping[str, object]) -> dict[str, object]:
    """Return *found* with SQL as text, which SQLAlchemy's own objects would not show."""
    return {
        name: plain(value) if isinstance(value, Mapping) else value if isinstance(value, list) else str(value)
        for name, value in sorted(found.items())
    }


def guarded_verbs(engine: Engine) -> dict[str, set[str]]:
    """Return, for each of our tables with triggers, the statements that set one off."""
    verbs: dict[str, set[str]] = defaultdict(set)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            for table, verb in connection.execute(text(POSTGRESQL_TRIGGERS)):
                verbs[table].add(verb)
        else:
            for table, sql in connection.execute(text(SQLITE_TRIGGERS)):
                verbs[table].add(sql.split("BEFORE ")[1].split()[0])
    return {table: found for table, found in verbs.items() if table in METADATA.tables}
