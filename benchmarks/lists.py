"""Lists and look-up at a million units: the due list's first page, and a serial looked up over HTTP."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from flask import Flask, Response, json
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.million import UNITS, make_million, serial
from benchmarks.serving import seconds_for, served
from rmatrack.db.due_conditions import Show
from rmatrack.db.engine import make_engine, reading, writing
from rmatrack.db.orders import Unit
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Role
from rmatrack.services.due import DueFilter, due_page
from rmatrack.services.lookup import find
from rmatrack.services.people import add_person
from rmatrack.services.policy import load
from rmatrack.services.tokens import issue_token
from rmatrack.settings import Settings
from rmatrack.web.app import create_app

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TIMES = 21
LOOK_UPS, CLIENTS, ROUNDS = 1_500, 4, 4
DUE_AIM_MS, LOOK_UP_AIM = 25, 0.6


def lines() -> Iterator[str]:
    """Measure and tell, a line at a time."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "million.sqlite3"
        started = perf_counter()
        make_million(file)
        yield f"lists: {UNITS:,} units made in {perf_counter() - started:.0f} s"
        url = f"sqlite:///{file}"
        yield from _due_lines(url)
        yield from _look_up_lines(url)


def _due_lines(url: str) -> Iterator[str]:
    engine, policy = make_engine(url), load(None)
    for show in (Show.OUT, Show.OVERDUE):

        def first_page(session: Session, show: Show = show) -> object:
            return due_page(session, DueFilter(show=show), seen_by=SYSTEM, now=NOW, policy=policy)

        with reading(engine) as session:
            milliseconds = _median_ms(lambda: first_page(session))
        yield _line(f"due list's first page, {show}", f"{milliseconds:8.1f} ms", f"aim {DUE_AIM_MS} ms in the server")
    with reading(engine) as session:
        milliseconds = _median_ms(lambda: find(session, serial(UNITS // 2), seen_by=SYSTEM, now=NOW, policy=policy))
    yield _line("find a serial, in the server", f"{milliseconds:8.1f} ms")
    engine.dispose()


def _look_up_lines(url: str) -> Iterator[str]:
    token = _token(url)
    floor = ours = 0.0
    with served(_floor_app, url) as floor_port, served(_our_app, url) as our_port:
        for seed in range(ROUNDS):
            floor = max(floor, _rate(floor_port, "/units/{}", token, seed))
            ours = max(ours, _rate(our_port, "/api/v1/find?q={}", token, seed))
    yield _line("floor, Flask + one point SELECT", f"{floor:8,.0f} look-ups/s")
    ratio = f"{ours / floor:.2f} of the floor, aim {LOOK_UP_AIM}"
    yield _line("find a serial over HTTP", f"{ours:8,.0f} look-ups/s", ratio)


def _line(what: str, figure: str, more: str = "") -> str:
    return f"lists: {what:<34} {figure}   {more}".rstrip()


def _median_ms(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(TIMES):
        started = perf_counter()
        ask()
        times.append(perf_counter() - started)
    return median(times) * 1_000


def _token(url: str) -> str:
    engine = make_engine(url)
    with writing(engine) as session:
        person = add_person(session, email="support@bench.example", name="Sam", role=Role.SUPPORT, by=SYSTEM, now=NOW)
        _row, secret = issue_token(session, person.id, "bench", PERMISSIONS[Role.SUPPORT], by=SYSTEM, now=NOW)
    engine.dispose()
    return secret


def _rate(port: int, path: str, token: str, seed: int) -> float:
    """Return the look-ups a second, of units in a random order."""
    head = f" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    units = Random(seed).sample(range(1, UNITS), LOOK_UPS)  # noqa: S311  Not a secret.
    requests = [f"GET {path.format(serial(unit))}{head}".encode() for unit in units]
    return LOOK_UPS / seconds_for(port, requests, clients=CLIENTS)


def _our_app(url: str) -> object:
    settings = Settings.from_environment({"RMATRACK_DATABASE_URL": url, "RMATRACK_SECRET_KEY": "for this run only"})
    return create_app(settings, engine=make_engine(url), policy=load(None))


def _floor_app(url: str) -> Flask:
    """Return an app of one route: a serial in, its unit out, by one SELECT on the index."""
    app, engine = Flask("floor"), make_engine(url)

    @app.get("/units/<key>")
    def show(key: str) -> Response:
        with reading(engine) as session:
            unit = session.execute(select(Unit.id, Unit.order_id, Unit.model).where(Unit.serial_key == key)).one()
        return Response(json.dumps({"unit": unit.id, "order": unit.order_id, "model": unit.model}))

    return app
