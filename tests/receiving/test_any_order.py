"""What is recorded does not depend on the order or the batches in which scans arrive (SPEC R-3)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.engine import make_engine, writing
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Discrepancy, Scan
from rmatrack.db.returns import Rma
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.scans import ScanIn
from rmatrack.services.receiving import record_scans
from tests.fixtures.databases import migrate, sqlite_file_url
from tests.receiving.shipments import MODEL, NOW, make_order, scan

MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)
ORDERS = {"D4100201": ["FOC21213GKV", "FNS17231KZ7"], "D4100208": ["SSI16460ARS"], "D4100219": ["ART2227FNDR"]}
LOST = "ART2227FNDR"
READ = [
    *(serial for serials in ORDERS.values() for serial in serials),
    "FOC1923NVVQ",
    "ZZZ9999ZZZZ",
    "https://a.example",
]


class Reading(NamedTuple):
    raw: str
    minute: int
    box: str | None
    model: str | None


readings = st.builds(
    Reading,
    raw=st.sampled_from(READ),
    minute=st.integers(0, 9),
    box=st.sampled_from([None, *ORDERS]),
    model=st.sampled_from([None, MODEL, "CP-8865-K9"]),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for all examples: none of them leaves anything in it."""
    file: Path = tmp_path_factory.mktemp("any-order") / "rmatrack.sqlite3"
    migrate(sqlite_file_url(file))
    engine = make_engine(sqlite_file_url(file))
    yield engine
    engine.dispose()


@contextmanager
def dock(engine: Engine) -> Iterator[tuple[Session, dict[str, str]]]:
    """Orders that are out, one unit of them given up, and their RMA numbers by order; undone at the end."""
    with writing(engine) as session:
        boxes = {number: make_order(session, number, serials).number for number, serials in ORDERS.items()}
        lost = session.scalars(select(Unit).where(Unit.serial_key == LOST)).one()
        lost.status, lost.settled_at = "lost", MORNING - timedelta(days=1)
        session.flush()
        yield session, boxes
        session.rollback()


def state(session: Session) -> tuple[set[object], ...]:
    units = session.execute(select(Unit.serial, Unit.status, Unit.received_at, Unit.settled_at))
    what = (Discrepancy.type, Discrepancy.serial_key, Discrepancy.rma_id, Discrepancy.opened_at, Discrepancy.closed_at)
    complete = session.execute(select(Rma.number, Rma.completed_at))
    scans = session.execute(select(Scan.id, Scan.unit_id, Scan.scanned_at))
    return tuple({tuple(row) for row in rows} for rows in (units, session.execute(select(*what)), complete, scans))


def scans_of(read: Sequence[Reading], boxes: dict[str, str]) -> list[ScanIn]:
    return [
        scan(
            one.raw,
            MORNING + timedelta(minutes=one.minute),
            number,
            expected=boxes.get(one.box or ""),
            model=one.model,
        )
        for number, one in enumerate(read)
    ]


def replay(engine: Engine, read: Sequence[Reading], order: Sequence[int], cuts: set[int]) -> tuple[set[object], ...]:
    with dock(engine) as (session, boxes):
        scans = [
            scan(
                one.raw,
                MORNING + timedelta(minutes=one.minute),
                number,
                expected=boxes.get(one.box or ""),
                model=one.model,
            )
            for number, one in enumerate(read)
        ]
        batch: list[ScanIn] = []
        for place, number in enumerate(order):
            batch.append(scans[number])
            if place in cuts:
                record_scans(session, batch, by=SYSTEM, now=NOW)
                batch = []
        record_scans(session, batch, by=SYSTEM, now=NOW)
        return state(session)


@given(data=st.data(), read=st.lists(readings, min_size=1, max_size=10))
@settings(max_examples=150)
def test_scans_in_any_order_and_batches_end_in_the_same_state(
    engine: Engine, data: st.DataObject, read: list[Reading]
) -> None:
    order = data.draw(st.permutations(range(len(read))))
    cuts = data.draw(st.sets(st.integers(0, len(read))))

    at_once = replay(engine, read, range(len(read)), set())
    in_parts = replay(engine, read, [*order, *order[: len(order) // 2]], cuts)

    assert in_parts == at_once


@given(read=st.lists(readings, min_size=1, max_size=10))
def test_a_return_is_complete_when_nothing_of_it_is_open(engine: Engine, read: list[Reading]) -> None:
    with dock(engine) as (session, boxes):
        record_scans(session, scans_of(read, boxes), by=SYSTEM, now=NOW)

        out = set(session.scalars(select(Unit.order_id).where(Unit.settled_at.is_(None))))
        held = set(session.scalars(select(Discrepancy.rma_id).where(Discrepancy.closed_at.is_(None))))
        completed = {rma.id for rma in session.scalars(select(Rma)) if rma.completed_at}
        touched = {rma.id for rma in session.scalars(select(Rma)) if rma.order_id not in out and rma.id not in held}
        lost_only = {rma.id for rma in session.scalars(select(Rma)) if rma.number == boxes["D4100219"]}
        assert completed - lost_only == touched - lost_only
