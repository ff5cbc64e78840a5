"""The floors: a minimal Flask app that receives a unit with the same rows written, and the bare driver for batches."""

import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter

from flask import Flask, Response, json, request
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from rmatrack.clock import now
from rmatrack.db.engine import make_engine, writing
from rmatrack.db.history import Event
from rmatrack.db.orders import Unit
from rmatrack.db.people import ApiToken
from rmatrack.db.receiving import Scan


def floor_app(url: str) -> Flask:
    """Return an app of one route: token, guarded update, scan and history rows, durable commit."""
    app, engine = Flask("floor"), make_engine(url)

    @app.post("/scans")
    def record() -> Response:
        (scan,) = request.get_json()["scans"]
        secret = request.headers["Authorization"].removeprefix("Bearer ")
        digest = hashlib.sha256(secret.encode()).hexdigest()
        with writing(engine) as session:
            person = session.execute(select(ApiToken.person_id).where(ApiToken.secret_digest == digest)).scalar_one()
            answer = _receive(session, scan, person, now())
        return Response(json.dumps({"answers": [answer]}), content_type="application/json")

    return app


def _receive(session: Session, scan: dict[str, str], person: int, recorded_at: datetime) -> dict[str, object]:
    at = datetime.fromisoformat(scan["scanned_at"])
    unit = session.execute(
        update(Unit)
        .where(Unit.serial_key == scan["raw"], Unit.status == "shipped")
        .values(status="received", received_at=at, settled_at=at)
        .returning(Unit.id, Unit.order_id, Unit.model),
        execution_options={"synchronize_session": False},
    ).one()
    answer = {"id": scan["id"], "outcome": "matched", "serial": scan["raw"], "model": unit.model}
    session.execute(
        insert(Scan).values(
            id=scan["id"],
            scanned_at=at,
            recorded_at=recorded_at,
            station=scan["station"],
            person_id=person,
            raw=scan["raw"],
            serial_key=scan["raw"],
            outcome="matched",
            answer=answer,
            unit_id=unit.id,
        )
    )
    told = {"subject": "unit", "subject_key": scan["raw"], "deed": "received", "old": "shipped", "new": "received"}
    session.execute(
        insert(Event).values(
            **told,
            at=recorded_at,
            field="status",
            order_id=unit.order_id,
            unit_id=unit.id,
            actor_id=person,
            actor="Dana",
            actor_role="logistics",
            digest=hashlib.sha256(json.dumps(told).encode()).hexdigest(),
        )
    )
    return answer


_UPDATE = (
    "UPDATE unit SET status='received', received_at=?, settled_at=?, version=version+1"
    " WHERE serial_key=? AND status='shipped'"
)
_SCAN = (
    "INSERT INTO scan (id, scanned_at, recorded_at, station, person_id, raw, serial_key, outcome, answer, unit_id)"
    " VALUES (?,?,?,?,NULL,?,?,'matched',?,?)"
)
_EVENT = (
    "INSERT INTO event (at, subject, subject_key, order_id, unit_id, deed, field, old, new, actor, actor_role, digest)"
    " VALUES (?,'unit',?,?,?,'received','status','shipped','received','system','system',?)"
)


def bare_batches(file: Path, batches: Sequence[Sequence[dict[str, str]]]) -> float:
    """Return the seconds that the driver alone takes to write the same rows, a durable commit a batch."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    units = {row[0]: row[1:] for row in connection.execute("SELECT serial_key, id, order_id FROM unit")}
    started = perf_counter()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_UPDATE, [(scan["at"], scan["at"], scan["raw"]) for scan in batch])
        connection.executemany(_SCAN, [_scan_row(scan, units[scan["raw"]][0]) for scan in batch])
        connection.executemany(_EVENT, [_event_row(scan, *units[scan["raw"]]) for scan in batch])
        connection.execute("COMMIT")
    took = perf_counter() - started
    connection.close()
    return took


def _scan_row(scan: dict[str, str], unit_id: int) -> tuple[object, ...]:
    answer = json.dumps({"serial": scan["raw"], "order": "D4100201", "model": "CP-8845-K9"})
    return (scan["id"], scan["at"], scan["at"], "dock-1", scan["raw"], scan["raw"], answer, unit_id)


def _event_row(scan: dict[str, str], unit_id: int, order_id: int) -> tuple[object, ...]:
    return (scan["at"], scan["raw"], order_id, unit_id, hashlib.sha256(scan["raw"].encode()).hexdigest())
