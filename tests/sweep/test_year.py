"""A year in the life of a trial: day by day from its start until its numbers are released (SPEC T-10, T-21 – T-25).

Nights are missed, sweeps are doubled, and both changes of the clocks lie on the days that matter.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rmatrack.domain.mails import MailKind
from rmatrack.domain.trials import TrialStatus
from tests.sweep.world import ADA, BEN, Told, World, everything_due, local

YEARS = [
    pytest.param("Europe/Amsterdam", date(2026, 3, 29), id="Amsterdam expires on the short day"),
    pytest.param("Europe/Amsterdam", date(2026, 10, 25), id="Amsterdam expires on the long day"),
    pytest.param("Europe/Amsterdam", date(2026, 2, 26), id="Amsterdam lapses on the short day"),
    pytest.param("Pacific/Auckland", date(2026, 4, 5), id="Auckland expires on the long day"),
    pytest.param("Pacific/Auckland", date(2026, 9, 27), id="Auckland expires on the short day"),
    pytest.param("Pacific/Honolulu", date(2026, 3, 29), id="Honolulu has no such days"),
]
LIFE_DAYS = 30


def moments(zone: str, started_on: date, expires_on: date) -> Iterator[datetime]:
    """When the sweep runs: last thing and first thing on the days that matter, once or not at all on others."""
    matters = {expires_on + timedelta(days=after) for after in (-7, 0, 31, 46)}
    for days in range(1, LIFE_DAYS + 50):
        day = started_on + timedelta(days=days)
        if day in matters:
            yield local(zone, day - timedelta(days=1), 23, 59)
            yield local(zone, day, 0, 1)
            yield local(zone, day, 0, 1)
            yield local(zone, day, 23, 59)
        elif days % 4:
            yield local(zone, day)


@pytest.mark.parametrize(("zone", "expires_on"), YEARS)
def test_every_mail_comes_once_and_on_its_day(world: World, zone: str, expires_on: date, tmp_path: Path) -> None:
    started_on = expires_on - timedelta(days=LIFE_DAYS)
    now = local(zone, started_on)
    trial = world.start(now, zone=zone)

    left = world.deliver(now, tmp_path)
    for now in moments(zone, started_on, expires_on):
        world.sweep(now)
        left += world.deliver(now, tmp_path)

    assert world.told(trial) == everything_due(trial, expires_on)
    welcomed = world.told(trial, frozenset({MailKind.WELCOME}))
    assert welcomed == [Told(started_on, MailKind.WELCOME, email) for email in (trial.boss, trial.deputy)]
    assert left == len(list((tmp_path / "mail").glob("*.eml")))
    assert world.status(trial) is TrialStatus.LAPSED


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Pacific/Auckland", "Pacific/Honolulu"])
def test_hour_by_hour_the_day_is_the_customer_s(world: World, zone: str) -> None:
    expires_on = date(2026, 3, 29)
    trial = world.start(local(zone, expires_on - timedelta(days=LIFE_DAYS)), zone=zone)
    first = local(zone, expires_on - timedelta(days=1), 20)

    for hour in range(12):
        if world.sweep(now := first + timedelta(hours=hour)) and now.astimezone(ZoneInfo(zone)).date() == expires_on:
            break

    assert now.astimezone(ZoneInfo(zone)).hour == 0
    assert {told.on for told in world.told(trial) if told.kind == MailKind.EXPIRY_DAY} == {expires_on}


@pytest.mark.parametrize(("days", "kind"), [(-7, "expiry-soon"), (0, "expiry-day"), (31, "final")])
def test_where_the_day_begins_first_it_is_told_first(world: World, days: int, kind: str) -> None:
    expires_on = date(2026, 3, 29)
    zones = ("Pacific/Auckland", "Europe/Amsterdam", "Pacific/Honolulu")
    trials = {
        zone: world.start(local(zone, expires_on - timedelta(days=LIFE_DAYS)), zone=zone, name=zone[-4:].lower())
        for zone in zones
    }
    day = expires_on + timedelta(days=days)

    told = {}
    for zone in zones:
        for hour in (-1, 1):
            world.sweep(local(zone, day, 0) + timedelta(hours=hour))
            told[zone, hour] = [name for name in zones if kind in {one.kind for one in world.told(trials[name])}]

    assert told == {
        (zone, hour): list(zones[: place + (hour > 0)]) for place, zone in enumerate(zones) for hour in (-1, 1)
    }


def test_one_person_gets_one_mail_a_sweep(world: World, tmp_path: Path) -> None:
    expires_on = date(2026, 6, 30)
    zone = "Europe/Amsterdam"
    start = local(zone, expires_on - timedelta(days=LIFE_DAYS))
    trials = [world.start(start, name=name) for name in ("utwente", "tudelft", "wur")]

    for after in (0, 31):
        now = local(zone, expires_on + timedelta(days=after))
        world.sweep(now)
        world.deliver(now, tmp_path)

    assert set(world.leaving(ADA).values()) == {1}
    assert set(world.leaving(trials[0].boss).values()) == {1}
    assert len(world.leaving(ADA)) == 2


def test_a_request_that_nobody_answers_ends_after_its_last_day(world: World) -> None:
    zone = "Pacific/Auckland"
    asked_on = date(2026, 3, 20)
    trial = world.ask(local(zone, asked_on), zone=zone)
    last_on = asked_on + timedelta(days=30)

    world.sweep(local(zone, last_on, 23, 59))
    before = world.status(trial)
    world.sweep(local(zone, last_on + timedelta(days=1), 0, 1))
    world.sweep(local(zone, last_on + timedelta(days=2)))

    assert before is TrialStatus.PENDING_CONSENT
    assert world.status(trial) is TrialStatus.CONSENT_EXPIRED
    after = last_on + timedelta(days=1)
    assert world.told(trial) == [Told(after, MailKind.CONSENT_EXPIRED, email) for email in (ADA, BEN)]
