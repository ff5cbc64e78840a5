"""How SQLite would go about a statement."""

from sqlalchemy import Engine

_PARTIAL = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"


def tables_scanned(engine: Engine, sql: str) -> set[str]:
    """The tables that *sql* would read from end to end, or an index of theirs."""
    return {words[1] for words in _steps(engine, sql) if words[0] == "SCAN"}


def tables_read_whole(engine: Engine, sql: str) -> set[str]:
    """Those of them where it is not an index of a part of the rows: of what is open, of what is out."""
    with engine.connect() as connection:
        partial = set(connection.exec_driver_sql(_PARTIAL).scalars())
    return {words[1] for words in _steps(engine, sql) if words[0] == "SCAN" and not partial & set(words)}


def indexes_used(engine: Engine, sql: str) -> set[str]:
    """The indexes of tables by which *sql* would go."""
    steps = (words for words in _steps(engine, sql) if words[0] in {"SCAN", "SEARCH"} and "INDEX" in words)
    return {words[words.index("INDEX") + 1] for words in steps if "VIRTUAL" not in words}


def _steps(engine: Engine, sql: str) -> list[list[str]]:
    with engine.connect() as connection:
        values = ("[]",) * sql.count("?")
        return [row[3].split() for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
