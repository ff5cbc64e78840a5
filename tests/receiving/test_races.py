"""Two people at the same moment, on both databases: one receives, nobody receives twice, nothing is missed."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Engine, func, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Discrepancy, Scan
from rmatrack.db.returns import Rma
from rmatrack.domain.errors import ConflictError
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.serials import normalise
from rmatrack.services.parked import match_parked
from rmatrack.services.receiving import record_scans
from tests.receiving.dock import ONE, TWO, at, codes
from tests.receiving.shipments import NOW, make_order, scan

ROUNDS = range(5)
T = TypeVar("T")


def at_once(deeds: Sequence[Callable[[], T]]) -> list[T]:
    """Do *deeds* in a thread each, all starting together."""
    start = Barrier(len(deeds))

    def begin(deed: Callable[[], T]) -> T:
        start.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(begin, deeds))


def scanning(engine: Engine, raw: str, number: int, **more: str) -> Callable[[], str]:
    """A station that scans once, and once more where somebody else came first."""

    def deed() -> str:
        for _ in range(5):
            try:
                with writing(engine) as session:
                    return codes(record_scans(session, [scan(raw, at(number), number, **more)], by=SYSTEM, now=NOW))[0]
            except ConflictError:
                continue
        raise AssertionError("always somebody else")

    return deed


@pytest.mark.parametrize("attempt", ROUNDS)
def test_one_of_four_receives_and_the_others_are_told(engine: Engine, attempt: int) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])

    outcomes = at_once([scanning(engine, ONE, number) for number in range(4)])

    assert sorted(outcomes) == ["already_received"] * 3 + ["matched"]
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Scan)) == 4
        assert session.scalar(select(func.count()).where(Event.deed == "received", Event.field == "status")) == 1
        assert session.scalars(select(Unit.received_at)).one() == at(0)


@pytest.mark.parametrize("attempt", ROUNDS)
def test_the_same_scan_sent_by_two_is_recorded_once(engine: Engine, attempt: int) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])

    outcomes = at_once([scanning(engine, ONE, 1), scanning(engine, ONE, 1), scanning(engine, "JUNK", 2)] * 2)

    assert outcomes == ["matched", "matched", "not_a_serial"] * 2
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Scan)) == 2


@pytest.mark.parametrize("attempt", ROUNDS)
def test_the_last_two_units_at_once_complete_the_return(engine: Engine, attempt: int) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE, TWO])

    at_once([scanning(engine, ONE, 1), scanning(engine, TWO, 2)])

    with reading(engine) as session:
        assert session.scalars(select(Rma.completed_at)).one() == NOW


@pytest.mark.parametrize("attempt", ROUNDS)
def test_a_serial_scanned_while_its_shipment_is_imported_is_never_missed(engine: Engine, attempt: int) -> None:
    def importing() -> str:
        with writing(engine) as session:
            make_order(session, "D4100201", [ONE])
            match_parked(session, [normalise(ONE)], by=SYSTEM, now=NOW)
        return "imported"

    at_once([importing, scanning(engine, ONE, 1), scanning(engine, ONE, 2)])

    with reading(engine) as session:
        assert session.scalars(select(Unit.status)).one() == "received"
        assert session.scalars(select(Discrepancy).where(Discrepancy.closed_at.is_(None))).all() == []


@pytest.mark.parametrize("attempt", ROUNDS)
def test_an_unknown_serial_scanned_by_four_is_noted_once(engine: Engine, attempt: int) -> None:
    at_once([scanning(engine, "FOC1923NVVQ", number) for number in range(4)])

    with reading(engine) as session:
        assert session.scalars(select(Discrepancy.opened_at)).one() == at(0)
