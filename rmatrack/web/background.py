"""Beginning a job anew, for pages and programs: the history says who did, then the job engine is asked."""

from flask import g

from rmatrack.db.job_list import begin_anew, must_be_over
from rmatrack.domain.history import Change
from rmatrack.services.history import record
from rmatrack.web.given import given
from rmatrack.web.sessions import write_session


def begin_job_anew(job_id: str) -> str:
    """Put a copy of a job that is over in line, and return the copy's id.

    The job engine writes in a transaction of its own, after ours. Raises `NotFoundError` and `JobNotEndedError`.
    """
    name = must_be_over(given().engine, job_id)
    with write_session() as session:
        record(session, [Change("job", job_id, "begun anew", new=name)], by=g.actor, now=g.now)
    return begin_anew(given().engine, job_id)
