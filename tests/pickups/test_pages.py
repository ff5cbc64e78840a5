"""Logistics books on pages and by program; customers read when the carrier comes (SPEC C-11)."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Role
from rmatrack.services.tokens import issue_token
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.labels.places import ship
from tests.pickups.test_calls import MUNICH, order_of, state_of, visit, want
from tests.queries import count_queries

FORM = {
    "when": "2026-12-01",
    "ready_at": "10:00",
    "closes_at": "16:00",
    "language": "nl",
    "mail_to": "jo@kunde.example",
}


def test_logistics_books_moves_and_calls_off_without_a_line(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    units = ship(engine, 2, MUNICH)
    number = order_of(engine, units[0])
    offered = client.get(f"/pickups/new?order={number}").text

    booked = client.post(f"/pickups/new?order={number}", data=FORM | {"units": [str(unit) for unit in units]})
    page = booked.headers["Location"]
    shown = client.get(page).text
    client.post(f"{page}/settle", data={"answer": "booked", "number": ""})
    moved = client.post(f"{page}/move", data={"when": "2026-12-02", "ready_at": "10:00", "closes_at": "15:00"})
    called_off = client.post(f"{page}/cancel", data={"why": "They moved"})

    assert "Tuesday 24 November" in offered
    assert "DHL Express is to come on Tuesday 1 December between 10:00 and 16:00 for 2 boxes." in shown
    assert "I would like 2 parcels fetched." in shown
    assert (booked.status_code, moved.status_code, called_off.status_code) == (302, 302, 302)
    assert state_of(engine, int(page.rsplit("/", 1)[1])) == "cancelled"


def test_a_refused_window_keeps_what_was_typed(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    (unit,) = ship(engine, 1, MUNICH)
    number = order_of(engine, unit)

    page = client.post(
        f"/pickups/new?order={number}", data=FORM | {"units": [str(unit)], "ready_at": "06:00", "instructions": "Ring"}
    )

    assert page.status_code == 422
    assert "The carrier comes between 10:00 and 16:00" in page.text
    assert 'value="Ring"' in page.text


@pytest.mark.parametrize("missing", [{"units": []}, {"when": "other"}, {"mail_to": "nobody"}, {"ready_at": ""}])
def test_a_booking_that_lacks_something_says_so(
    client: FlaskClient, signed_in: SignIn, engine: Engine, missing: dict[str, object]
) -> None:
    signed_in(Role.LOGISTICS)
    (unit,) = ship(engine, 1, MUNICH)
    number = order_of(engine, unit)

    page = client.post(f"/pickups/new?order={number}", data={**FORM, "units": [str(unit)], **missing})

    assert page.status_code == 422
    assert "There is something to correct" in page.text


def test_the_order_and_the_day_show_who_comes(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    units = ship(engine, 1, MUNICH)
    want(engine, units, now=NOON)

    order = client.get(f"/orders/{order_of(engine, units[0])}").text
    day = client.get("/today").text
    listed = client.get("/pickups").text

    words = "DHL Express is to come on Wednesday 25 November between 10:00 and 16:00 for 1 box."
    assert words in order
    assert words in day
    assert "to be phoned" in listed


def test_a_partner_reads_its_own_visits_and_changes_none(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.PARTNER_USER, partner="Northwind Collaboration")
    booked = want(engine, ship(engine, 1, MUNICH), now=NOON)

    page = client.get(f"/pickups/{booked}")

    assert page.status_code == 200
    assert not re.search(r"Move it|Call it off|jo@kunde", page.text)
    assert client.post(f"/pickups/{booked}/cancel").status_code == 403
    assert client.get("/pickups").status_code == 403


def test_another_partners_visit_is_not_there(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER, partner="Somebody Else")
    booked = want(engine, ship(engine, 1, MUNICH), now=NOON)

    assert client.get(f"/pickups/{booked}").status_code == 404


def test_programs_do_what_the_pages_do(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    person = signed_in(Role.LOGISTICS)
    with writing(engine) as session:
        _, secret = issue_token(session, person.id, "dock", PERMISSIONS[Role.LOGISTICS], by=SYSTEM, now=NOON)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "once"}
    units = ship(engine, 1, MUNICH)
    body = {"order": order_of(engine, units[0]), "unit_ids": units, "day": "2026-12-01", "ready_at": "10:00"}

    first = client.post("/api/v1/pickups", json=body | {"closes_at": "16:00"}, headers=headers)
    again = client.post("/api/v1/pickups", json=body | {"closes_at": "16:00"}, headers=headers)
    del headers["Idempotency-Key"]
    twice = client.post("/api/v1/pickups", json=body | {"closes_at": "16:00"}, headers=headers)
    pickup = first.get_json(force=True)["id"]
    moved = client.post(
        f"/api/v1/pickups/{pickup}/move",
        json={"day": "2026-12-02", "ready_at": "10:00", "closes_at": "15:00"},
        headers=headers,
    )
    offered = client.get(f"/api/v1/pickups/offer?order={body['order']}", headers=headers)

    assert (first.status_code, again.json) == (201, first.json)
    assert (twice.status_code, twice.get_json(force=True)["code"]) == (409, "box-already-booked")
    assert moved.get_json(force=True)["day"] == "2026-12-02"
    assert offered.get_json(force=True)["boxes"][0]["pickup_id"] == pickup
    assert visit(engine, pickup).state == "to-phone"


def test_the_list_takes_as_few_questions_for_many_as_for_one(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    counts = []
    for size in (1, 6):
        for _ in range(size):
            want(engine, ship(engine, 1, MUNICH), now=NOON)
        with count_queries(engine) as asked:
            client.get("/pickups")
        counts.append(len(asked))

    assert counts[0] == counts[1]
