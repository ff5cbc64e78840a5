"""Support answers callers and mail; a partner proves its order; nobody sees more than they may."""

import re
import time

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.customers import Customer
from rmatrack.db.engine import writing
from rmatrack.db.orders import DemoOrder
from rmatrack.domain.demo_numbers import PER_PERSON
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.web import steady
from tests.api.conftest import MakeProgram, program  # noqa: F401  A fixture.
from tests.fixtures.pages import SignIn
from tests.inbound.office import ORG_ID, OTHER_ORG_ID, Desk, furnish, message
from tests.web.test_orders import main

DELFT = "it-admin@tudelft.example"
NUMBERS = "/find/order-number"


@pytest.fixture(autouse=True)
def at_once(app: APIFlask) -> None:
    """Answer without waiting; what the wait does is another test's."""
    app.config[steady.KEY] = 0


@pytest.fixture
def desk(engine: Engine, policy: Policy) -> Desk:
    """An information address, furnished."""
    furnish(engine)
    return Desk(engine, policy)


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ("number", "D4100001 (RMA R000000X)"),
        ("due", "2 devices of your demo order must be back by 7 January 2027"),
        ("way-back", "come back with DHL Express"),
        ("status", "Not sent yet, as far as we know:"),
    ],
)
def test_an_answer_is_shown_before_it_is_sent(
    desk: Desk, client: FlaskClient, signed_in: SignIn, about: str, says: str
) -> None:
    signed_in(Role.SUPPORT)

    page = client.get(f"/orders/D4100001/answer?about={about}").text

    assert says in page
    assert DELFT in page
    assert desk.sent() == []


def test_an_answer_speaks_the_callers_language(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)

    page = client.get("/orders/D4100001/answer?about=due&language=nl").text

    assert "2 apparaten van uw demo-bestelling moeten uiterlijk op 7 januari 2027 terug zijn" in page


def test_an_answer_goes_once_and_closes_the_mail_that_asked(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)
    desk.take(message("subset-of-serials"))
    mail_id = desk.last().id
    typed = {"about": "number", "to": "anna@noordzee.example", "language": "en", "mail": str(mail_id)}

    first = client.post("/orders/D4100001/answer", data=typed)
    second = client.post("/orders/D4100001/answer", data=typed)

    assert (first.status_code, second.status_code) == (302, 302)
    (answer,) = desk.sent()
    assert (answer.to_email, answer.kind) == ("anna@noordzee.example", "answer-number")
    assert (desk.last().state, desk.last().closing) == ("closed", "answered")


def test_nobody_is_written_to_whom_we_do_not_keep(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)

    page = client.post("/orders/D4100001/answer", data={"about": "number", "to": "eve@elsewhere.example"})

    assert page.status_code == 422
    assert "is no administrator of this customer" in page.text
    assert desk.sent() == []


def test_a_partners_answer_names_its_own_orders_only(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)
    with writing(desk.engine) as session:
        delft = session.scalars(select(Customer.id).where(Customer.name == "TU Delft")).one()
        session.scalars(select(DemoOrder).where(DemoOrder.number == "D4100002")).one().customer_id = delft

    to_partner = letter(client.get("/orders/D4100001/answer?to=anna@noordzee.example").text)
    to_customer = letter(client.get(f"/orders/D4100001/answer?to={DELFT}").text)

    assert "D4100002" not in to_partner
    assert "D4100002" in to_customer


def test_the_queue_says_why_and_lets_a_person_close(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    person = signed_in(Role.SUPPORT)
    desk.take(message("forged-no-results"))
    mail_id = desk.last().id

    listed = client.get("/incoming-mail?why=not-authenticated").text
    shown = client.get(f"/incoming-mail/{mail_id}").text
    client.post(f"/incoming-mail/{mail_id}/assign", data={"owner": "me"})
    mine = client.get("/incoming-mail?owner=me").text
    refused = client.post(f"/incoming-mail/{mail_id}/close", data={})
    client.post(f"/incoming-mail/{mail_id}/close", data={"closing": "not-for-us", "note": "Forged."})

    assert "The sender is not authenticated" in listed
    assert "/orders/D4100001/answer?" in shown
    assert f"/incoming-mail/{mail_id}" in mine
    assert refused.status_code == 422
    mail = desk.last()
    assert (mail.state, mail.closing, mail.closed_by) == ("closed", "not-for-us", person.name)


def test_the_side_counts_what_waits(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)
    desk.take(message("no-keys"))

    assert "1 waits" in client.get("/find").text


@pytest.mark.parametrize("role", [Role.PARTNER_USER, Role.SALES_ADMIN, Role.LOGISTICS])
def test_the_queue_and_the_answers_are_supports(desk: Desk, client: FlaskClient, signed_in: SignIn, role: Role) -> None:
    desk.take(message("no-keys"))
    signed_in(role)

    assert client.get("/incoming-mail").status_code == 403
    assert client.get(f"/incoming-mail/{desk.last().id}").status_code == 403
    assert client.get("/orders/D4100001/answer").status_code == 403


def test_a_partner_that_proves_its_order_is_told_the_number(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER)

    by_pair = client.post(NUMBERS, data={"org_id": ORG_ID, "email": DELFT}).text
    by_serials = client.post(NUMBERS, data={"serials": "sal-1819-s6lu\nFNS1009J3MT"}).text

    assert "/orders/D4100001" in by_pair
    assert "/orders/D4100001" in by_serials


def test_all_that_is_not_proven_is_answered_alike(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER)
    claims = [
        {"serials": "SAL1819S6LU"},
        {"serials": "FOC2122ZZ01"},
        {"serials": "NONSENSE123"},
        {"org_id": OTHER_ORG_ID, "email": "admin@mit.example"},
        {"org_id": ORG_ID, "email": "admin@mit.example"},
    ]

    answers = {blotted(client.post(NUMBERS, data=claim).text, claim) for claim in claims}

    assert len(answers) == 1
    assert "With this we cannot name an order." in answers.pop()


def test_programs_are_answered_alike_to_the_byte(desk: Desk, request: pytest.FixtureRequest) -> None:
    make: MakeProgram = request.getfixturevalue("program")
    partner = make(Role.PARTNER_USER)
    claims: list[dict[str, object]] = [
        {"serials": ["SAL1819S6LU"]},
        {"serials": ["FOC2122ZZ01"]},
        {"serials": ["NONSENSE123"]},
        {"org_id": OTHER_ORG_ID, "admin_email": "admin@mit.example"},
    ]

    answers = [partner.post("/api/v1/find/demo-numbers", json=claim) for claim in claims]
    proven = partner.post("/api/v1/find/demo-numbers", json={"serials": ["SAL1819S6LU", "FNS1009J3MT"]})

    assert {(answer.status_code, answer.data) for answer in answers} == {(404, answers[0].data)}
    assert (answers[0].json or {})["code"] == "nothing-proven"
    assert proven.json == {"numbers": ["D4100001"]}


def test_who_asks_too_often_is_told_when_to_try_again(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER)
    for _ in range(PER_PERSON):
        client.post(NUMBERS, data={"serials": "NONSENSE123"})

    own = client.post(NUMBERS, data={"org_id": ORG_ID, "email": DELFT})
    nonsense = client.post(NUMBERS, data={"serials": "NONSENSE123"})

    assert own.status_code == nonsense.status_code == 429
    for page in (own, nonsense):
        assert "Try again in 60 minutes, or call support." in page.text
        assert "D4100001" not in page.text


def test_the_wait_ends_at_a_whole_number_of_budgets(
    app: APIFlask, desk: Desk, client: FlaskClient, signed_in: SignIn
) -> None:
    signed_in(Role.PARTNER_USER)
    app.config[steady.KEY] = 0.3
    started = time.monotonic()

    client.post(NUMBERS, data={"serials": "NONSENSE123"})

    assert time.monotonic() - started >= 0.3


def test_programs_work_through_the_queue(desk: Desk, request: pytest.FixtureRequest) -> None:
    make: MakeProgram = request.getfixturevalue("program")
    support = make(Role.SUPPORT)
    desk.take(message("subset-of-serials"))
    mail_id = desk.last().id

    (listed,) = (support.get("/api/v1/incoming-mail").json or {})["items"]
    shown = support.get(f"/api/v1/incoming-mail/{mail_id}").json or {}
    answer = support.post("/api/v1/orders/D4100001/answer", json={"about": "number", "to": DELFT}).json or {}
    closed = support.post(f"/api/v1/incoming-mail/{mail_id}/close", json={"closing": "answered"}).json or {}
    again = support.post(f"/api/v1/incoming-mail/{mail_id}/close", json={"closing": "answered"})

    assert (listed["id"], listed["why_not"]) == (mail_id, "not-proven")
    assert shown["matches"][0]["reasons"][0]["line"] == 2
    assert answer["subject"] == "Your demo order number: D4100001"
    assert closed["state"] == "closed"
    assert again.status_code == 409
    assert (again.json or {})["code"] == "mail-is-closed"


def letter(page: str) -> str:
    found = re.search(r'<pre class="letter-text".*?</pre>', page, re.DOTALL)
    assert found
    return found[0]


def blotted(page: str, typed: dict[str, str]) -> str:
    """The page without what was typed, and without the token against forgery."""
    text = main(page)
    for value in typed.values():
        text = text.replace(value, "")
    return re.sub(r'name="csrf_token" value="[^"]*"', "", text)
