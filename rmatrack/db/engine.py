"""Opening the database, and the two ways to hold a session: reading, and writing one step.

SQLite is run in WAL with `synchronous=FULL`. The driver's own transaction handling is switched off: it begins nothing
at a SELECT, so that what was read could be stale by the time it is written. Our begin hook opens reads deferred and
`query_only`, and writes with `BEGIN IMMEDIATE` behind one lock in this process, which is fairer than SQLite's own
waiting. On PostgreSQL a writing session is a plain READ COMMITTED transaction; guarded updates decide races on both.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from rmatrack.domain.errors import ConflictError

WRITES = "rmatrack_writes"
BUSY_SECONDS = 30
_LOST_RACES = {
    "23505",  # unique violation
    "40001",  # serialization failure
    "40P01",  # deadlock detected
    "55P03",  # lock not available
    "SQLITE_CONSTRAINT_UNIQUE",
    "SQLITE_CONSTRAINT_PRIMARYKEY",
    "SQLITE_BUSY",
}

_write_locks: "WeakKeyDictionary[Engine, threading.Lock]" = WeakKeyDictionary()


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Return an engine for *url*; a folder that an SQLite file needs is made."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url, parsed.database, pool_size)
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_size=pool_size, max_overflow=20, pool_pre_ping=True)


def _sqlite_engine(url: str, file: str | None, pool_size: int) -> Engine:
    if not file or file == ":memory:":
        raise ValueError("rmatrack keeps its SQLite database in a file; name one in the URL.")
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=20,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _write_locks[engine] = threading.Lock()
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that sees one consistent state and writes nothing."""
    with Session(engine, autoflush=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session for one step, and commit it at the end.

    Nothing slow belongs inside: on SQLite all writers of this process wait here. Raises `ConflictError` where the
    database refused the step because somebody else came first; any other error leaves nothing behind.
    """
    lock = _write_locks.get(engine)
    if lock and not lock.acquire(timeout=BUSY_SECONDS):
        raise ConflictError
    try:
        with Session(engine.execution_options(**{WRITES: True}), autoflush=True, expire_on_commit=False) as session:
            yield session
            session.commit()
    except StaleDataError as error:
        raise ConflictError from error
    except DBAPIError as error:
        if _is_lost_race(error):
            raise ConflictError from error
        raise
    finally:
        if lock:
            lock.release()


def _is_lost_race(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return state in _LOST_RACES
