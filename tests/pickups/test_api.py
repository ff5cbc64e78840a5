"""Pickups over HTTP: answers, codes, and that a partner reads its own visits only (X-1, X-8)."""

from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from rmatrack.domain.people import Role
from tests.api.conftest import Program, program_of
from tests.fixtures.app import NOON
from tests.labels.places import ship
from tests.people import add_person
from tests.pickups.test_calls import MUNICH, order_of, want

WINDOW = {"day": "2026-12-01", "ready_at": "10:00", "closes_at": "16:00"}


@pytest.fixture
def dock(app: APIFlask, engine: Engine) -> Program:
    return program_of(app, engine, add_person(engine, Role.LOGISTICS))


def told(answer: TestResponse) -> Any:
    return answer.get_json(force=True)


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, told(answer)["code"]


def test_a_pickup_is_booked_settled_and_called_off(dock: Program, engine: Engine) -> None:
    units = ship(engine, 1, MUNICH)
    body = {"order": order_of(engine, units[0]), "unit_ids": units, **WINDOW}

    wanted = dock.post("/api/v1/pickups", json=body)
    pickup = f"/api/v1/pickups/{told(wanted)['id']}"
    settled = dock.post(f"{pickup}/settle", json={"booked": True, "number": "PRG201000842"})
    twice = dock.post(f"{pickup}/settle", json={"booked": True})
    called_off = dock.post(f"{pickup}/cancel", json={"why": "They moved"})
    again = dock.post(f"{pickup}/cancel", json={})

    assert (wanted.status_code, told(wanted)["state"], told(wanted)["carrier"]) == (201, "to-phone", "dhl")
    assert told(wanted)["to_say"][0] == "I would like 1 parcel fetched."
    assert (told(settled)["state"], told(settled)["number"]) == ("booked", "PRG201000842")
    assert told(called_off)["state"] == "cancelled"
    assert refusal(twice) == refusal(again) == (409, "pickup-not-changeable")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"unit_ids": []}, 422, "nothing-to-fetch"),
        ({"unit_ids": [999_999]}, 409, "box-already-booked"),
        ({"day": "2026-11-01"}, 422, "bad-pickup-day"),
        ({"day": "2026-11-29"}, 422, "bad-pickup-day"),
        ({"ready_at": "06:00"}, 422, "outside-pickup-hours"),
        ({"closes_at": "10:30"}, 422, "window-too-short"),
        ({"order": "D9999999"}, 404, "not-found"),
        ({"mail_to": "nobody"}, 422, "bad-input"),
    ],
)
def test_what_cannot_be_booked_is_refused_by_its_code(
    dock: Program, engine: Engine, changes: dict[str, Any], status: int, code: str
) -> None:
    units = ship(engine, 1, MUNICH)
    body = {"order": order_of(engine, units[0]), "unit_ids": units, **WINDOW}

    answer = dock.post("/api/v1/pickups", json=body | changes)

    assert refusal(answer) == (status, code)
    assert told(dock.get("/api/v1/pickups"))["items"] == []


def test_a_partner_reads_its_own_visits_only_and_changes_none(app: APIFlask, engine: Engine) -> None:
    booked = want(engine, ship(engine, 1, MUNICH), now=NOON)
    own = program_of(app, engine, add_person(engine, Role.PARTNER_USER, partner="Northwind Collaboration"))
    other = program_of(app, engine, add_person(engine, Role.PARTNER_USER, partner="Somebody Else", email="o@x.example"))

    read, not_yours = own.get(f"/api/v1/pickups/{booked}"), other.get(f"/api/v1/pickups/{booked}")
    unknown = other.get("/api/v1/pickups/999999")
    changed = [
        own.post(f"/api/v1/pickups/{booked}/cancel", json={}),
        own.post(f"/api/v1/pickups/{booked}/move", json=WINDOW),
        own.post(f"/api/v1/pickups/{booked}/settle", json={"booked": True}),
        own.get("/api/v1/pickups/offer?order=D4100201"),
    ]

    assert (read.status_code, told(read)["why"]) == (200, None)
    assert told(own.get("/api/v1/pickups"))["items"] == [told(read)]
    assert (not_yours.status_code, told(not_yours)) == (404, told(unknown))
    assert told(other.get("/api/v1/pickups"))["items"] == []
    assert {refusal(answer) for answer in changed} == {(403, "not-allowed")}


def test_the_list_is_narrowed(dock: Program, engine: Engine) -> None:
    want(engine, ship(engine, 1, MUNICH), now=NOON)

    counts = {
        query: len(told(dock.get(f"/api/v1/pickups?{query}"))["items"])
        for query in ("", "state=to-phone", "state=booked", "carrier=ups", "day=2026-11-25", "day=2026-11-26")
    }

    assert counts == {
        "": 1, "state=to-phone": 1, "state=booked": 0, "carrier=ups": 0, "day=2026-11-25": 1, "day=2026-11-26": 0,
    }  # fmt: skip
