"""A charge from its proposal to its end, over HTTP (SPEC R-9)."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.notifications import Notification
from rmatrack.db.people import Person
from rmatrack.domain.inspection import Condition, Disposition
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.inspection import Verdict, inspect
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.ladder.loans import ADA, PIA, Loan, Loans

SERIAL = "FOC21213GKV"


@pytest.fixture
def loan(loans: Loans, clock: Clock) -> Loan:
    """A device of which the last reminder was sent a week ago, so that a charge is proposed now."""
    loan = loans.ship(clock().date() - timedelta(days=40), zone="UTC")
    loans.sweep(clock() - timedelta(days=8))
    loans.sweep(clock())
    return loan


def test_a_partner_disputes_and_logistics_waives(
    client: FlaskClient, loans: Loans, loan: Loan, signed_in: SignIn
) -> None:
    signed_in(Role.PARTNER_USER)
    shown = client.get("/charges/1").text
    empty = client.post("/charges/1/dispute", data={"words": " "})
    client.post("/charges/1/dispute", data={"words": "UPS fetched it on Monday."})
    own_decision = client.post("/charges/1/decide", data={"decision": "waived", "reason": "We say so."})
    signed_in(Role.LOGISTICS)
    unexplained = client.post("/charges/1/decide", data={"decision": "waived"})
    listed = client.get("/charges?state=disputed").text
    client.post("/charges/1/decide", data={"decision": "waived", "reason": "UPS confirms it."})

    page = client.get("/charges/1").text

    assert loan.boss in shown
    assert empty.status_code == 422
    assert "Say what is not right about this charge." in empty.text
    assert own_decision.status_code == 403
    assert unexplained.status_code == 422
    assert SERIAL in listed
    assert "UPS fetched it on Monday." in page
    assert "UPS confirms it." in page
    assert loans.states(loan) == ["waived"]
    assert loans.kinds(loan, ADA)[-2:] == ["charge-proposed", "charge-decided"]
    assert "charge-proposed" not in loans.kinds(loan, PIA)


def test_people_are_told_inside_what_becomes_of_a_charge(
    client: FlaskClient, loans: Loans, loan: Loan, signed_in: SignIn
) -> None:
    desk, partner = signed_in(Role.LOGISTICS), signed_in(Role.PARTNER_USER)
    client.post("/charges/1/dispute", data={"words": "UPS fetched it on Monday."})
    signed_in(Role.LOGISTICS, email="second@example.com")
    client.post("/charges/1/decide", data={"decision": "waived", "reason": "UPS confirms it."})

    assert told_inside(loans, desk.id) == [("charge:1:disputed", "/charges/1")]
    assert told_inside(loans, partner.id) == [("charge:1:waived", "/charges/1")]
    assert told_inside(loans, address=ADA)[0] == ("charges:1", "/charges?state=notified")


def told_inside(loans: Loans, person_id: int | None = None, address: str = "") -> list[tuple[str, str]]:
    question = select(Notification.about, Notification.href).join(Person, Person.id == Notification.person_id)
    theirs = Person.email == address if address else Person.id == person_id
    with reading(loans.engine) as session:
        return [(row[0], row[1]) for row in session.execute(question.where(theirs).order_by(Notification.id))]


def test_what_was_waived_is_not_proposed_again(
    client: FlaskClient, loans: Loans, loan: Loan, clock: Clock, signed_in: SignIn
) -> None:
    signed_in(Role.LOGISTICS)
    client.post("/charges/1/decide", data={"decision": "waived", "reason": "Goodwill"})

    for days in range(1, 20, 3):
        loans.sweep(clock() + timedelta(days=days))

    assert loans.states(loan) == ["waived"]


def test_the_dock_withdraws_a_proposal_with_the_scan(loans: Loans, loan: Loan, clock: Clock) -> None:
    loans.receive(loan, clock())

    assert loans.states(loan) == ["withdrawn"]
    assert loans.charges(loan)[0].withdrawn_because == "received"
    assert loans.kinds(loan, ADA)[-1] == "charge-withdrawn"
    with reading(loans.engine) as session:
        deeds = list(session.scalars(select(Event.deed).where(Event.subject == "charge").order_by(Event.id)))
    assert deeds == ["charge proposed", "charge notified", "charge withdrawn"]


def test_what_arrives_after_it_was_charged_is_to_be_credited(
    client: FlaskClient, loans: Loans, loan: Loan, clock: Clock, signed_in: SignIn
) -> None:
    signed_in(Role.LOGISTICS)
    client.post("/charges/1/decide", data={"decision": "accepted", "reason": "No answer", "value": "123.45"})
    loans.receive(loan, clock())
    to_credit = client.get("/charges/1").text
    client.post("/charges/1/decide", data={"decision": "credited", "reason": "Credit note 7"})

    assert "The device came in after it was charged." in to_credit
    assert loans.states(loan) == ["credited"]
    assert str(loans.charges(loan)[0].value) == "123.45"
    assert loans.kinds(loan, ADA)[-3:] == ["charge-decided", "charge-withdrawn", "charge-decided"]


@pytest.mark.parametrize("what", ["moved", "extended"])
def test_the_sweep_withdraws_what_somebody_else_overtook(loans: Loans, loan: Loan, clock: Clock, what: str) -> None:
    if what == "moved":
        loans.label(loan, LabelState.IN_TRANSIT)
    else:
        loans.extend(loan, clock().date() + timedelta(days=20))

    loans.sweep(clock())

    assert [(charge.state, charge.withdrawn_because) for charge in loans.charges(loan)] == [("withdrawn", what)]


def test_another_partner_finds_nothing(client: FlaskClient, loan: Loan, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER, partner="Zuiderzee Networks")

    answers = [
        client.get("/charges/1"),
        client.get("/charges/999"),
        client.post("/charges/1/dispute", data={"words": "Mine"}),
        client.post("/charges/999/dispute", data={"words": "Mine"}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert SERIAL not in client.get("/charges").text
    assert SERIAL not in client.get("/charges/export.csv").text


def test_the_list_is_a_file_too(client: FlaskClient, loan: Loan, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    assert SERIAL in client.get("/charges/export.csv?sort=-value").text
    with client.get("/charges/export.xlsx") as workbook:
        assert workbook.data[:2] == b"PK"
    assert f"Charge for {SERIAL}" in client.get(f"/orders/{loan.number}").text


def judge(loans: Loans, loan: Loan, disposition: Disposition, now: datetime, *, seen: int = 0) -> None:
    verdict = Verdict(
        unit_id=loan.unit_ids[0],
        condition=Condition.BROKEN,
        disposition=disposition,
        notes="Glass is cracked",
        reason="Looked again" if seen else "",
        seen=seen,
    )
    with writing(loans.engine) as session:
        inspect(session, [verdict], policy=loans.policy, by=SYSTEM, now=now)


@pytest.fixture
def damaged(loans: Loans, clock: Clock) -> Loan:
    """A device that came back broken, with a verdict that asks for a charge."""
    loan = loans.ship(clock().date() + timedelta(days=3), zone="UTC")
    loans.receive(loan, clock())
    judge(loans, loan, Disposition.CHARGE, clock())
    loans.sweep(clock())
    return loan


def test_a_device_that_came_back_damaged_is_proposed_with_the_verdict(loans: Loans, damaged: Loan) -> None:
    assert [(charge.cause, charge.state) for charge in loans.charges(damaged)] == [("condition", "notified")]
    assert loans.kinds(damaged, ADA)[-1] == "charge-proposed"


def test_another_verdict_withdraws_what_the_first_proposed(loans: Loans, damaged: Loan, clock: Clock) -> None:
    judge(loans, damaged, Disposition.SCRAP, clock(), seen=1)

    withdrawn = [(charge.state, charge.withdrawn_because) for charge in loans.charges(damaged)]
    judge(loans, damaged, Disposition.CHARGE, clock(), seen=2)

    assert withdrawn == [("withdrawn", "revised")]
    assert loans.kinds(damaged, ADA)[-1] == "charge-withdrawn"
    assert loans.states(damaged) == ["withdrawn", "proposed"]


def test_another_verdict_after_it_was_charged_is_to_be_credited(
    client: FlaskClient, loans: Loans, damaged: Loan, clock: Clock, signed_in: SignIn
) -> None:
    signed_in(Role.LOGISTICS)
    client.post("/charges/1/decide", data={"decision": "accepted", "reason": "Photos"})

    judge(loans, damaged, Disposition.SCRAP, clock(), seen=1)
    to_credit = loans.states(damaged)
    judge(loans, damaged, Disposition.CHARGE, clock(), seen=2)

    assert to_credit == ["to-credit"]
    assert loans.states(damaged) == ["accepted"]
