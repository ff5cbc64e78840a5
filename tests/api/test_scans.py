"""Scans over the API: a batch, each scan answered for itself."""

import gzip
import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from rmatrack.db.engine import reading, writing
from rmatrack.db.people import Person
from rmatrack.db.receiving import Scan
from rmatrack.domain.people import PERMISSIONS, Permission, Role
from rmatrack.services import tokens
from rmatrack.services.people import actor_of
from rmatrack.web.api.scans import Manifest
from tests.fixtures.app import NOON
from tests.inspection.bench import photo_file
from tests.people import add_person
from tests.receiving.shipments import make_order

ONE, TWO = "FOC21213GKV", "FNS17231KZ7"


class Program:
    """A program of somebody of logistics, with a token of theirs."""

    def __init__(self, client: FlaskClient, engine: Engine, scopes: frozenset[Permission]) -> None:
        person = add_person(engine, Role.LOGISTICS)
        with writing(engine) as session:
            actor = actor_of(session.get_one(Person, person.id))
            _token, secret = tokens.issue_token(
                session, person.id, "gate", scopes, expires_at=None, by=actor, now=NOON - timedelta(days=1)
            )
        self.client = client
        self.headers = {"Authorization": f"Bearer {secret}"}

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.client.post(f"/api/v1/scans{path}", json=body, headers={**self.headers, **headers})

    def scan(self, *scans: Any, **headers: str) -> TestResponse:
        return self.post("", {"scans": scans}, **headers)


@pytest.fixture
def program(client: FlaskClient, engine: Engine) -> Program:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE, TWO])
    return Program(client, engine, PERMISSIONS[Role.LOGISTICS])


@pytest.fixture
def client(app: Any) -> FlaskClient:
    found: FlaskClient = app.test_client()
    return found


def scan(raw: object, **more: object) -> dict[str, object]:
    return {"id": str(uuid4()), "scanned_at": "2026-11-20T08:00:35Z", "station": "dock-1", "raw": raw, **more}


def test_each_scan_of_a_batch_is_answered_in_its_order(program: Program) -> None:
    answer = program.scan(scan(TWO), scan(f"]C0{ONE}"), scan(ONE, scanned_at="2026-11-20T09:00:00+01:00"))

    found = answer.get_json()["answers"]
    assert [each["outcome"] for each in found] == ["matched", "already_received", "matched"]
    assert found[0]["message"] == f"{TWO} (CP-8845-K9) is back from D4100201. Put it with the received units."
    assert found[1]["notes"] == ["Received on 20 Nov at dock-1 by Logistics."]


def test_sent_twice_a_batch_is_recorded_once_and_answered_the_same(program: Program, engine: Engine) -> None:
    batch = [scan(ONE), scan(TWO)]

    first, again = program.scan(*batch), program.scan(*batch)

    assert again.get_json() == first.get_json()
    with reading(engine) as session:
        assert len(session.scalars(select(Scan)).all()) == 2


def test_the_other_serials_of_a_code_are_answered_with_it(program: Program) -> None:
    (answer,) = program.scan(scan(f"{ONE},{TWO},FOC21213GZZ")).get_json()["answers"]

    assert (answer["serial"], answer["outcome"]) == (ONE, "matched")
    assert [(each["serial"], each["outcome"]) for each in answer["more"]] == [
        (TWO, "matched"),
        ("FOC21213GZZ", "never_shipped"),
    ]


def test_a_program_judges_by_the_manifest_and_gets_it_once(program: Program) -> None:
    headers = {**program.headers, "Accept-Encoding": "gzip"}
    first = program.client.get("/api/v1/scans/manifest", headers=headers)
    known = {**program.headers, "If-None-Match": first.headers["ETag"]}

    again = program.client.get("/api/v1/scans/manifest", headers=known)
    program.scan(scan(ONE))
    changed = program.client.get("/api/v1/scans/manifest", headers=known)

    manifest = json.loads(gzip.decompress(first.data))
    assert {unit[0] for unit in manifest["units"]} == {ONE, TWO}
    assert manifest["orders"][0][0] == "D4100201"
    Manifest.model_validate(manifest)
    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200


def test_a_key_is_honoured_too(program: Program) -> None:
    batch = [scan(ONE)]

    program.scan(*batch, **{"Idempotency-Key": "a"})
    again = program.scan(*batch, **{"Idempotency-Key": "a"})
    other = program.scan(scan(TWO), **{"Idempotency-Key": "a"})

    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (scan(ONE, scanned_at="yesterday"), "bad-scan-time"),
        (scan(ONE, scanned_at="2026-11-20T08:00:35"), "bad-scan-time"),
        (scan(ONE, id="7"), "bad-scan-id"),
        (scan(ONE, id="\ud800"), "bad-scan-id"),
        (scan(""), "bad-scan-length"),
        (scan("X" * 501), "bad-scan-length"),
        (scan(ONE, station=""), "bad-station"),
        (scan(ONE, rma="R0000001"), "unknown-box"),
        (scan(12), "bad-scan"),
        (scan(ONE, colour="red"), "bad-scan"),
        ({"raw": ONE}, "bad-scan"),
        (None, "bad-scan"),
        ("\udfff", "bad-scan"),
    ],
    ids=[
        "late",
        "nowhere",
        "id",
        "half",
        "empty",
        "long",
        "station",
        "box",
        "number",
        "more",
        "little",
        "none",
        "broken",
    ],
)
def test_a_bad_scan_holds_up_none_of_the_others(program: Program, bad: object, error: str) -> None:
    answer = program.scan(bad, scan(TWO))

    assert [each["error"] for each in answer.get_json()["answers"]] == [error, None]


def test_half_a_character_is_recorded_with_a_stand_in(program: Program) -> None:
    answer = program.scan(scan("\ud800"))

    assert answer.get_json()["answers"][0]["outcome"] == "not_a_serial"


@pytest.mark.parametrize("body", [{}, {"scans": []}, {"scans": "x"}, [], {"scans": [scan(ONE)], "more": 1}])
def test_a_batch_without_its_shape_is_refused_whole(program: Program, body: object) -> None:
    answer = program.post("", body)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-input")


def test_a_scan_is_taken_back(program: Program) -> None:
    done = scan(ONE)
    program.scan(done)

    undone = program.post(f"/{done['id']}/undo", {"reason": "wrong pile"})
    again = program.post(f"/{done['id']}/undo", {"reason": "wrong pile"})

    assert (undone.status_code, undone.get_json()["serial"]) == (200, ONE)
    assert (again.status_code, again.get_json()["code"]) == (409, "undone-already")
    assert program.scan(scan(ONE)).get_json()["answers"][0]["outcome"] == "matched"


def test_a_token_without_the_scope_is_refused(client: FlaskClient, engine: Engine) -> None:
    program = Program(client, engine, frozenset({Permission.SEE_ORDERS}))

    assert program.scan(scan(ONE)).status_code == 403


def test_a_stranger_is_refused(client: FlaskClient) -> None:
    assert client.post("/api/v1/scans", json={"scans": [scan(ONE)]}).status_code == 401


def test_every_error_of_a_scan_is_described(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").get_json()["paths"]["/api/v1/scans"]["post"]

    assert "`scan-id-taken`" in described["description"]
    assert described["x-permission"] == "scan"


def test_a_note_and_a_photo_go_with_a_scan(program: Program) -> None:
    one = scan(ONE)
    program.scan(one)

    noted = program.post(f"/{one['id']}/note", {"note": "no stand"})
    empty = program.post(f"/{one['id']}/note", {"note": " "})
    photos = [
        program.client.post(
            f"/api/v1/scans/{one['id']}/photos",
            data={"photo": (BytesIO(content), "wet.jpg")},
            headers=program.headers | {"Idempotency-Key": str(uuid4())},
        )
        for content in (photo_file(), photo_file(), b"no photo")
    ]

    assert (noted.status_code, empty.status_code) == (200, 422)
    assert [answer.status_code for answer in photos] == [201, 201, 422]
    assert len(photos[1].get_json()["photos"]) == 1
    assert photos[2].get_json()["code"] == "not-a-photo"
