"""Answers by the links of reminders, given and settled over the API: each refusal by its code (SPEC R-8, X-7)."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from rmatrack.db.answers import ReturnAnswer
from rmatrack.db.engine import reading
from rmatrack.domain.mails import LinkPurpose
from rmatrack.domain.people import Role
from rmatrack.services.links import Links
from tests.api.conftest import MakeProgram, program  # noqa: F401  A fixture.
from tests.fixtures.app import Clock
from tests.ladder.loans import Loan, Loans

SERIALS = ("FOC21213GKV", "FNS17231KZ7")
UPS_NUMBER = "1Z999AA10123456784"


@pytest.fixture
def loan(loans: Loans, clock: Clock) -> Loan:
    return loans.ship(clock().date() - timedelta(days=10), serials=SERIALS)


@pytest.fixture
def addresses(app: APIFlask, loan: Loan, clock: Clock) -> dict[str, str]:
    """Where programs answer, by what is said; `over` is a link whose day has gone by."""
    links, last_on = Links(app.config["SECRET_KEY"]), clock().date() + timedelta(days=90)
    tokens = {kind: links.token(loan.link(LinkPurpose(f"return-{kind}"), last_on)) for kind in KINDS}
    found = {kind: f"/api/v1/return-{kind}-links/{token}" for kind, token in tokens.items()}
    past = loan.link(LinkPurpose.RETURN_SENT, clock().date() - timedelta(days=2))
    return {**found, "over": f"/api/v1/return-sent-links/{links.token(past)}"}


KINDS = ("sent", "label", "lost", "buy")


def refusal(answer: TestResponse) -> tuple[int, str | None, str | None]:
    assert answer.json
    return answer.status_code, answer.json["code"], answer.json["field"]


def count_answers(engine: Engine) -> int | None:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(ReturnAnswer))


def test_each_kind_of_answer_is_given_once(
    client: FlaskClient, engine: Engine, loan: Loan, addresses: dict[str, str], clock: Clock
) -> None:
    said = {
        "sent": {"sent_on": clock().date().isoformat(), "tracking": "1Z 999 AA1 01 2345 6784"},
        "label": {},
        "lost": {"note": "Stolen from the stand"},
        "buy": {"note": "All of them"},
    }

    asked = client.get(addresses["sent"]).json
    answers = [
        client.post(addresses[kind], json={"units": [loan.unit_ids[0]], **words})
        for kind, words in said.items()
        for _ in range(2)
    ]

    assert asked
    assert (asked["kind"], asked["gives_labels"]) == ("sent", False)
    assert [unit["serial"] for unit in asked["out"]] == list(SERIALS)
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json and answer.json["labels"] == [] and answer.json["file"] is None for answer in answers)
    assert count_answers(engine) == len(said)
    with reading(engine) as session:
        assert session.scalar(select(ReturnAnswer.tracking).where(ReturnAnswer.kind == "sent")) == UPS_NUMBER


LACKING: list[tuple[str, dict[str, Any], str, str]] = [
    ("sent", {}, "sent-on-missing", "sent_on"),
    ("sent", {"sent_on": "2001-01-01"}, "bad-sent-on", "sent_on"),
    ("sent", {"sent_on": "2026-11-20", "tracking": "hello"}, "bad-tracking", "tracking"),
    ("lost", {"note": " "}, "loss-not-told", "note"),
    ("buy", {"units": []}, "no-devices-chosen", "units"),
    ("label", {"units": [999_999]}, "no-devices-chosen", "units"),
    ("label", {"trouble": "eaten"}, "bad-input", "trouble"),
]


def test_what_an_answer_lacks_has_a_code(
    client: FlaskClient, engine: Engine, loan: Loan, addresses: dict[str, str]
) -> None:
    units = list(loan.unit_ids)

    answers = [client.post(addresses[kind], json={"units": units, **said}) for kind, said, *_ in LACKING]

    assert [refusal(answer) for answer in answers] == [(422, code, field) for *_, code, field in LACKING]
    assert count_answers(engine) == 0


def test_a_link_that_leads_nowhere_has_a_code(
    client: FlaskClient, loans: Loans, loan: Loan, addresses: dict[str, str], clock: Clock
) -> None:
    forged, mixed_up = "/api/v1/return-sent-links/forged", addresses["lost"].replace("-lost-", "-buy-")
    body = {"units": list(loan.unit_ids), "note": "Gone"}
    answers = [
        answer
        for url in (forged, mixed_up, addresses["over"])
        for answer in (client.get(url), client.post(url, json=body))
    ]
    for unit in range(len(SERIALS)):
        loans.receive(loan, clock(), unit=unit)

    over = client.post(addresses["lost"], json=body)
    nothing_out = client.get(addresses["lost"]).json

    assert [refusal(answer)[:2] for answer in answers] == [(404, "bad-link")] * 4 + [(404, "link-expired")] * 2
    assert refusal(over) == (409, "all-back", None)
    assert nothing_out
    assert (nothing_out["out"], nothing_out["due_on"]) == ([], None)


def test_settling_has_a_code_for_each_refusal(
    client: FlaskClient,
    loan: Loan,
    addresses: dict[str, str],
    program: MakeProgram,  # noqa: F811  The fixture.
) -> None:
    desk, partner = program(Role.LOGISTICS), program(Role.PARTNER_USER)
    client.post(addresses["lost"], json={"units": [loan.unit_ids[0]], "note": "Gone"})
    client.post(addresses["label"], json={"units": [loan.unit_ids[1]]})
    claim, label = "/api/v1/answers/1/settlement", "/api/v1/answers/2/settlement"

    unexplained = desk.post(claim, json={"decision": "refused"})
    no_claim = desk.post(label, json={"decision": "accepted", "reason": "Why not"})
    unknown = desk.post("/api/v1/answers/999/settlement", json={"decision": "done"})
    forbidden = partner.post(label, json={"decision": "done"})
    done = desk.post(label, json={"decision": "done"})
    again = desk.post(label, json={"decision": "done"})

    assert refusal(unexplained) == (422, "decision-reason-missing", "reason")
    assert refusal(no_claim)[:2] == (409, "wrong-status")
    assert refusal(unknown)[:2] == (404, "not-found")
    assert refusal(forbidden)[:2] == (403, "not-allowed")
    assert done.json
    assert (done.json["state"], done.json["decided_by"] is None) == ("done", False)
    assert refusal(again)[:2] == (409, "wrong-status")
    assert [one["state"] for one in (partner.get("/api/v1/answers?past=true").json or {})["items"]] == ["done"]
