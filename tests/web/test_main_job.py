"""The main job over HTTP: shipments in, the due list, labels, scans with each outcome, and a return that completes."""

import csv
import io
import re
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.label_batches import LabelBatch
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Discrepancy
from rmatrack.domain.people import Permission, Role
from rmatrack.domain.policy import Policy
from rmatrack.services.people import actor_of
from rmatrack.services.tokens import issue_token
from rmatrack.work.drawing import draw_batch
from rmatrack.work.tools import Tools
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn

DATA = Path(__file__).parent.parent / "data"
MIT, TEXAS = "D4100201", "D4100208"


class Dock:
    """A person at the dock, with a gun whose program speaks to the API."""

    def __init__(self, client: FlaskClient, engine: Engine, tools: Tools, secret: str) -> None:
        self.gun = {"Authorization": f"Bearer {secret}"}
        self.client = client
        self.engine = engine
        self.tools = tools
        self.numbers = count(1)

    def import_file(self, name: str) -> bool:
        """Upload a file, and load it if the preview says that there is something to load."""
        sent = {"file": (io.BytesIO((DATA / name).read_bytes()), name)}
        preview = self.client.post("/imports", data=sent, follow_redirects=True)
        shown = re.search(r'name="fingerprint" value="([^"]+)"', preview.text)
        if shown is None:
            return False
        loaded = self.client.post(f"{preview.request.path}/load", data={"fingerprint": shown[1]}, follow_redirects=True)
        assert loaded.status_code == 200
        return True

    def due(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.client.get("/units/export.csv").text.lstrip("\ufeff"))))

    def print_labels(self, *orders: str) -> bytes:
        self.client.post("/labels/batches", data={"order": list(orders), "paper": "a6"})
        with reading(self.engine) as session:
            batch_id = session.scalars(select(LabelBatch.id).order_by(LabelBatch.id.desc())).first()
        assert batch_id is not None
        draw_batch(self.tools, batch_id)
        file: bytes = self.client.get(f"/labels/batches/{batch_id}/file").data
        return file

    def scan(self, raw: str, **more: str) -> dict[str, Any]:
        scan_id = str(UUID(int=next(self.numbers)))
        scan = {"id": scan_id, "scanned_at": "2026-11-22T11:00:00Z", "station": "dock-1", "raw": raw, **more}
        answer = self.client.post("/api/v1/scans", json={"scans": [scan]}, headers=self.gun)
        assert answer.status_code == 200, answer.text
        first: dict[str, Any] = answer.json["answers"][0]  # type: ignore[index]  # It is JSON.
        return first

    def unit_id(self, serial: str) -> int:
        with reading(self.engine) as session:
            return session.scalars(select(Unit.id).where(Unit.serial_key == serial)).one()

    def open_discrepancies(self) -> dict[str, int]:
        with reading(self.engine) as session:
            rows = session.execute(select(Discrepancy.type, Discrepancy.id).where(Discrepancy.closed_at.is_(None)))
            return {row.type: row.id for row in rows}


@pytest.fixture
def dock(client: FlaskClient, signed_in: SignIn, app: APIFlask, engine: Engine, policy: Policy, clock: Clock) -> Dock:
    person = signed_in(Role.LOGISTICS)
    actor = actor_of(person)
    with writing(engine) as session:
        _token, secret = issue_token(session, person.id, "gun", {Permission.SCAN}, by=actor, now=clock())
    return Dock(client, engine, Tools(engine, policy, clock, lambda: False), secret)


def test_what_was_shipped_comes_back_and_the_return_completes(dock: Dock) -> None:
    assert dock.import_file("shipments.csv")
    assert not dock.import_file("shipments-nl.csv"), "the Dutch file holds nothing new"

    due = dock.due()
    assert len(due) == 44
    mine = [row for row in due if row["Demo order"] == MIT]
    assert [(row["Serial number"], row["Return due"], row["Carrier"]) for row in mine] == [
        ("FOC21213GKV", "2026-09-25", "UPS"),
        ("FIS192101N0", "2026-09-25", "UPS"),
    ]

    assert dock.print_labels(MIT).startswith(b"%PDF-")
    box = mine[0]["RMA"]

    assert dock.scan("]C0foc21213gkv", rma=box)["outcome"] == "matched"
    assert dock.scan("FOC21213GKV", rma=box)["outcome"] == "already_received"
    assert dock.scan("FNS17231KZ7", rma=box)["outcome"] == "wrong_order"
    assert dock.scan("FOC1923NVVQ", rma=box)["outcome"] == "never_shipped"
    assert dock.scan("1Z5R89390357567127", rma=box)["outcome"] == "not_a_serial"
    assert dock.scan("FIS192101N0", rma=box, model="CTS-SX10N-K9")["outcome"] == "wrong_model"

    dock.client.post(
        f"/units/{dock.unit_id('SSI16460AR2')}/settlement", data={"target": "lost", "reason": "Stolen, says the police"}
    )
    assert dock.scan("SSI16460AR2")["outcome"] == "settled_before"

    page = dock.client.get(f"/orders/{MIT}").text
    assert ">open<" in re.sub(r"\s+", "", page)
    reasons = {
        "wrong-order": "received-on-own-order",
        "wrong-model": "model-checked",
        "unknown-serial": "not-ours",
        "came-back-after-settled": "settlement-reversed",
    }
    found = dock.open_discrepancies()
    assert set(found) == set(reasons)
    for type_, discrepancy_id in found.items():
        closed = dock.client.post(f"/discrepancies/{discrepancy_id}/close", data={"reason": reasons[type_], "note": ""})
        assert closed.status_code == 302, closed.text
    assert dock.open_discrepancies() == {}

    page = dock.client.get(f"/orders/{MIT}").text
    assert ">complete<" in re.sub(r"\s+", "", page)
    timeline = dock.client.get(f"/units/{dock.unit_id('FIS192101N0')}").text
    assert "Everything that happened" in timeline
    for happened in ("shipped", "label", "received", "wrong model"):
        assert happened in timeline.casefold()


def test_a_unit_that_was_given_up_is_with_the_customer_after_all(dock: Dock) -> None:
    dock.import_file("shipments.csv")
    unit_id = dock.unit_id("SSI16460AR2")

    lost = dock.client.post(f"/units/{unit_id}/settlement", data={"target": "lost", "reason": "Nobody knows"})
    unreasoned = dock.client.post(f"/units/{unit_id}/settlement", data={"target": "shipped", "reason": ""})
    found = dock.client.post(f"/units/{unit_id}/settlement", data={"target": "shipped", "reason": "In a cupboard"})
    received = dock.client.post(f"/units/{unit_id}/settlement", data={"target": "received", "reason": "Trust me"})

    assert (lost.status_code, unreasoned.status_code, found.status_code, received.status_code) == (302, 422, 302, 422)
    with reading(dock.engine) as session:
        unit = session.get_one(Unit, unit_id)
        assert (unit.status, unit.settled_at) == ("shipped", None)
