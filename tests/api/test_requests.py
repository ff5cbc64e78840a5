"""What a program is told when its request is not as described: one code, one sentence, each field."""

import pytest
from apiflask import APIFlask
from sqlalchemy import Engine

from rmatrack.db.engine import reading
from rmatrack.db.people import ApiToken
from rmatrack.domain.people import Permission, Role
from tests.api.conftest import MakeProgram
from tests.fixtures.app import NOON, Clock


def test_without_a_token_nothing_is_told(app: APIFlask) -> None:
    answer = app.test_client().get("/api/v1/orders")

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "not-signed-in"


def test_a_token_may_do_no_more_than_its_scopes(program: MakeProgram) -> None:
    reader = program(Role.LOGISTICS, scopes=frozenset({Permission.SEE_ORDERS, Permission.SEE_EVERYTHING}))

    assert reader.get("/api/v1/orders").status_code == 200
    assert reader.get("/api/v1/find?q=D4100201").status_code == 403


def test_a_token_cannot_make_one_that_may_more(program: MakeProgram) -> None:
    reader = program(Role.LOGISTICS, scopes=frozenset({Permission.SEE_ORDERS}))

    answer = reader.post("/api/v1/tokens", json={"name": "more", "scopes": ["scan"]})

    assert (answer.status_code, answer.json and answer.json["code"]) == (422, "no-scope")


def test_nobody_becomes_the_system(program: MakeProgram) -> None:
    administrator = program(Role.ADMINISTRATOR)

    answer = administrator.post("/api/v1/people", json={"email": "a@b.example", "name": "A", "role": "system"})

    assert (answer.status_code, answer.json and answer.json["code"]) == (422, "role-of-nobody")


def test_the_use_of_a_token_is_noted_to_the_hour(program: MakeProgram, engine: Engine, clock: Clock) -> None:
    reader = program(Role.SUPPORT)

    reader.get("/api/v1/me")
    clock.advance(minutes=59)
    reader.get("/api/v1/me")

    with reading(engine) as session:
        assert session.query(ApiToken).one().last_used_at == NOON


def test_each_field_gets_its_sentence_in_the_language_asked_for(program: MakeProgram) -> None:
    team = program(Role.TRIALS_TEAM)

    answer = team.post("/api/v1/partners", json={"name": " ", "tier": 3, "x": 1}, headers={"Accept-Language": "nl"})

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["code"] == "bad-input"
    assert {error["field"] for error in answer.json["errors"]} == {"name", "tier", "certified", "x"}
    assert (answer.json["field"], answer.json["message"]) == (
        answer.json["errors"][0]["field"],
        answer.json["errors"][0]["message"],
    )
    assert "Dit veld ontbreekt." in {error["message"] for error in answer.json["errors"]}


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "bad-request"),
        ("name=x", "application/x-www-form-urlencoded", 415, "wrong-content-type"),
        ("null", "application/json", 422, "bad-input"),
        ("[]", "application/json", 422, "bad-input"),
        ('{"name": "a\\u0000b", "certified": true, "tier": 1}', "application/json", 422, "bad-input"),
        ('{"name": "\\ud800", "certified": true, "tier": 1}', "application/json", 422, "bad-input"),
        ('{"name": "' + "x" * 201 + '", "certified": true, "tier": 1}', "application/json", 422, "bad-input"),
    ],
    ids=["no JSON", "a form", "null", "a list", "NUL", "half a character", "too long"],
)
def test_what_is_no_partner_is_refused(
    program: MakeProgram, body: str, content_type: str, status: int, code: str
) -> None:
    answer = program(Role.TRIALS_TEAM).post("/api/v1/partners", data=body, content_type=content_type)

    assert (answer.status_code, answer.json and answer.json["code"]) == (status, code)


def test_too_much_is_refused(app: APIFlask, program: MakeProgram) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100

    answer = program(Role.TRIALS_TEAM).post("/api/v1/partners", json={"name": "x" * 200})

    assert (answer.status_code, answer.json and answer.json["code"]) == (413, "too-large")


@pytest.mark.parametrize("address", ["/api/v1/orders/%00", "/api/v1/find?q=%00", "/api/v1/units/99999999999999999999"])
def test_an_address_that_no_database_keeps_is_no_crash(program: MakeProgram, address: str) -> None:
    assert program(Role.LOGISTICS).get(address).status_code in {400, 404}


def test_a_page_beyond_the_end_is_empty(program: MakeProgram) -> None:
    logistics = program(Role.LOGISTICS)

    for address in ("orders?after=1", "units?after=bm9uc2Vuc2U", "history?after=1", "customers?after=7"):
        answer = logistics.get(f"/api/v1/{address}")

        assert answer.json is not None
        assert (answer.status_code, answer.json["items"]) == (200, []), address


def test_the_carrier_of_a_country_comes_with_its_reason(program: MakeProgram) -> None:
    partner = program(Role.PARTNER_USER)

    poland = partner.get("/api/v1/carriers/pl").json
    guam = partner.get("/api/v1/carriers/US?state=GU").json
    nowhere = partner.get("/api/v1/carriers/ZZ").json

    assert poland is not None
    assert guam is not None
    assert nowhere is not None
    assert poland["carrier"] == "dhl"
    assert guam["carrier"] is None
    assert guam["reason"]
    assert nowhere["code"] == "unknown-country"


def test_the_app_says_that_it_is_well(app: APIFlask) -> None:
    answer = app.test_client().get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
