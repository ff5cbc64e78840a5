"""The jobs that are in line, running or over, as the job engine remembers them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from dbos import WorkflowStatus
from sqlalchemy import Engine

from rmatrack.db.jobs import asking
from rmatrack.domain.background import Job, JobNotEndedError, JobOfTheClockError, JobState
from rmatrack.domain.errors import NotFoundError

STATES: dict[str, JobState] = {
    "DELAYED": JobState.WAITING,
    "ENQUEUED": JobState.WAITING,
    "PENDING": JobState.RUNNING,
    "SUCCESS": JobState.DONE,
    "ERROR": JobState.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobState.FAILED,
    "CANCELLED": JobState.CANCELLED,
}
"""The job engine's words for ours."""

ENDED = frozenset({JobState.FAILED, JobState.DONE, JobState.CANCELLED})
LONGEST_PROBLEM = 500


def jobs(engine: Engine, state: JobState | None = None, *, limit: int, offset: int = 0) -> Sequence[Job]:
    """The last *limit* jobs in *state*, or in any, the newest first; *offset* of them are passed over."""
    theirs = [word for word, ours in STATES.items() if ours is state] or None
    with asking(engine) as client:
        found = client.list_workflows(status=theirs, limit=limit, offset=offset, sort_desc=True, load_input=False)
    return [_job(each) for each in found]


def job_over(engine: Engine, job_id: str) -> tuple[str, int]:
    """Return the name of a job that is over, and the row it was about.

    Raises `NotFoundError`, `JobNotEndedError`, and `JobOfTheClockError` for one that comes again by itself.
    """
    with asking(engine) as client:
        found = client.list_workflows(workflow_ids=[job_id], load_output=False)
    if not found:
        raise NotFoundError
    if STATES[found[0].status] not in ENDED:
        raise JobNotEndedError
    match found[0].input:
        case {"args": [int(row_id)]}:
            return found[0].name, row_id
    raise JobOfTheClockError


def _job(found: WorkflowStatus) -> Job:
    return Job(
        id=found.workflow_id,
        name=found.name,
        state=STATES[found.status],
        began_at=_moment(found.created_at),
        ended_at=_moment(found.updated_at) if STATES[found.status] in ENDED else None,
        worker=found.executor_id or "",
        problem=str(found.error)[:LONGEST_PROBLEM] if found.error else "",
    )


def _moment(milliseconds: int | None) -> datetime:
    return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)
