"""Tracking events: taken in by the service in portions, beside the bare driver that writes the same rows."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from sqlalchemy.orm import Session

from benchmarks.scans import LINES, SMALL_ORDERS, UNITS_EACH, _best, _prepared
from carriers.parcel_states import ParcelEvent, ParcelState
from rmatrack.db.engine import make_engine, writing
from rmatrack.db.labels import Label
from rmatrack.db.orders import Unit
from rmatrack.db.returns import Rma
from rmatrack.db.tracking import TRACK
from rmatrack.domain.tracking import Source
from rmatrack.services.tracking import take_reports

PARCELS, PORTION, EVENTS_EACH = 2_000, 100, 4
START = datetime(2026, 11, 2, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
STORY = (ParcelState.ANNOUNCED, ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY, ParcelState.DELIVERED)

_EVENT = (
    "INSERT INTO tracking_event (label_id, number, at, code, state, words, place, source, by_name, recorded_at)"
    " VALUES (?,?,?,?,?,'','','asked','',?)"
)
_TRACK = "UPDATE track SET state='delivered', since=?, moved_at=?, delivered_at=?, news_at=?, due_at=? WHERE label_id=?"
_LABEL = "UPDATE label SET state='delivered', version=version+1 WHERE id=? AND state='printed'"
_LOG = (
    "INSERT INTO event (at, subject, subject_key, order_id, unit_id, deed, field, old, new, actor, actor_role, digest)"
    " VALUES (?,'label',?,1,1,'followed','state','printed','delivered','system','system',?)"
)


def lines() -> Iterator[str]:
    """Measure and tell, a line at a time."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.sqlite3"
        _prepared(template)
        _label_all(template)
        bare, ours = _best(template, _bare, _ours)
        events = PARCELS * EVENTS_EACH
        yield _line("floor, bare driver", events / bare)
        yield _line(f"in portions of {PORTION} parcels", events / ours, f"{bare / ours:.2f} of the floor")


def _line(what: str, rate: float, ratio: str = "") -> str:
    return f"tracking: {what:<29} {rate:8,.0f} events/s   {ratio}".rstrip()


def _label_all(file: Path) -> None:
    assert PARCELS <= SMALL_ORDERS * UNITS_EACH + LINES
    engine = make_engine(f"sqlite:///{file}")
    with writing(engine) as session:
        rmas = {rma.order_id: rma.id for rma in session.query(Rma)}
        units = session.query(Unit).order_by(Unit.id).limit(PARCELS)
        session.add_all(_label(unit, rmas[unit.order_id]) for unit in units)
        session.flush()
        session.execute(TRACK.insert(), [_track(session, label) for label in session.query(Label)])
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _label(unit: Unit, rma_id: int) -> Label:
    return Label(
        rma_id=rma_id,
        unit_id=unit.id,
        carrier="ups",
        service="Ground",
        source="range",
        number=f"1ZA1B2C303{unit.id:08d}",
        state="printed",
        content={},
        created_at=START,
        released_at=START,
    )


def _track(_session: Session, label: Label) -> dict[str, object]:
    return {
        "label_id": label.id, "carrier": "ups", "file_number": "", "to_country": "US", "news_at": START,
        "due_at": START, "failures": 0,
    }  # fmt: skip


def _told(label_id: int, number: str) -> list[ParcelEvent]:
    return [
        ParcelEvent(number, START + timedelta(hours=9 * step), f"I/{step}", state) for step, state in enumerate(STORY)
    ]


def _labels(file: Path) -> Sequence[tuple[int, str]]:
    connection = sqlite3.connect(file)
    found = connection.execute("SELECT id, number FROM label ORDER BY id").fetchall()
    connection.close()
    return found


def _portions(labels: Sequence[tuple[int, str]]) -> list[Sequence[tuple[int, str]]]:
    return [labels[start : start + PORTION] for start in range(0, len(labels), PORTION)]


def _ours(file: Path) -> float:
    engine = make_engine(f"sqlite:///{file}")
    portions = [{id_: _told(id_, number) for id_, number in some} for some in _portions(_labels(file))]
    started = perf_counter()
    for reports in portions:
        with writing(engine) as session:
            take_reports(session, reports, source=Source.ASKED, now=NOW)
    took = perf_counter() - started
    engine.dispose()
    return took


def _bare(file: Path) -> float:
    """Return the seconds that the driver alone takes to write the same rows, a durable commit a portion."""
    portions = [[(id_, number, _told(id_, number)) for id_, number in some] for some in _portions(_labels(file))]
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    now = _written(NOW)
    started = perf_counter()
    for some in portions:
        events = [
            (id_, number, _written(event.at), event.code, event.state, now)
            for id_, number, told in some
            for event in told
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_EVENT, events)
        connection.executemany(_TRACK, [(now, now, now, now, now, id_) for id_, _number, _told in some])
        connection.executemany(_LABEL, [(id_,) for id_, _number, _told in some])
        connection.executemany(_LOG, [(now, number, sha256(number.encode()).hexdigest()) for _id, number, _ in some])
        connection.execute("COMMIT")
    took = perf_counter() - started
    connection.close()
    return took


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
