"""A morning at the dock, replayed: every row of the scan log gets its outcome, and gets it again."""

import csv
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.receiving import Discrepancy, Scan
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.scans import ScanIn
from rmatrack.services.receiving import record_scans
from tests.receiving.shipments import DATA, NOW, ship_examples

ROWS = list(csv.DictReader((DATA / "scan-log.csv").read_text("utf-8").splitlines()))
EXPECTED = [row["expected"] for row in ROWS]


def replay(engine: Engine, size: int) -> list[str]:
    scans = [
        ScanIn(
            id=row["scan_id"],
            scanned_at=datetime.fromisoformat(row["scanned_at"]),
            station=row["station"],
            raw=row["raw"],
        )
        for row in ROWS
    ]
    outcomes = []
    for start in range(0, len(scans), size):
        with writing(engine) as session:
            answers = record_scans(session, scans[start : start + size], by=SYSTEM, now=NOW)
        outcomes += [answer.code for answer in answers]
    return outcomes


def records(engine: Engine) -> list[int | None]:
    with reading(engine) as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (Scan, Discrepancy, Event)]


@pytest.mark.parametrize("size", [1, 7, 100])
def test_every_row_gets_its_outcome(engine: Engine, size: int) -> None:
    ship_examples(engine)

    outcomes = replay(engine, size)

    assert outcomes == EXPECTED


def test_the_same_again_when_replayed_without_a_new_record(engine: Engine) -> None:
    ship_examples(engine)
    replay(engine, 100)
    before = records(engine)

    outcomes = replay(engine, 9)

    assert outcomes == EXPECTED
    assert records(engine) == before
