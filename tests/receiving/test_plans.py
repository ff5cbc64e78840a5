"""However many units there are, no question of a scan reads a whole table: SQLite tells how it would go about each."""

import pytest
from sqlalchemy import Engine

from rmatrack.db.engine import make_engine, writing
from rmatrack.domain.people import SYSTEM
from rmatrack.services.receiving import record_scans
from tests.plans import tables_scanned
from tests.queries import count_queries
from tests.receiving.dock import ONE, TWO, at
from tests.receiving.shipments import NOW, make_order, scan

TABLES = {"unit", "scan", "rma", "demo_order", "customer", "discrepancy", "label", "model", "person"}


@pytest.fixture
def engine(sqlite_url: str) -> Engine:
    return make_engine(sqlite_url)


def test_every_question_of_a_scan_goes_by_an_index(engine: Engine) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])
        box = make_order(session, "D4100208", [TWO]).number
    raws = [ONE, ONE, TWO, "FOC1923NVVQ", "https://a.example", box, "1Z5R89390357567127"]
    scans = [scan(raw, at(number), number, expected=box) for number, raw in enumerate(raws)]
    with count_queries(engine) as asked, writing(engine) as session:
        record_scans(session, scans, by=SYSTEM, now=NOW)
        record_scans(session, [scan(ONE, at(-9), 99)], by=SYSTEM, now=NOW)

    read_whole = {(table, sql) for sql in asked for table in tables_scanned(engine, sql) & TABLES}

    assert len(asked) > 20
    assert not read_whole
    engine.dispose()
