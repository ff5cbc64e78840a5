"""Asking for background work, inside the transaction of the deed that needs it: rolled back, it was never asked.

The job engine (DBOS) keeps its own tables in the same database: in the schema `dbos` on PostgreSQL, beside ours on
SQLite. Here its tables are made and jobs are put in line; `rmatrack.work` runs them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from dbos import DBOS, DBOSClient, WorkflowSerializationFormat
from sqlalchemy import Engine
from sqlalchemy.orm import Session

APPLICATION = "rmatrack"
VERSION = "1"
"""The same for ever: a job that was put in line by one release is run by the next."""

QUEUE = "rmatrack"
SCHEMA = "dbos"

DRAW_LABELS = "draw-labels"
DELIVER_MAIL = "deliver-mail"
CALL_CARRIERS = "call-carriers"
BUY_LABELS = "buy-labels"


def prepare(engine: Engine) -> None:
    """Make or bring up to date the job engine's own tables in *engine*'s database."""
    DBOS.migrate(engine_url(engine), schema=SCHEMA)


def enqueue(session: Session, job: str, row_id: int) -> None:
    """Put *job* in line for the row *row_id*; it starts when the session's transaction is committed.

    A job may run more than once for the same row, after a crash: it looks at the row to see what is left to do.
    """
    _client(engine_url(session.get_bind().engine)).enqueue_in_transaction(
        session,
        {
            "workflow_name": job,
            "queue_name": QUEUE,
            "app_version": VERSION,
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        },
        row_id,
    )


def engine_url(engine: Engine) -> str:
    """Return the URL that the job engine reaches *engine*'s database by."""
    return engine.url.render_as_string(hide_password=False)


@contextmanager
def asking(engine: Engine) -> Iterator[DBOSClient]:
    """Give what asks the job engine in *engine*'s database; its connections are given back at the end."""
    client = DBOSClient(
        system_database_url=engine_url(engine), dbos_system_schema=SCHEMA, application_name=APPLICATION, lazy=True
    )
    try:
        yield client
    finally:
        client.destroy()


@lru_cache(maxsize=8)
def _client(url: str) -> DBOSClient:
    return DBOSClient(system_database_url=url, dbos_system_schema=SCHEMA, application_name=APPLICATION, lazy=True)
