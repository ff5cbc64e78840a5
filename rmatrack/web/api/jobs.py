"""Background work: what waits, runs, is done or failed, and beginning a job anew."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.job_list import jobs
from rmatrack.domain.background import JobNotEndedError, JobOfTheClockError, JobState
from rmatrack.domain.people import Permission
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Found, Page, Shape
from rmatrack.web.background import begin_job_anew
from rmatrack.web.given import given
from rmatrack.web.idempotency import once

bp = APIBlueprint("api-jobs", __name__, url_prefix="/api/v1/jobs", tag="Background work")


class Job(Found):
    """A job of a worker, and how it went."""

    id: str = Field(examples=["5f0e7b0e-7b7c-4c55-9a3a-0b6d6d0f4a11"])
    name: str = Field(examples=["draw-labels"])
    state: JobState
    began_at: datetime = Field(description="When it was put in line.")
    ended_at: datetime | None
    worker: str = Field(examples=["worker-1"])
    problem: str = Field(description="What it failed with; empty otherwise.")


class JobsQuery(Shape):
    """Which jobs, and how many at most."""

    state: JobState | None = None
    limit: int = Field(default=100, ge=1, le=500)
    after: int = Field(default=1, ge=1, le=100_000, description="`next` of the page before.")


class BegunAnew(Shape):
    """The job that was over."""

    begun_anew: str = Field(examples=["1c6d7f52-39a3-4a38-8a7e-b5a6a3cc4c5e"])


@bp.get("")
@bp.input(JobsQuery, location="query")
@bp.output(Page[Job])
@allowed(Permission.LOOK_AFTER_JOBS)
def index(query_data: JobsQuery) -> Page[Job]:
    """List jobs, the newest first."""
    size, page = query_data.limit, query_data.after
    found = jobs(given().engine, query_data.state, limit=size + 1, offset=size * (page - 1))
    return Page(
        items=[Job.model_validate(each) for each in found[:size]], next=str(page + 1) if len(found) > size else None
    )


@bp.post("/<job_id>/again")
@bp.output(BegunAnew)
@writes
@refuses(JobNotEndedError, JobOfTheClockError)
@allowed(Permission.LOOK_AFTER_JOBS)
def again(job_id: str) -> Response:
    """Put what a job that is over was about in line once more; it looks for itself at what is left to do."""

    def deed(session: Session) -> BegunAnew:
        begin_job_anew(session, job_id)
        return BegunAnew(begun_anew=job_id)

    return once(deed)
