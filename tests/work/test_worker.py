"""A worker inside this process, as `rmatrack serve` has one: it works, seals, and clears away what is long done."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from rmatrack import clock
from rmatrack.db.engine import reading, writing
from rmatrack.db.label_batches import LabelBatch
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.people import SYSTEM
from rmatrack.paper.papers import Paper
from rmatrack.services.label_batches import ask_for_batch
from rmatrack.services.verification import verify
from rmatrack.settings import Settings
from rmatrack.work import Worker, worker
from rmatrack.work.lease import take_place
from rmatrack.work.sealing import seal_history
from rmatrack.work.tools import Tools
from rmatrack.work.worker import KEEP_JOBS, prune
from tests.history.log import write_entries
from tests.labels.places import NOW, POLICY, ship
from tests.work.process import wait_until
from tests.work.test_jobs import jobs_in_line


@pytest.fixture
def working(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker on the test's database."""
    monkeypatch.setattr(worker, "LOOK_EVERY_SECONDS", 0.1)
    with Worker(Settings.from_environment({}), engine, POLICY) as works:
        yield works


@pytest.mark.usefixtures("working")
def test_what_is_long_done_is_cleared_away(engine: Engine) -> None:
    units = ship(engine)
    with writing(engine) as session:
        batch_id = ask_for_batch(session, units, paper=Paper.A6, language="en", by=SYSTEM, now=NOW).id
    wait_until(lambda: is_ready(engine, batch_id))
    wait_until(lambda: ("draw-labels", "SUCCESS") in jobs_in_line(engine))
    later = clock.now() + KEEP_JOBS + timedelta(minutes=1)

    prune(Tools(engine, POLICY, lambda: later))

    assert ("draw-labels", "SUCCESS") not in jobs_in_line(engine)


@pytest.mark.usefixtures("working")
def test_what_was_done_just_now_is_kept(engine: Engine) -> None:
    units = ship(engine)
    with writing(engine) as session:
        batch_id = ask_for_batch(session, units, paper=Paper.A6, language="en", by=SYSTEM, now=NOW).id
    wait_until(lambda: is_ready(engine, batch_id))
    wait_until(lambda: ("draw-labels", "SUCCESS") in jobs_in_line(engine))

    prune(Tools(engine, POLICY, clock.now))

    assert ("draw-labels", "SUCCESS") in jobs_in_line(engine)


def test_a_worker_gives_its_place_back(engine: Engine) -> None:
    with Worker(Settings.from_environment({}), engine, POLICY):
        assert take_place(engine, 1) is None

    taken = take_place(engine, 1)

    assert taken
    taken.release()


def test_the_whole_backlog_is_sealed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rmatrack.work.sealing.PORTION", 10)
    with writing(engine) as session:
        write_entries(session, 25)

    sealed = seal_history(Tools(engine, POLICY, clock.now))

    assert sealed == 25
    with reading(engine) as session:
        report = verify(session)
    assert (report.holds, report.unsealed) == (True, 0)


def is_ready(engine: Engine, batch_id: int) -> bool:
    with reading(engine) as session:
        return session.get_one(LabelBatch, batch_id).state == BatchState.READY
