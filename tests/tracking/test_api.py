"""Parcels and doors over HTTP: what programs are answered, with which codes, and how far each sees (X-1, X-8)."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from carriers.parcel_states import ParcelState
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Role
from tests.api.conftest import Program, program_of
from tests.fixtures.app import NOON
from tests.labels.places import MIT
from tests.people import add_person
from tests.tracking.world import MONDAY, event, label, label_of, tell

OURS = MIT["Partner"]


@pytest.fixture
def dock(app: APIFlask, engine: Engine) -> Program:
    return program_of(app, engine, add_person(engine, Role.LOGISTICS))


@pytest.fixture
def partner(app: APIFlask, engine: Engine) -> Program:
    """A program of the partner whose customer sends things back."""
    return program_of(app, engine, add_person(engine, Role.PARTNER_USER, partner=OURS))


@pytest.fixture
def stranger(app: APIFlask, engine: Engine) -> Program:
    """A program of another partner."""
    person = add_person(engine, Role.PARTNER_USER, partner="Somebody Else", email="else@example.com")
    return program_of(app, engine, person)


@pytest.fixture
def administrator(app: APIFlask, engine: Engine) -> Program:
    return program_of(app, engine, add_person(engine, Role.ADMINISTRATOR))


def told(answer: TestResponse) -> Any:
    return answer.get_json(force=True)


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, told(answer)["code"]


def moves(engine: Engine, **more: Any) -> Any:
    """A label whose parcel the carrier scanned on Friday."""
    one = label(engine, **more)
    tell(engine, one, [event(one.number, -72, ParcelState.IN_TRANSIT)], now=NOON)
    assert MONDAY - timedelta(hours=72) < NOON
    return one


def test_a_parcel_tells_where_it_is_and_who_said_so(dock: Program, engine: Engine) -> None:
    one = moves(engine)

    parcel = told(dock.get(f"/api/v1/parcels/{one.number}"))

    [report] = parcel["reports"]
    assert (parcel["number"], parcel["carrier"], parcel["whereabouts"]) == (one.number, "ups", "in-transit")
    assert (parcel["label"], report["source"]) == ("in-transit", "asked")
    assert parcel["with_carrier_since"] == parcel["since"] == report["at"]


def test_partners_see_their_own_parcels_and_no_others(
    partner: Program, stranger: Program, dock: Program, engine: Engine
) -> None:
    one = moves(engine)
    recorded = {"whereabouts": "held-up", "at": NOON.isoformat(), "evidence": "Lotte phoned the depot"}
    dock.post(f"/api/v1/parcels/{one.number}/reports", json=recorded)

    own = partner.get(f"/api/v1/parcels/{one.number}")
    others = stranger.get(f"/api/v1/parcels/{one.number}")
    unknown = stranger.get("/api/v1/parcels/1ZNOBODY")

    assert own.status_code == 200
    assert {report["by"] for report in told(own)["reports"]} == {""}
    assert told(own)["asked_again_at"] is None
    assert (refusal(others), told(others)) == (refusal(unknown), told(unknown))
    assert refusal(unknown) == (404, "not-found")


def test_only_the_dock_reports_and_lists_what_to_look_at(partner: Program, engine: Engine) -> None:
    one = moves(engine)
    body = {"whereabouts": "delivered", "at": NOON.isoformat(), "evidence": "said so"}

    answers = [
        partner.post(f"/api/v1/parcels/{one.number}/reports", json=body),
        partner.post(f"/api/v1/parcels/{one.number}/aside", json={"kind": "lost", "note": "no"}),
        partner.get("/api/v1/parcels"),
    ]

    assert [refusal(answer) for answer in answers] == [(403, "not-allowed")] * 3


def test_a_report_is_recorded_once_and_taken_back(dock: Program, engine: Engine) -> None:
    one = label(engine)
    body = {"whereabouts": "delivered", "at": NOON.isoformat(), "evidence": "Delivery note"}

    first = dock.post(f"/api/v1/parcels/{one.number}/reports", json=body, headers={"Idempotency-Key": "once"})
    again = dock.post(f"/api/v1/parcels/{one.number}/reports", json=body, headers={"Idempotency-Key": "once"})
    report = told(first)["reports"][0]["id"]
    back = dock.post(f"/api/v1/parcels/{one.number}/reports/{report}/withdraw")
    twice = dock.post(f"/api/v1/parcels/{one.number}/reports/{report}/withdraw")
    nowhere = dock.post(f"/api/v1/parcels/{one.number}/reports/999999/withdraw")

    assert (told(first)["whereabouts"], again.json) == ("delivered", first.json)
    assert told(back)["whereabouts"] is None
    assert label_of(engine, one) is LabelState.PRINTED
    assert refusal(twice)[0] in {404, 409}
    assert refusal(nowhere) == (404, "not-found")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"at": (NOON + timedelta(days=1)).isoformat()}, "in-the-future"),
        ({"evidence": "  "}, "no-evidence"),
        ({"whereabouts": "announced"}, "not-sayable"),
        ({"whereabouts": "on the moon"}, "bad-input"),
    ],
)
def test_a_report_that_cannot_be_is_refused_by_its_code(
    dock: Program, engine: Engine, changes: dict[str, str], code: str
) -> None:
    one = label(engine)
    body = {"whereabouts": "delivered", "at": NOON.isoformat(), "evidence": "Delivery note"}

    answer = dock.post(f"/api/v1/parcels/{one.number}/reports", json=body | changes)

    assert answer.status_code in {409, 422}
    assert told(answer)["code"] == code


def test_what_to_look_at_is_listed_laid_aside_and_shown_again(dock: Program, engine: Engine) -> None:
    one = moves(engine, state=LabelState.SUPERSEDED)
    address = f"/api/v1/parcels/{one.number}"

    listed = told(dock.get("/api/v1/parcels?kind=dead-label-moves"))["items"]
    wordless = dock.post(f"{address}/aside", json={"kind": "dead-label-moves", "note": " "})
    dock.post(f"{address}/aside", json={"kind": "dead-label-moves", "note": "The box came in another crate"})
    after, aside = (told(dock.get(f"/api/v1/parcels{query}"))["items"] for query in ("", "?aside=true"))
    dock.post(f"{address}/again", json={"kind": "dead-label-moves"})
    elsewhere = told(dock.get("/api/v1/parcels?carrier=dhl"))["items"]

    assert [(each["number"], each["kind"], bool(each["advice"])) for each in listed] == [
        (one.number, "dead-label-moves", True)
    ]
    assert wordless.status_code in {409, 422}
    assert (after, [each["number"] for each in aside], elsewhere) == ([], [one.number], [])
    assert [each["number"] for each in told(dock.get("/api/v1/parcels"))["items"]] == [one.number]


def test_a_door_is_opened_renewed_and_shut_by_program(administrator: Program) -> None:
    shut = told(administrator.get("/api/v1/doors"))["items"]
    secret = told(administrator.post("/api/v1/doors/ups/secret"))["secret"]
    newer = told(administrator.post("/api/v1/doors/ups/secret"))["secret"]
    both = told(administrator.get("/api/v1/doors"))["items"][0]
    given_up = administrator.post("/api/v1/doors/ups/old")
    closed = told(administrator.post("/api/v1/doors/ups/close"))["items"][0]

    assert [(door["carrier"], door["changed_at"]) for door in shut] == [("ups", None), ("dhl", None)]
    assert all(len(each) >= 40 for each in (secret, newer))
    assert secret != newer
    assert (both["two_secrets"], told(given_up)["items"][0]["two_secrets"]) == (True, False)
    assert both["address"].endswith("/webhooks/ups")
    assert newer not in given_up.text
    assert closed["changed_at"] is None


def test_doors_that_are_not_there_or_not_yours_say_so(administrator: Program, dock: Program) -> None:
    unknown = [administrator.post(f"/api/v1/doors/{each}/secret") for each in ("expeditors", "nobody")]
    never_open = [administrator.post(f"/api/v1/doors/ups/{deed}") for deed in ("old", "close")]
    not_allowed = [dock.get("/api/v1/doors"), dock.post("/api/v1/doors/ups/secret")]

    assert {refusal(answer) for answer in (*unknown, *never_open)} == {(404, "not-found")}
    assert {refusal(answer) for answer in not_allowed} == {(403, "not-allowed")}


def test_a_secret_asked_for_twice_under_one_key_is_one(administrator: Program) -> None:
    headers = {"Idempotency-Key": "once"}

    first, again = (administrator.post("/api/v1/doors/dhl/secret", headers=headers) for _ in range(2))

    assert first.json == again.json
    assert told(administrator.get("/api/v1/doors"))["items"][1]["two_secrets"] is False
