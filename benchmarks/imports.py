"""Importing 50,000 units: reading, comparing and loading a file, against bare `executemany` of the very same rows."""

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import Engine

from rmatrack.db.engine import make_engine, reading, writing
from rmatrack.db.migrate import upgrade
from rmatrack.db.tables import METADATA
from rmatrack.domain.people import SYSTEM
from rmatrack.services import imports
from rmatrack.services.policy import load as load_policy
from rmatrack.services.spreadsheets import read_table

ORDERS = 20_000
UNITS = 50_000
CUSTOMERS = 4_000
PARTNERS = 25
NOW = datetime(2026, 8, 20, 9, tzinfo=UTC)
HEADERS = (
    "Demo order,Ship date,Partner,Customer,Organization ID,Admin e-mail,Recipient,Phone,Address 1,Address 2,City,State,"
    "Postal code,Country,Model,Serial number,EULA expires,Trial expires"
)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def lines() -> Iterator[str]:
    """Measure and tell, a line at a time."""
    policy = load_policy(None)
    with tempfile.TemporaryDirectory() as folder:
        engine = _database(Path(folder) / "imported.sqlite3")
        content = shipments_file()
        started = perf_counter()
        table = read_table(content, "shipments.csv")
        read = perf_counter()
        with reading(engine) as session:
            shown = imports.preview(session, table, policy=policy, by=SYSTEM)
        seen = perf_counter()
        with writing(engine) as session:
            done = imports.load(session, shown, policy=policy, by=SYSTEM, now=NOW)
        loaded = perf_counter()
        if done.units != UNITS:
            raise RuntimeError("the benchmark's file did not load")
        bare = _bare(Path(folder) / "imported.sqlite3", Path(folder) / "bare.sqlite3")
        engine.dispose()
    took = loaded - seen
    yield f"imports: floor, bare executemany     {UNITS / bare:8,.0f} units/s"
    yield f"imports: loaded, {UNITS:,} units      {UNITS / took:8,.0f} units/s   {bare / took:.2f} of the floor"
    yield f"imports: read from CSV               {UNITS / (read - started):8,.0f} units/s"
    yield f"imports: compared and previewed      {UNITS / (seen - read):8,.0f} units/s"


def shipments_file() -> bytes:
    """Return a CSV file of shipments, two or three units each."""
    rows = [HEADERS]
    for place in range(UNITS):
        order = place * ORDERS // UNITS
        customer = order % CUSTOMERS
        rows.append(
            f"D{5_000_000 + order},2026-07-28,Partner {customer % PARTNERS},Customer {customer},"
            f"00000000-0000-4000-8000-{customer:012},it@customer{customer}.example,IT Service Desk,+1 408 555 0100,"
            f"{order} Main Street,,Cambridge,MA,02139,US,CP-8845-K9,{_serial(place)},2026-09-11,2026-10-26"
        )
    return "\n".join(rows).encode()


def _serial(place: int) -> str:
    tail = ""
    for _ in range(4):
        place, digit = divmod(place, len(ALPHABET))
        tail = ALPHABET[digit] + tail
    return f"FOC2121{tail}"


def _database(file: Path) -> Engine:
    engine = make_engine(f"sqlite:///{file}")
    upgrade(engine)
    return engine


def _bare(filled: Path, empty: Path) -> float:
    """Return the seconds that the bare driver takes for the rows of *filled*, into the same tables and indexes."""
    _database(empty).dispose()
    source, target = sqlite3.connect(filled), sqlite3.connect(empty, isolation_level=None)
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=FULL")
    target.execute("PRAGMA foreign_keys=ON")
    inserts = []
    for table in METADATA.sorted_tables:
        rows = source.execute(f"SELECT * FROM {table.name}").fetchall()  # noqa: S608  Names of our own tables.
        if rows and not target.execute(f"SELECT 1 FROM {table.name} LIMIT 1").fetchone():  # noqa: S608
            inserts.append((f"INSERT INTO {table.name} VALUES ({','.join('?' * len(rows[0]))})", rows))  # noqa: S608
    started = perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for statement, rows in inserts:
        target.executemany(statement, rows)
    target.execute("COMMIT")
    took = perf_counter() - started
    source.close()
    target.close()
    return took
