"""Background work: what waits, runs, is done or failed, and beginning a job anew."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.db.job_list import jobs
from rmatrack.domain.background import DEEDS, JobState
from rmatrack.domain.people import Permission
from rmatrack.web.access import allowed
from rmatrack.web.background import begin_job_anew
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.sessions import write_session

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

SHOWN = 100


@bp.get("")
@allowed(Permission.LOOK_AFTER_JOBS)
def index() -> str:
    """List jobs, the newest first."""
    asked = request.args.get("state", "")
    state = JobState(asked) if asked in set(JobState) else None
    return render_template(
        "jobs/index.html",
        jobs=jobs(given().engine, state, limit=SHOWN),
        states=list(JobState),
        shown=SHOWN,
        deeds=DEEDS,
    )


@bp.post("/<job_id>/again")
@allowed(Permission.LOOK_AFTER_JOBS)
def again(job_id: str) -> ResponseReturnValue:
    """Put a job that is over in line once more."""
    with write_session() as session:
        begin_job_anew(session, job_id)
    flash(_("The job is in line again. It looks for itself at what is left to do."))
    return redirect(url_for(".index"))
