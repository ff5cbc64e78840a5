"""The desks' lists at a million units in the database: each page beside a floor of one point query and one template."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from benchmarks.lists import NOW
from benchmarks.million import UNITS, make_million, serial
from rmatrack.db.engine import make_engine, reading, writing
from rmatrack.db.orders import Unit
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.people import add_person
from rmatrack.services.policy import load
from rmatrack.settings import Settings
from rmatrack.web.app import create_app

TIMES = 3
DESKS = {
    Role.LOGISTICS: (
        "/",
        "/today",
        "/units",
        "/orders",
        "/labels",
        "/parcels",
        "/pickups",
        "/to-ship",
        "/calendar",
        "/charts",
    ),
    Role.SUPPORT: ("/find", "/incoming-mail", "/mail", "/answers"),
    Role.TRIALS_TEAM: ("/trials", "/extensions", "/partners"),
}


def lines() -> Iterator[str]:
    """Measure and tell, a line at a time; processor time, so that what else runs here does not count."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "million.sqlite3"
        make_million(file)
        engine = make_engine(f"sqlite:///{file}")
        floor_client = _floor(engine).test_client()
        floor = _milliseconds(lambda: floor_client.get(f"/{serial(UNITS // 2)}"))
        yield f"desks: {'floor, a point SELECT and a template':<40} {floor:8.1f} ms"
        for role, pages in DESKS.items():
            client = _signed_in(engine, role)
            for page in pages:
                took = _milliseconds(partial(_shown, client, page))
                yield f"desks: {f'{role}, {page}':<40} {took:8.1f} ms   {took / floor:6.0f} floors"
        engine.dispose()


def _milliseconds(ask: Callable[[], object]) -> float:
    ask()
    times = []
    for _ in range(TIMES):
        started = process_time()
        ask()
        times.append(process_time() - started)
    return median(times) * 1_000


def _shown(client: FlaskClient, page: str) -> None:
    answer = client.get(page)
    if answer.status_code != 200:
        raise RuntimeError(f"{page}: {answer.status}")


def _signed_in(engine: Engine, role: Role) -> FlaskClient:
    settings = Settings.from_environment(
        {"RMATRACK_DATABASE_URL": str(engine.url), "RMATRACK_SECRET_KEY": "for this run only"}
    )
    app = create_app(settings, engine=engine, policy=load(None), now=lambda: NOW)
    with writing(engine) as session:
        person = add_person(session, email=f"{role}@bench.example", name="Sam", role=role, by=SYSTEM, now=NOW)
        session.flush()
        who, epoch = person.id, person.session_epoch
    client: FlaskClient = app.test_client()
    with client.session_transaction() as kept:
        kept["person"], kept["epoch"] = who, epoch
    return client


def _floor(engine: Engine) -> Flask:
    """Return an app of one page: a serial in, its unit out, by one SELECT on the index and a template of one line."""
    app = Flask("floor")

    @app.get("/<key>")
    def show(key: str) -> str:
        with reading(engine) as session:
            unit = session.execute(select(Unit.id, Unit.model).where(Unit.serial_key == key)).one()
        return render_template_string("<!doctype html><title>{{ model }}</title><p>{{ id }}", **unit._mapping)

    return app
