"""A job is in line when its deed is committed, and only then."""

from sqlalchemy import Engine, text

from rmatrack.db import jobs
from rmatrack.db.engine import reading, writing


def jobs_in_line(engine: Engine) -> list[tuple[str, str]]:
    table = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with reading(engine) as session:
        rows = session.execute(text(f"SELECT name, status FROM {table} ORDER BY created_at"))  # noqa: S608  Ours.
        return [(row.name, row.status) for row in rows]


def test_a_committed_deed_puts_its_job_in_line(engine: Engine) -> None:
    with writing(engine) as session:
        jobs.enqueue(session, "tidy-up", 7)

    assert jobs_in_line(engine) == [("tidy-up", "ENQUEUED")]


def test_a_deed_that_fails_leaves_no_job_behind(engine: Engine) -> None:
    with writing(engine) as session:
        jobs.enqueue(session, "tidy-up", 7)
        session.rollback()

    assert jobs_in_line(engine) == []


def test_the_engine_s_tables_may_be_prepared_twice(engine: Engine) -> None:
    jobs.prepare(engine)

    assert jobs_in_line(engine) == []
