"""Inspecting, correcting and settling over the API, and fetching what proves it."""

from io import BytesIO
from typing import Any

from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from rmatrack.db.engine import reading
from rmatrack.db.inspections import UnitPhoto
from rmatrack.domain.people import Role
from tests.api.conftest import MakeProgram
from tests.discrepancies.test_desk import find, states
from tests.inspection.bench import ONE, ROOM, TWO, photo_file, receive
from tests.receiving.dock import THREE


def told(answer: TestResponse) -> Any:
    return answer.json


USED = {"condition": "used", "disposition": "restock"}


def test_a_device_is_wiped_photographed_and_inspected(engine: Engine, program: MakeProgram) -> None:
    dock = program(Role.LOGISTICS)
    unit = f"/api/v1/units/{receive(engine, [ONE], model=ROOM)[ONE]}"

    waits = told(dock.get("/api/v1/inspections"))
    refused = dock.post(f"{unit}/inspection", json=USED)
    wipe = {"method": "erased", "operator": "Dana Dock", "wiped_at": "2026-11-22T11:30:00Z"}
    certified = dock.post(f"{unit}/wipes", json=wipe)
    unzoned = dock.post(f"{unit}/wipes", json=wipe | {"wiped_at": "2026-11-22T11:30:00"})
    done = dock.post(f"{unit}/inspection", json=USED | {"missing": ["cables"]})

    assert [each["serial"] for each in waits["items"]] == [ONE]
    assert (refused.status_code, told(refused)["code"], told(refused)["field"]) == (409, "not-wiped", "disposition")
    assert (certified.status_code, told(unzoned)["code"]) == (201, "bad-wipe-time")
    assert told(done)["verdicts"][0]["missing"] == ["cables"]
    assert told(done)["wipes"][0]["number"] == told(certified)["number"]
    assert told(dock.get("/api/v1/inspections"))["items"] == []
    assert told(dock.get("/api/v1/inspections?done=true"))["items"][0]["disposition"] == "restock"


def test_a_photo_sent_twice_is_kept_once(engine: Engine, program: MakeProgram) -> None:
    dock = program(Role.LOGISTICS)
    unit = f"/api/v1/units/{receive(engine, [ONE])[ONE]}"

    def send(content: bytes, key: str) -> tuple[int, dict[str, object]]:
        sent = {"photo": (BytesIO(content), "front.jpg")}
        answer = dock.post(f"{unit}/photos", data=sent, headers={"Idempotency-Key": key})
        return answer.status_code, told(answer)

    first, again, other = send(photo_file(), "a"), send(photo_file(), "a"), send(photo_file(), "b")
    status, problem = send(b"hello", "c")

    assert first == again == other
    assert (first[0], status, problem["code"]) == (201, 422, "not-a-photo")
    with reading(engine) as session:
        photo = session.scalars(select(UnitPhoto.id)).one()
    assert dock.get(f"/api/v1/photos/{photo}").mimetype == "image/jpeg"


def test_a_mis_pick_is_looked_at_and_corrected(engine: Engine, program: MakeProgram) -> None:
    dock = program(Role.LOGISTICS)
    correction = f"/api/v1/units/{receive(engine, [ONE])[ONE]}/correction"

    refused = dock.get(correction, query_string={"serial": TWO})
    same = dock.post(correction, json={"serial": ONE, "was": ONE, "reason": "x"})

    assert (refused.status_code, told(refused)["code"]) == (409, "came-back-itself")
    assert (same.status_code, told(same)["code"], told(same)["field"]) == (422, "same-serial", "serial")


def test_what_is_anothers_is_answered_like_nothing(engine: Engine, program: MakeProgram) -> None:
    unit = receive(engine, [ONE])[ONE]
    stranger = program(Role.PARTNER_USER, partner="Somebody Else")
    own = program(Role.PARTNER_USER, partner="Northwind", email="own@example.com")

    theirs = [stranger.get(f"/api/v1/units/{id_}/{what}") for id_ in (unit, 999) for what in ("inspection", "custody")]

    assert {(answer.status_code, told(answer)["code"]) for answer in theirs} == {(404, "not-found")}
    assert own.get(f"/api/v1/units/{unit}/inspection").status_code == 200
    assert own.get(f"/api/v1/units/{unit}/custody").data.startswith(b"%PDF")
    assert own.post(f"/api/v1/units/{unit}/inspection", json=USED).status_code == 403


def test_several_discrepancies_are_looked_at_and_closed(engine: Engine, program: MakeProgram) -> None:
    dock = program(Role.LOGISTICS)
    ids = sorted(find(engine, "WZP88888ZZZ", "WZP99999ZZZ", own=(THREE,)).values())

    look = told(dock.post("/api/v1/discrepancies/closing", json={"ids": ids}))
    owners = told(dock.get("/api/v1/discrepancies/owners"))["items"]
    given = told(dock.post("/api/v1/discrepancies/assign", json={"ids": ids[:1], "owner_id": owners[0]["id"]}))
    late = told(dock.post(f"/api/v1/discrepancies/{ids[0]}/assign", json={"mine": False, "seen": 1}))
    both = dock.post("/api/v1/discrepancies/assign", json={"ids": ids, "mine": True, "owner_id": owners[0]["id"]})
    taken = told(dock.post("/api/v1/discrepancies/assign", json={"ids": ids, "mine": True}))
    closed = told(dock.post("/api/v1/discrepancies/close", json={"ids": ids, "reason": "not-ours"}))
    again = told(dock.post("/api/v1/discrepancies/close", json={"ids": ids, "reason": "not-ours"}))
    accepted = dock.post(f"/api/v1/discrepancies/{ids[0]}/accept")

    assert (look["open"], look["completes"], [*given["assigned"], *taken["assigned"]]) == (ids, [], ids)
    assert (late["code"], both.status_code) == ("conflict", 422)
    assert (closed["closed"], again["closed"], again["before"]) == (ids, [], ids)
    assert told(accepted)["code"] == "discrepancy-closed"
    assert set(states(engine).values()) == {"not-ours"}
