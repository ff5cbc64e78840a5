"""Scans: singly over HTTP with four clients, on small returns and on one of 3,000 lines, and in batches of 500."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

from flask import json
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks.scans_floor import bare_batches, floor_app
from benchmarks.serving import MakeApp, post, seconds_for, served
from rmatrack.db.customers import Customer
from rmatrack.db.engine import make_engine, writing
from rmatrack.db.migrate import upgrade
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Role
from rmatrack.domain.rma import rma_number
from rmatrack.domain.scans import ScanIn
from rmatrack.services.people import add_person
from rmatrack.services.policy import load
from rmatrack.services.receiving import record_scans
from rmatrack.services.tokens import issue_token
from rmatrack.settings import Settings
from rmatrack.web.app import create_app

CLIENTS = 4
SMALL_ORDERS, UNITS_EACH = 400, 10
LINES = 3_000
SINGLE = 2_000
BATCH, BATCHES = 500, 6
ROUNDS = 3
"""Each figure is the best of so many: the machine has other things to do."""

SHIPPED_ON = date(2026, 7, 1)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def lines() -> Iterator[str]:
    """Measure and tell, a line at a time."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.sqlite3"
        token = _prepared(template)
        floor, small, large = _best(
            template,
            lambda file: _singly(floor_app, "/scans", token, file, _of_small_orders()),
            lambda file: _singly(_our_app, _PATH, token, file, _of_small_orders()),
            lambda file: _singly(_our_app, _PATH, token, file, _of_large_order()),
        )
        yield _line("floor, Flask + SQLAlchemy", SINGLE / floor)
        yield _line(f"singly, {CLIENTS} clients", SINGLE / small, f"{floor / small:.2f} of the floor")
        yield _line(f"singly, an RMA of {LINES:,} lines", SINGLE / large, f"{small / large:.2f} of small RMAs")
        bare, ours = _best(template, lambda file: bare_batches(file, _batches()), _in_batches)
        scans = BATCH * BATCHES
        yield _line("floor, bare driver", scans / bare)
        yield _line(f"in batches of {BATCH}", scans / ours, f"{bare / ours:.2f} of the floor")


def _line(what: str, rate: float, ratio: str = "") -> str:
    return f"scans: {what:<29} {rate:8,.0f} scans/s   {ratio}".rstrip()


_PATH = "/api/v1/scans"


def _our_app(url: str) -> object:
    settings = Settings.from_environment({"RMATRACK_DATABASE_URL": url, "RMATRACK_SECRET_KEY": "for this run only"})
    return create_app(settings, engine=make_engine(url), policy=load(None))


def _best(template: Path, *measures: Callable[[Path], float]) -> list[float]:
    """Return the best time of each measure, taken in turns, each on a fresh copy of the *template*."""
    times = [[_on_a_copy(template, measure) for measure in measures] for _ in range(ROUNDS)]
    return [min(column) for column in zip(*times, strict=True)]


def _on_a_copy(template: Path, measure: Callable[[Path], float]) -> float:
    for left in template.parent.glob("measured.sqlite3*"):
        left.unlink()
    copy = template.with_name("measured.sqlite3")
    shutil.copyfile(template, copy)
    return measure(copy)


def _singly(make_app: MakeApp, path: str, token: str, file: Path, serials: Sequence[str]) -> float:
    at = NOW.isoformat()
    scans = [
        {"id": _id(number), "scanned_at": at, "station": "dock-1", "raw": serial}
        for number, serial in enumerate(serials)
    ]
    requests = [post(path, token, json.dumps({"scans": [scan]}).encode()) for scan in scans]
    warm = 100
    with served(make_app, f"sqlite:///{file}") as port:
        seconds_for(port, requests[:warm], clients=CLIENTS)
        took = seconds_for(port, requests[warm:], clients=CLIENTS)
    return took * len(requests) / (len(requests) - warm)


def _in_batches(file: Path) -> float:
    engine = make_engine(f"sqlite:///{file}")
    batches = [
        [ScanIn(id=scan["id"], scanned_at=NOW, station="dock-1", raw=scan["raw"]) for scan in batch]
        for batch in _batches()
    ]
    started = perf_counter()
    for batch in batches:
        with writing(engine) as session:
            record_scans(session, batch, by=SYSTEM, now=NOW)
    took = perf_counter() - started
    engine.dispose()
    return took


def _batches() -> list[list[dict[str, str]]]:
    at = NOW.strftime("%Y-%m-%d %H:%M:%S.%f")
    serials = _of_small_orders(BATCH * BATCHES)
    scans = [{"id": _id(number), "at": at, "raw": serial} for number, serial in enumerate(serials)]
    return [scans[start : start + BATCH] for start in range(0, len(scans), BATCH)]


def _id(number: int) -> str:
    return str(UUID(int=(4 << 76) + number))


def _serial(number: int) -> str:
    return f"FOC2121{number:04d}"


def _of_small_orders(count: int = SINGLE) -> list[str]:
    """Serials of small orders, the last unit of each left out: the floor completes no return."""
    kept = [number for number in range(SMALL_ORDERS * UNITS_EACH) if number % UNITS_EACH]
    return [_serial(number) for number in kept[:count]]


def _of_large_order() -> list[str]:
    first = SMALL_ORDERS * UNITS_EACH
    return [_serial(number) for number in range(first, first + SINGLE)]


def _prepared(file: Path) -> str:
    """Make a database with everything out, and return the secret of a token that may scan."""
    engine = make_engine(f"sqlite:///{file}")
    upgrade(engine)
    with writing(engine) as session:
        person = add_person(session, email="dana@example.com", name="Dana", role=Role.LOGISTICS, by=SYSTEM, now=NOW)
        scopes = PERMISSIONS[Role.LOGISTICS]
        _token, secret = issue_token(session, person.id, "gate", scopes, by=SYSTEM, now=NOW - timedelta(days=1))
        _ship(session)
    _settle_file(engine)
    return secret


def _settle_file(engine: Engine) -> None:
    """Bring everything into the one file that is copied."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _ship(session: Session) -> None:
    partner = Partner(name="Northwind", name_key="northwind", created_at=NOW)
    customer = Customer(
        org_id="7b982ff1-3ad8-432f-8e23-67c3a5464623",
        name="MIT",
        name_key="mit",
        country="US",
        zone="UTC",
        created_at=NOW,
    )
    session.add_all([partner, customer])
    session.flush()
    sizes = [UNITS_EACH] * SMALL_ORDERS + [LINES]
    orders = [_order(number, partner.id, customer.id) for number in range(len(sizes))]
    session.add_all(orders)
    session.flush()
    session.add_all(Rma(number=rma_number(order.id), order_id=order.id, opened_at=NOW) for order in orders)
    serials = iter(range(sum(sizes)))
    for order, size in zip(orders, sizes, strict=True):
        session.add_all(_unit(order, next(serials)) for _ in range(size))


def _order(number: int, partner_id: int, customer_id: int) -> DemoOrder:
    return DemoOrder(
        number=f"D{5_000_000 + number}",
        partner_id=partner_id,
        customer_id=customer_id,
        shipped_on=SHIPPED_ON,
        recipient="IT",
        phone="+1 617 253 1000",
        ship_to_name="MIT",
        address_1="77 Massachusetts Avenue",
        city="Cambridge",
        country="US",
        created_at=NOW,
    )


def _unit(order: DemoOrder, number: int) -> Unit:
    return Unit(
        order_id=order.id,
        partner_id=order.partner_id,
        model="CP-8845-K9",
        serial=_serial(number),
        serial_key=_serial(number),
        status="shipped",
        eula_expires_on=SHIPPED_ON,
        zone="UTC",
    )
