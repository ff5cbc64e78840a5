"""The sweep as a worker runs it: when it begins, and every hour."""

from datetime import timedelta

import pytest
from dbos import DBOS
from sqlalchemy import Engine

from rmatrack import clock
from rmatrack.domain.mails import MailKind
from rmatrack.domain.policy import Policy
from rmatrack.settings import Settings
from rmatrack.work import Worker, worker
from tests.sweep.world import World
from tests.work.process import wait_until


def test_a_worker_that_begins_catches_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LOOK_EVERY_SECONDS", 0.1)
    trial = world.start(clock.now() - timedelta(days=25), days=30)

    with works(world.engine, world.policy):
        wait_until(lambda: bool(world.told(trial)))

    assert {told.kind for told in world.told(trial)} == {MailKind.EXPIRY_SOON}


def test_a_worker_sweeps_every_hour_and_makes_up_for_none(world: World) -> None:
    with works(world.engine, world.policy):
        schedule = DBOS.get_schedule(worker.SWEEP)

    assert schedule
    assert (schedule["schedule"], schedule["automatic_backfill"]) == ("10 0 * * * *", False)


def works(engine: Engine, policy: Policy) -> Worker:
    return Worker(Settings.from_environment({}), engine, policy)
