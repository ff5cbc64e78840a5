"""Sweeps that meet others, and sweeps that are killed: nothing twice, and nothing lost (SPEC T-25)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from rmatrack.db.engine import writing
from rmatrack.domain.errors import ConflictError
from rmatrack.services import managing
from rmatrack.work import sweeping
from tests.sweep.process import killed_sweep
from tests.sweep.world import ADA, OnTrial, World, everything_due, local

ZONE = "Pacific/Auckland"
EXPIRES = date(2026, 4, 5)
DAYS_THAT_MATTER = (-7, 0, 31, 46)
LONG_ENOUGH_TO_READ_SECONDS = 0.5


def start(world: World, name: str = "utwente") -> OnTrial:
    return world.start(local(ZONE, EXPIRES - timedelta(days=30)), zone=ZONE, name=name)


def at_once(*deeds: Callable[[], object]) -> None:
    """Do *deeds* in a thread each, all starting together."""
    begin = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> None:
        begin.wait()
        deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        list(threads.map(do, deeds))


def test_several_sweeps_at_once_tell_everything_once(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "PEOPLE_AT_ONCE", 2)
    trials = [start(world, name) for name in ("utwente", "tudelft", "wur")]

    for days in DAYS_THAT_MATTER:
        now = local(ZONE, EXPIRES + timedelta(days=days))
        at_once(*[lambda now=now: world.sweep(now)] * 4)
        world.sweep(now)
        world.deliver(now, tmp_path)

    for trial in trials:
        assert world.told(trial) == everything_due(trial, EXPIRES)
    assert set(world.leaving(ADA).values()) == {1}


@pytest.mark.parametrize("attempt", range(5))
def test_a_sweep_that_meets_an_extension_reminds_of_no_old_date(world: World, attempt: int) -> None:
    trial = start(world)
    now = local(ZONE, EXPIRES - timedelta(days=7 - attempt))

    def extend() -> None:
        try:
            world.extend(trial, now)
        except ConflictError:
            world.extend(trial, now)

    at_once(lambda: world.sweep(now), extend)

    assert world.told(trial) == []


def test_a_sweep_waits_for_an_extension_that_is_not_committed(world: World) -> None:
    trial = start(world)
    now = local(ZONE, EXPIRES - timedelta(days=7))

    with ThreadPoolExecutor(1) as threads:
        with writing(world.engine) as session:
            managing.extend_trial(session, trial.id, policy=world.policy, by=world.by, now=now)
            swept = threads.submit(world.sweep, now)
            time.sleep(LONG_ENOUGH_TO_READ_SECONDS)
        told = swept.result()

    assert told == 0


def test_sweeps_that_are_killed_leave_the_rest_to_the_next(world: World, database_url: str, tmp_path: Path) -> None:
    trials = [start(world, name) for name in ("utwente", "tudelft")]
    kills = {-7: (25,), 0: (55,), 31: (9, 40, 75), 46: (30,)}

    for days, statements in kills.items():
        now = local(ZONE, EXPIRES + timedelta(days=days))
        for number in statements:
            killed_sweep(database_url, now, number)
        world.sweep(now)
        world.deliver(now, tmp_path)

    for trial in trials:
        assert world.told(trial) == everything_due(trial, EXPIRES)
