"""The main job by a program alone: shipped, due, labelled, scanned back, settled, and found again."""

import io
from uuid import uuid4

from rmatrack.domain.people import Role
from tests.api.conftest import MakeProgram, Program, ship


def scan(program: Program, raw: str, **more: object) -> dict[str, object]:
    sent = {"id": str(uuid4()), "scanned_at": "2026-11-22T11:00:00Z", "station": "dock-1", "raw": raw, **more}
    answer = program.post("/api/v1/scans", json={"scans": [sent]})
    assert answer.json is not None, answer.text
    answered: dict[str, object] = answer.json["answers"][0]
    return answered


def test_the_whole_job_is_done_without_a_page(program: MakeProgram) -> None:
    logistics = program(Role.LOGISTICS)

    recorded = ship(logistics)
    overdue = logistics.get("/api/v1/units?show=overdue")
    order = logistics.get("/api/v1/orders/d4100201")
    batch = logistics.post("/api/v1/label-batches", json={"orders": ["D4100201"], "paper": "4x6"})

    assert (recorded.status_code, recorded.json) == (
        200,
        {"number": "D4100201", "standing": "new", "remarks": recorded.json and recorded.json["remarks"]},
    )
    assert overdue.json is not None
    assert [unit["serial"] for unit in overdue.json["items"]] == ["FOC21213GKV"]
    assert overdue.json["items"][0]["due_reason"].startswith("Due 15 Nov: EULA expired 1 Nov, +14 days")
    assert overdue.json["counts"]["out"] == 2
    assert order.json is not None
    assert order.json["carrier"]["carrier"] == "ups"
    assert order.json["rma"]
    assert batch.status_code == 201, batch.text
    assert batch.json is not None
    assert (batch.json["state"], batch.json["total"]) == ("waiting", 2)

    matched = scan(logistics, "FOC21213GKV", rma=order.json["rma"])
    stranger = scan(logistics, "FOC2121ZZZZ", rma=order.json["rma"])
    last = scan(logistics, "FOC21213GKW", rma=order.json["rma"])

    assert [matched["outcome"], stranger["outcome"], last["outcome"]] == ["matched", "never_shipped", "matched"]

    queue = logistics.get("/api/v1/discrepancies").json
    assert queue is not None
    (found,) = queue["items"]
    assert found["type"] == "unknown-serial"
    taken = logistics.post(f"/api/v1/discrepancies/{found['id']}/assign", json={"mine": True})
    assert taken.json is not None
    assert taken.json["owner"] == "Logistics"
    closed = logistics.post(
        f"/api/v1/discrepancies/{found['id']}/close", json={"reason": "not-ours", "note": "sent back"}
    )
    again = logistics.post(f"/api/v1/discrepancies/{found['id']}/close", json={"reason": "not-ours"})

    assert closed.json is not None
    assert closed.json["completed"] == [order.json["rma"]]
    assert again.status_code == 409
    assert again.json is not None
    assert again.json["code"] == "discrepancy-closed"

    complete = logistics.get("/api/v1/orders/D4100201").json
    told = logistics.get("/api/v1/orders/D4100201/history").json
    box = logistics.get("/api/v1/find?q=FOC21213GKV").json
    assert complete is not None
    assert told is not None
    assert box is not None
    assert complete["rma_status"] == "complete"
    assert {unit["status"] for unit in complete["units"]} == {"received"}
    assert {happening["deed"] for happening in told["items"]} >= {"shipped", "received", "completed"}
    assert box["matches"][0]["order"]["number"] == "D4100201"


def test_a_unit_tells_what_happened_to_it(program: MakeProgram) -> None:
    logistics = program(Role.LOGISTICS)
    ship(logistics)
    scan(logistics, "FOC21213GKV")
    order = logistics.get("/api/v1/orders/D4100201").json
    assert order is not None

    unit = logistics.get(f"/api/v1/units/{order['units'][0]['id']}").json

    assert unit is not None
    assert unit["unit"]["status"] == "received"
    assert unit["timeline"][0]["deed"] == "received"


def test_a_file_is_compared_before_it_is_loaded(program: MakeProgram) -> None:
    logistics = program(Role.LOGISTICS)
    header = "Demo order,Ship date,Partner,Customer,Organization ID,Admin e-mail,Recipient,Phone,Address 1,City,Country"
    row = (
        "D4100300,2026-09-01,Noordzee Networks,TU Delft,7b982ff1-3ad8-432f-8e23-67c3a5464624,a@tudelft.example,"
        "Desk,+31 15 278 9111,Mekelweg 5,Delft,NL,CP-8845-K9,FOC21213GKZ,2026-11-30"
    )
    content = f"{header},Model,Serial number,EULA expires\n{row}\n".encode()

    uploaded = logistics.post("/api/v1/imports", data={"file": (io.BytesIO(content), "september.csv")})
    assert uploaded.status_code == 201, uploaded.text
    assert uploaded.json is not None
    address = f"/api/v1/imports/{uploaded.json['id']}"
    shown = logistics.get(address).json
    assert shown is not None
    surprised = logistics.post(f"{address}/load", json={"fingerprint": "another"})
    loaded = logistics.post(f"{address}/load", json={"fingerprint": shown["comparison"]["fingerprint"]})
    twice = logistics.post(f"{address}/load", json={"fingerprint": shown["comparison"]["fingerprint"]})

    assert shown["questions"] == []
    assert shown["comparison"]["counts"]["new"] == 1
    assert (surprised.status_code, surprised.json and surprised.json["code"]) == (409, "conflict")
    assert loaded.json == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0, "units": 1}
    assert (twice.status_code, twice.json and twice.json["code"]) == (409, "loaded-before")


def test_a_shipment_that_cannot_be_recorded_says_everything_that_is_wrong(program: MakeProgram) -> None:
    logistics = program(Role.LOGISTICS)
    units = [{"model": "CP-8845-K9", "serial": "FOC21213GKV", "eula_expires_on": "2026-11-01"}] * 2

    refused = ship(logistics, number="4100201", country="Atlantis", units=units)

    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["code"] == "shipment-refused"
    assert {"number", "country"} <= {error["field"] for error in refused.json["errors"]}
    assert logistics.get("/api/v1/orders").json == {"items": [], "next": None}


def test_a_correction_of_the_eula_date_moves_the_due_day(program: MakeProgram) -> None:
    logistics = program(Role.LOGISTICS)
    ship(logistics)
    before = logistics.get("/api/v1/orders/D4100201").json
    assert before is not None
    unit = before["units"][0]

    changed = logistics.post(
        "/api/v1/orders/D4100201/eula",
        json={"units": [unit["id"]], "expires_on": "2026-12-14", "reason": "The mail says so."},
    )

    after = logistics.get("/api/v1/orders/D4100201").json
    assert after is not None
    assert changed.json == {"serials": ["FOC21213GKV"]}
    assert [each["due_on"] for each in after["units"]] == ["2026-12-28", "2026-12-14"]
