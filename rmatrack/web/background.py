"""Beginning a job anew, for pages and programs."""

from flask import g
from sqlalchemy.orm import Session

from rmatrack.db.job_list import job_over
from rmatrack.db.jobs import enqueue
from rmatrack.domain.history import Change
from rmatrack.services.history import record
from rmatrack.web.given import given


def begin_job_anew(session: Session, job_id: str) -> None:
    """Put what a job that is over was about in line once more: it looks at its row for what is left to do.

    Raises `NotFoundError`, `JobNotEndedError` and `JobOfTheClockError`.
    """
    name, row_id = job_over(given().engine, job_id)
    enqueue(session, name, row_id)
    record(session, [Change("job", job_id, "begun anew", new=name)], by=g.actor, now=g.now)
