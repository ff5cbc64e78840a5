"""However many trials there are, a sweep asks the same questions, a portion of people at a time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from rmatrack.db.engine import reading
from rmatrack.db.history import Event
from rmatrack.db.notices import Notice
from rmatrack.db.trials import Trial
from rmatrack.domain.policy import Policy
from rmatrack.work import sweeping
from rmatrack.work.sweeping import sweep
from rmatrack.work.tools import Tools
from tests.queries import count_queries
from tests.sweep.crowd import crowd

EXPIRES = date(2026, 3, 29)
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
MANY = 2_000
STATEMENTS_A_PORTION = 25
ON_THE_WAY = 40
"""Statements of a sweep that are not of a portion of people, with those of a portion of endings."""


@pytest.mark.parametrize("days", [-7, 0, 31, 46])
def test_ten_times_the_trials_take_no_statement_more(
    engine: Engine, policy: Policy, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr(sweeping, "PEOPLE_AT_ONCE", 1_000)
    now = NOON + timedelta(days=days)
    crowd(engine, 12, partners=5, expires_on=EXPIRES)
    few = statements_of_a_sweep(engine, policy, now)

    crowd(engine, 120, partners=5, expires_on=EXPIRES, first=12)
    many = statements_of_a_sweep(engine, policy, now)

    assert len(many) <= len(few)


def test_nothing_due_is_soon_known(engine: Engine, policy: Policy) -> None:
    crowd(engine, 200, partners=5, expires_on=EXPIRES)

    with count_queries(engine) as seen:
        told = sweep(tools(engine, policy, NOON - timedelta(days=20)))

    assert told == 0
    assert len(seen) <= 16


def test_thousands_of_trials_are_told_of_and_lapse(engine: Engine, policy: Policy) -> None:
    crowd(engine, MANY, partners=40, expires_on=EXPIRES)
    people = MANY * 2 + 40

    with count_queries(engine) as soon:
        told_soon = sweep(tools(engine, policy, NOON - timedelta(days=6)))
    with count_queries(engine) as lapsing:
        told_at_the_end = sweep(tools(engine, policy, NOON + timedelta(days=32)))

    assert (told_soon, told_at_the_end) == (MANY * 3, MANY * 4)
    portions = -(-people // sweeping.PEOPLE_AT_ONCE)
    assert len(soon) <= portions * STATEMENTS_A_PORTION + ON_THE_WAY
    endings, portions = MANY // 500, -(-(people + MANY) // sweeping.PEOPLE_AT_ONCE)
    assert len(lapsing) <= portions * STATEMENTS_A_PORTION + endings * STATEMENTS_A_PORTION + ON_THE_WAY
    with reading(engine) as session:
        statuses = session.execute(select(Trial.status, func.count()).group_by(Trial.status)).all()
        assert [tuple(row) for row in statuses] == [("lapsed", MANY)]
        assert session.scalar(select(func.count()).select_from(Notice)) == MANY * 7
        assert session.scalar(select(func.count()).where(Event.deed == "lapsed")) == MANY


def statements_of_a_sweep(engine: Engine, policy: Policy, now: datetime) -> list[str]:
    with count_queries(engine) as seen:
        assert sweep(tools(engine, policy, now))
    return seen


def tools(engine: Engine, policy: Policy, now: datetime) -> Tools:
    return Tools(engine, policy, lambda: now)
