"""Answers and charges over the API: listed, settled and decided once, refused by code, unseen by others."""

from datetime import timedelta

import pytest

from rmatrack.db.engine import writing
from rmatrack.domain.answers import AnswerKind, Said
from rmatrack.domain.mails import LinkPurpose
from rmatrack.domain.people import Role
from rmatrack.services.answers import answer
from tests.api.conftest import MakeProgram, program  # noqa: F401  A fixture.
from tests.fixtures.app import Clock
from tests.ladder.loans import Loan, Loans

SERIAL = "FOC21213GKV"


@pytest.fixture
def loan(loans: Loans, clock: Clock) -> Loan:
    """A device for which a charge is proposed, and which is then said to be lost."""
    loan = loans.ship(clock().date() - timedelta(days=40), zone="UTC")
    loans.sweep(clock() - timedelta(days=8))
    loans.sweep(clock())
    link = loan.link(LinkPurpose.RETURN_LOST, clock().date() + timedelta(days=9))
    with writing(loans.engine) as session:
        said = Said(kind=AnswerKind.LOST, unit_ids=loan.unit_ids, note="Stolen")
        answer(session, link, said, policy=loans.policy, now=clock())
    return loan


@pytest.mark.usefixtures("loan")
def test_a_charge_is_disputed_and_decided_once(program: MakeProgram) -> None:  # noqa: F811  The fixture.
    partner, desk = program(Role.PARTNER_USER), program(Role.LOGISTICS)
    once = {"Idempotency-Key": "a"}

    empty = partner.post("/api/v1/charges/1/dispute", json={"words": " "})
    disputed = [partner.post("/api/v1/charges/1/dispute", json={"words": "Sent"}, headers=once) for _ in range(2)]
    own = partner.post("/api/v1/charges/1/decision", json={"decision": "waived", "reason": "Ours"})
    unexplained = desk.post("/api/v1/charges/1/decision", json={"decision": "waived", "reason": " "})
    waived = desk.post("/api/v1/charges/1/decision", json={"decision": "waived", "reason": "Proven"}).json
    again = desk.post("/api/v1/charges/1/decision", json={"decision": "accepted", "reason": "No"})

    assert (empty.status_code, empty.json and empty.json["code"]) == (422, "dispute-words-missing")
    assert [each.status_code for each in disputed] == [200, 200]
    assert disputed[0].json == disputed[1].json
    assert own.status_code == 403
    assert unexplained.json
    assert unexplained.json["code"] == "charge-reason-missing"
    assert waived
    assert (waived["state"], waived["dispute"]) == ("waived", "Sent")
    assert (again.status_code, again.json and again.json["code"]) == (409, "wrong-status")


@pytest.mark.usefixtures("loan")
def test_a_claim_of_loss_is_settled_once(program: MakeProgram) -> None:  # noqa: F811  The fixture.
    desk = program(Role.LOGISTICS)
    accepted, once = {"decision": "accepted", "reason": "Police report"}, {"Idempotency-Key": "a"}

    listed = desk.get("/api/v1/answers?kind=lost").json
    unexplained = desk.post("/api/v1/answers/1/settlement", json={"decision": "accepted"})
    settled = [desk.post("/api/v1/answers/1/settlement", json=accepted, headers=once) for _ in range(2)]
    again = desk.post("/api/v1/answers/1/settlement", json=accepted)

    assert listed
    assert [each["serial"] for each in listed["items"]] == [SERIAL]
    assert unexplained.json
    assert unexplained.json["code"] == "decision-reason-missing"
    assert [each.json and each.json["state"] for each in settled] == ["accepted", "accepted"]
    assert (again.status_code, again.json and again.json["code"]) == (409, "wrong-status")


@pytest.mark.usefixtures("loan")
def test_another_partner_s_program_finds_nothing(program: MakeProgram) -> None:  # noqa: F811  The fixture.
    other = program(Role.PARTNER_USER, partner="Zuiderzee Networks")

    answers = [
        other.get("/api/v1/charges/1"),
        other.get("/api/v1/charges/999"),
        other.post("/api/v1/charges/1/dispute", json={"words": "Mine"}),
        other.get("/api/v1/answers/1"),
        other.get("/api/v1/answers/999"),
    ]

    assert {(each.status_code, each.json and each.json["code"]) for each in answers} == {(404, "not-found")}
    assert other.get("/api/v1/charges").json == other.get("/api/v1/answers").json == {"items": [], "next": None}
