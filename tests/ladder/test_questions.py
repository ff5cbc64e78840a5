"""However many devices are out, the ladder and its charges ask the same questions, and none reads a whole table."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from rmatrack.db.engine import make_engine
from rmatrack.domain.policy import Policy
from tests.ladder.loans import CHARGED_AFTER, Loans, local
from tests.plans import tables_scanned
from tests.queries import count_queries

DUE_ON = date(2026, 5, 11)
ZONE = "Europe/Amsterdam"


@pytest.mark.parametrize("day", [-7, 30, CHARGED_AFTER])
def test_ten_times_the_devices_take_no_question_more(loans: Loans, day: int) -> None:
    few = asked_on(loans, day, units=2, number="D4100208")

    many = asked_on(loans, day, units=20, number="D4100209")

    assert len(many) <= len(few)


def asked_on(loans: Loans, day: int, *, units: int, number: str) -> list[str]:
    """Ship devices, let the days before pass, and return what the sweep of *day* asks."""
    loans.ship(DUE_ON, zone=ZONE, number=number, serials=[f"{number}{each:03d}" for each in range(units)])
    if day == CHARGED_AFTER:
        loans.sweep(local(ZONE, DUE_ON + timedelta(days=30)))
    with count_queries(loans.engine) as asked:
        assert loans.sweep(local(ZONE, DUE_ON + timedelta(days=day)))
    return asked


@pytest.fixture
def on_sqlite(sqlite_url: str, policy: Policy) -> Loans:
    return Loans(make_engine(sqlite_url), policy)


def test_every_question_about_devices_goes_by_an_index(on_sqlite: Loans) -> None:
    engine: Engine = on_sqlite.engine
    asked = asked_on(on_sqlite, CHARGED_AFTER, units=2, number="D4100208")

    read_whole = {(table, sql) for sql in asked for table in tables_scanned(engine, sql) if table == "unit"}

    assert "unit_notice" in " ".join(asked)
    assert not read_whole
    engine.dispose()
