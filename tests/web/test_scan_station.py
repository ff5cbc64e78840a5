"""The scan station over HTTP: what its page may count on."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from PIL import ExifTags, Image
from sqlalchemy import Engine, select

from rmatrack.db.blobs import blob_content
from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.inspections import UnitPhoto
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Discrepancy
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.domain.serials import normalise
from rmatrack.services.parked import match_parked
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.inspection.bench import photo_file
from tests.receiving.shipments import make_order

ONE, TWO, STRANGE = "FOC21213GKV", "FNS17231KZ7", "FOC21213GKW"
MORNING = datetime(2026, 11, 22, 8, tzinfo=UTC)
Send = Callable[..., dict[str, Any]]


@pytest.fixture
def rma(engine: Engine, signed_in: SignIn) -> str:
    """The number of a return of two units; somebody of logistics is signed in."""
    signed_in(Role.LOGISTICS)
    with writing(engine) as session:
        return make_order(session, "D4100201", [ONE, TWO]).number


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Scan at `dock-1`: the reply to the last of what was read."""

    def scanned(*raws: str, rma: str | None = None, station: str = "dock-1") -> dict[str, Any]:
        scans = [
            {"id": str(uuid4()), "scanned_at": MORNING.isoformat(), "station": station, "raw": raw, "rma": rma}
            for raw in raws
        ]
        answer = client.post("/scan/scans", json={"scans": scans, "station": station, "rma": rma})
        assert answer.status_code == 200
        reply: dict[str, Any] = answer.get_json()
        return reply

    return scanned


def test_the_page_is_for_who_may_scan(client: FlaskClient, rma: str) -> None:
    page = client.get("/scan")

    assert page.status_code == 200
    assert 'id="gun"' in page.text


def test_support_has_no_station(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)

    assert client.get("/scan").status_code == 403
    assert client.post("/scan/scans", json={"scans": [], "station": "dock-1"}).status_code == 403


def test_an_answer_says_how_it_looks_and_how_far_the_return_is(send: Send, rma: str) -> None:
    reply = send(ONE)

    (answer,) = reply["answers"]
    assert (answer["outcome"], answer["tone"], answer["icon"]) == ("matched", "good", "check-circle-fill")
    assert answer["customer"] == "Massachusetts Institute of Technology"
    assert reply["box"] == {
        "rma": rma, "order": "D4100201", "units": 2, "received": 1, "out": 1, "discrepancies": 0, "waits_for": [],
    }  # fmt: skip
    assert reply["shift"] == {"scans": 1, "received": 1, "problems": 0}


def test_a_number_on_the_box_opens_it(send: Send, rma: str) -> None:
    (answer,) = send(rma)["answers"]

    assert (answer["opens_rma"], answer["tone"], answer["title"]) == (rma, "accent", "Box open")
    assert (answer["message"], answer["notes"]) == (f"The box of {rma} (D4100201) is open now.", [])


def test_a_unit_of_another_order_names_its_own(send: Send, engine: Engine, rma: str) -> None:
    with writing(engine) as session:
        other = make_order(session, "D4100208", ["SSI16460ARS"]).number

    (answer,) = send(ONE, rma=other)["answers"]

    assert (answer["title"], answer["tone"]) == ("Wrong order: D4100201", "bad")


def test_one_bad_scan_holds_up_none_of_the_others(client: FlaskClient, rma: str) -> None:
    good = {"id": str(uuid4()), "scanned_at": MORNING.isoformat(), "station": "dock-1", "raw": ONE}
    bad = {"id": str(uuid4()), "scanned_at": "yesterday", "station": "dock-1", "raw": TWO}

    answer = client.post("/scan/scans", json={"scans": [bad, good], "station": "dock-1"})

    assert [each["error"] for each in answer.get_json()["answers"]] == ["bad-scan-time", None]
    assert [each["tone"] for each in answer.get_json()["answers"]] == ["bad", "good"]


ALMOST = {"id": str(uuid4()), "scanned_at": MORNING.isoformat(), "station": "dock-1"}


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("scans", []),
        ("scans", {"scans": []}),
        ("scans", {"station": "dock-1"}),
        ("scans", {"station": 1, "scans": []}),
        ("scans", {"station": "dock-1", "scans": "FOC21213GKV"}),
        ("scans", {"station": "dock-1", "scans": ["FOC21213GKV"]}),
        ("scans", {"station": "dock-1", "scans": [ALMOST]}),
        ("scans", {"station": "dock-1", "scans": [ALMOST | {"raw": None}]}),
        ("scans", {"station": "dock-1", "scans": [ALMOST | {"raw": ONE, "rma": 7}]}),
        ("scans/7d5d849b-7d6f-4aa4-8608-93be275b13ca/undo", {"station": "dock-1"}),
        ("scans/7d5d849b-7d6f-4aa4-8608-93be275b13ca/note", {}),
    ],
)
def test_what_no_station_sends_is_a_bad_request(client: FlaskClient, rma: str, path: str, sent: object) -> None:
    answer = client.post(f"/scan/{path}", json=sent)

    assert answer.status_code == 400


def test_the_shift_is_told_again_after_a_reload(client: FlaskClient, send: Send, rma: str) -> None:
    send(ONE)
    send(STRANGE)
    send(TWO, station="dock-2")

    shift = client.get("/scan/shift?station=dock-1").get_json()

    assert {each["raw"] for each in shift["scans"]} == {ONE, STRANGE}
    (problem,) = [each for each in shift["scans"] if each["discrepancy"]]
    assert problem["raw"] == STRANGE
    assert client.get(problem["discrepancy"]).status_code == 200
    assert shift["shift"] == {"scans": 2, "received": 1, "problems": 1}


def test_a_scan_is_undone_with_a_reason(client: FlaskClient, send: Send, rma: str) -> None:
    (answer,) = send(ONE)["answers"]

    without = client.post(f"/scan/scans/{answer['id']}/undo", json={"reason": "", "station": "dock-1"})
    undone = client.post(f"/scan/scans/{answer['id']}/undo", json={"reason": "wrong pile", "station": "dock-1"})

    assert (without.status_code, without.get_json()["message"]) == (422, "Say in a few words why this scan is undone.")
    assert undone.get_json()["box"]["received"] == 0
    assert undone.get_json()["shift"]["scans"] == 0


def test_a_note_goes_into_the_history(client: FlaskClient, send: Send, rma: str) -> None:
    (answer,) = send(ONE)["answers"]

    noted = client.post(f"/scan/scans/{answer['id']}/note", json={"note": "stand is missing"})
    empty = client.post(f"/scan/scans/{answer['id']}/note", json={"note": " "})

    assert (noted.status_code, empty.status_code) == (200, 422)
    assert "stand is missing" in client.get(f"/history?subject=scan&key={answer['id']}").text


def test_everything_is_said_in_dutch(client: FlaskClient, send: Send, rma: str) -> None:
    client.set_cookie("language", "nl")

    (answer,) = send(ONE)["answers"]

    assert answer["title"] == "Klopt"


def test_a_photo_hangs_on_the_scan_and_on_its_device_without_where_it_was_taken(
    client: FlaskClient, engine: Engine, send: Send, rma: str
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "a phone"
    known, strange = (send(raw)["answers"][0]["id"] for raw in (ONE, "FOC9999ZZZZ"))

    def photograph(scan_id: str) -> int:
        photo = (BytesIO(photo_file(exif=exif)), "wet.jpg")
        return client.post(f"/scan/scans/{scan_id}/photos", data={"station": "dock-1", "photos": photo}).status_code

    answers = [photograph(known), photograph(known), photograph(strange), photograph(str(uuid4()))]

    assert answers == [200, 200, 200, 404]
    with reading(engine) as session:
        photos = session.scalars(select(UnitPhoto).order_by(UnitPhoto.id)).all()
        found = session.scalars(select(Discrepancy.id)).one()
        contents = [blob_content(session, photo.digest) or b"" for photo in photos]
    assert [(photo.scan_id, photo.unit_id is None) for photo in photos] == [(known, False), (strange, True)]
    assert not any(Image.open(BytesIO(content)).getexif() for content in contents)
    assert f"/inspection/photos/{photos[1].id}.jpg" in client.get(f"/discrepancies/{found}").text
    assert client.get(f"/inspection/photos/{photos[1].id}.jpg").status_code == 200


def test_a_photo_of_a_stranger_goes_along_when_its_shipment_is_known(
    client: FlaskClient, engine: Engine, send: Send, rma: str
) -> None:
    strange = send("SSI16460ARS")["answers"][0]["id"]
    client.post(f"/scan/scans/{strange}/photos", data={"photos": (BytesIO(photo_file()), "wet.jpg")})

    with writing(engine) as session:
        make_order(session, "D4100299", ["SSI16460ARS"])
        match_parked(session, [normalise("SSI16460ARS")], by=SYSTEM, now=NOON)

    with reading(engine) as session:
        unit = session.scalars(select(Unit.id).where(Unit.serial_key == "SSI16460ARS")).one()
        assert session.scalars(select(UnitPhoto.unit_id)).all() == [unit]


def test_the_same_note_is_kept_once(client: FlaskClient, engine: Engine, send: Send, rma: str) -> None:
    scan_id = send(ONE)["answers"][0]["id"]

    for text in ("wet", "wet", "no stand"):
        client.post(f"/scan/scans/{scan_id}/note", json={"note": text, "station": "dock-1"})

    with reading(engine) as session:
        noted = select(Event.reason).where(Event.deed == "noted").order_by(Event.id)
        assert session.scalars(noted).all() == ["wet", "no stand"]


def test_what_a_second_scan_finds_wrong_leads_its_answer(send: Send, engine: Engine, rma: str) -> None:
    with writing(engine) as session:
        other = make_order(session, "D4100208", ["SSI16460ARS"]).number
    send(ONE, rma=other)

    (answer,) = send(ONE, rma=other)["answers"]

    assert (answer["title"], answer["tone"]) == ("Wrong order: D4100201", "bad")
    assert answer["message"] == "It belongs to D4100201, not to D4100208: take it out of this box."
    assert answer["notes"][0] == f"{ONE} of D4100201 is received already. There is nothing to do."


def test_the_worker_keeps_every_file_that_the_page_asks_for(client: FlaskClient, rma: str) -> None:
    asked = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', client.get("/scan").text))
    kept = client.get("/scan/worker.js").text

    assert {file for file in asked if file not in kept} == set()
