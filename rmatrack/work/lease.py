"""A place at the work bench that only one worker has: its name is the worker's identity to the job engine.

The job engine gives the unfinished jobs of a dead worker to whoever comes back under its name, so that names must be
few and stable, and two workers must never share one. A place is held by a lock that the operating system or the
database lets go of when its holder dies, however it dies: there is no time to wait and no clock to trust.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

PLACES = 16
"""How many workers one database can have."""

_POSTGRESQL_KEY = 0x724D41  # "rMA": the first half of our advisory locks.


_LOCK = text("SELECT pg_try_advisory_lock(:key, :place)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key, :place)")


class NoPlaceError(Exception):
    """All places are taken."""


class Lease(Protocol):
    """A held place."""

    place: int

    def holds(self) -> bool:
        """Say whether the place is still ours."""

    def release(self) -> None:
        """Let the place go."""


def name_of(place: int) -> str:
    """Return the name by which the job engine knows the worker at *place*."""
    return f"worker-{place}"


def place_of(name: str) -> int | None:
    """Return the place of a worker's name; `None` where it is no name of ours."""
    return next((place for place in range(1, PLACES + 1) if name_of(place) == name), None)


def take_first_place(engine: Engine) -> Lease:
    """Take the first free place; raises `NoPlaceError`."""
    for place in range(1, PLACES + 1):
        lease = take_place(engine, place)
        if lease is not None:
            return lease
    raise NoPlaceError(f"There are {PLACES} workers on this database already. Stop one first.")


def take_place(engine: Engine, place: int) -> Lease | None:
    """Take this place, or return `None` where somebody has it."""
    if engine.dialect.name == "postgresql":
        return _take_on_postgresql(engine, place)
    return _take_on_sqlite(engine, place)


class _PostgresqlLease:
    """A session lock on a connection of its own, which ends with the connection."""

    def __init__(self, connection: Connection, place: int) -> None:
        self._connection = connection
        self.place = place

    def holds(self) -> bool:
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def release(self) -> None:
        """Unlock, so that the place is free at once: the server notices a closed connection only after a while."""
        with suppress(DBAPIError):
            self._connection.execute(_UNLOCK, {"key": _POSTGRESQL_KEY, "place": self.place})
            self._connection.invalidate()
        self._connection.close()


def _take_on_postgresql(engine: Engine, place: int) -> Lease | None:
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if connection.scalar(_LOCK, {"key": _POSTGRESQL_KEY, "place": place}):
        return _PostgresqlLease(connection, place)
    connection.close()
    return None


class _SqliteLease:
    """An exclusive transaction on a small file beside the database, which ends with the process."""

    def __init__(self, connection: sqlite3.Connection, place: int) -> None:
        self._connection = connection
        self.place = place

    def holds(self) -> bool:
        return self._connection.in_transaction

    def release(self) -> None:
        self._connection.close()


def _take_on_sqlite(engine: Engine, place: int) -> Lease | None:
    database = Path(str(engine.url.database))
    file = database.with_name(f"{database.name}-{name_of(place)}")
    connection = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        return None
    return _SqliteLease(connection, place)
