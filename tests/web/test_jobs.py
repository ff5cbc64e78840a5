"""Administrators look after background work: what waits, what failed, and beginning it anew."""

import re
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.db.job_list import jobs
from rmatrack.db.jobs import DRAW_LABELS, asking, enqueue
from rmatrack.domain.background import DEEDS, JobState
from rmatrack.domain.people import Role
from rmatrack.work import worker
from tests.fixtures.pages import SignIn
from tests.work.process import wait_until


def test_a_job_in_line_is_on_the_list(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.ADMINISTRATOR)
    with writing(engine) as session:
        enqueue(session, DRAW_LABELS, 12)

    page, failed = client.get("/jobs").text, client.get("/jobs?state=failed").text

    assert "Draw a batch of labels" in page
    assert "waiting its turn" in page
    assert "No jobs in this list" in failed


def test_a_job_that_is_over_is_begun_anew(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.ADMINISTRATOR)
    with writing(engine) as session:
        enqueue(session, DRAW_LABELS, 12)
    (job,) = jobs(engine, limit=10)
    with asking(engine) as asked:
        asked.cancel_workflow(job.id)

    answer = client.post(f"/jobs/{job.id}/again", follow_redirects=True)

    wait_until(lambda: len(jobs(engine, limit=10)) == 2)
    assert "The job is in line again." in answer.text
    assert {(each.name, each.state) for each in jobs(engine, limit=10)} == {
        (DRAW_LABELS, JobState.CANCELLED),
        (DRAW_LABELS, JobState.WAITING),
    }
    assert "begun anew" in client.get("/history?subject=job").text


def test_a_job_that_is_not_over_stays_as_it_is(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.ADMINISTRATOR)
    with writing(engine) as session:
        enqueue(session, DRAW_LABELS, 12)
    (job,) = jobs(engine, limit=10)

    answer = client.post(f"/jobs/{job.id}/again")

    assert answer.status_code == 409
    assert "This job is not over yet." in answer.text
    assert client.post("/jobs/nonsense/again").status_code == 404


def test_only_administrators_look_after_jobs(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    assert client.get("/jobs").status_code == 403


def test_every_job_of_the_worker_has_its_words() -> None:
    code = Path(str(worker.__file__)).read_text()

    named = set(re.findall(r'_by_the_clock[(]"([a-z-]+)"', code))

    assert named
    assert named <= set(DEEDS)
