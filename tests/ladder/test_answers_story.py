"""Answers by signed link, over HTTP: a page asks, a button answers, logistics settles (SPEC R-8)."""

from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from rmatrack.db.answers import ReturnAnswer
from rmatrack.db.charges import Charge
from rmatrack.db.engine import reading
from rmatrack.db.history import Event
from rmatrack.db.labels import Label
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import Unit
from rmatrack.db.unit_notices import UnitNotice
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.people import Role
from rmatrack.services.links import Links
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.ladder.loans import Loan, Loans

FIRST, SECOND = "FOC21213GKV", "FNS17231KZ7"
UPS_NUMBER = "1Z999AA10123456784"


@pytest.fixture
def loan(loans: Loans, clock: Clock) -> Loan:
    """Two devices that are ten days overdue."""
    return loans.ship(clock().date() - timedelta(days=10), serials=(FIRST, SECOND))


@pytest.fixture
def address(app: APIFlask, loan: Loan, clock: Clock) -> "Addresses":
    return Addresses(Links(app.config["SECRET_KEY"]), loan, clock().date() + timedelta(days=90))


class Addresses:
    """The customer administrator's links."""

    def __init__(self, links: Links, loan: Loan, last_on: date) -> None:
        self.links, self.loan, self.last_on = links, loan, last_on

    def __call__(self, purpose: str) -> str:
        return f"/{purpose}/{self.links.token(self.loan.link(LinkPurpose(purpose), self.last_on))}"


def given(engine: Engine) -> list[tuple[str, str, str, str]]:
    question = (
        select(Unit.serial, ReturnAnswer.kind, ReturnAnswer.state, ReturnAnswer.tracking)
        .join(Unit, Unit.id == ReturnAnswer.unit_id)
        .order_by(ReturnAnswer.id)
    )
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(question)]  # type: ignore[misc]


def rows_written(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (ReturnAnswer, Event, OutboxMail, UnitNotice, Charge, Label)
        }


PURPOSES = ("return-sent", "return-label", "return-lost", "return-buy")


@pytest.mark.parametrize("purpose", PURPOSES)
def test_opening_a_link_changes_nothing(client: FlaskClient, engine: Engine, address: Addresses, purpose: str) -> None:
    before = rows_written(engine)

    for _ in range(2):
        opened = client.get(address(purpose))
        assert client.head(address(purpose)).status_code == 200
        client.get(address(purpose) + "?said=yes", headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch"})

    assert opened.status_code == 200
    assert FIRST in opened.text
    assert "Thank you" not in client.get(address(purpose) + "?said=yes").text
    assert rows_written(engine) == before


def test_a_parcel_is_announced_found_and_told_again(
    client: FlaskClient, engine: Engine, address: Addresses, loan: Loan, clock: Clock, signed_in: SignIn
) -> None:
    sent = {"units": [loan.unit_ids[0]], "sent_on": clock().date().isoformat(), "tracking": "1Z 999 AA1 01 2345 6784"}
    for _ in range(2):
        told = client.post(address("return-sent"), data=sent, follow_redirects=True)
    corrected = client.post(address("return-sent"), data=sent | {"note": "In two boxes"}, follow_redirects=True)

    assert "Thank you." in told.text
    assert "In two boxes" in corrected.text
    assert given(engine) == [
        (FIRST, "sent", "replaced", UPS_NUMBER),
        (FIRST, "sent", "open", UPS_NUMBER),
    ]
    signed_in(Role.LOGISTICS)
    assert UPS_NUMBER in client.get(f"/orders/{loan.number}").text
    assert FIRST in client.get("/answers?kind=sent").text
    assert FIRST in client.get(f"/answers?text={UPS_NUMBER}").text
    assert loan.number in client.get(f"/find?q={UPS_NUMBER}", follow_redirects=True).text


@pytest.mark.parametrize(
    ("purpose", "change", "sentence"),
    [
        ("return-sent", {"tracking": "hello"}, "hello is not a tracking number of UPS, DHL or Expeditors."),
        ("return-sent", {"tracking": "1Z999AA10123456785"}, "is not a tracking number"),
        ("return-sent", {"sent_on": ""}, "Say on which day the carrier took the parcel."),
        ("return-sent", {"sent_on": "2001-01-01"}, "Choose a day in between."),
        ("return-sent", {"units": []}, "Choose the devices that this is about."),
        ("return-lost", {"note": " "}, "Say in a few words what happened."),
    ],
)
def test_what_an_answer_lacks_is_said(
    client: FlaskClient,
    engine: Engine,
    address: Addresses,
    loan: Loan,
    clock: Clock,
    purpose: str,
    change: dict[str, object],
    sentence: str,
) -> None:
    data = {"units": [loan.unit_ids[0]], "sent_on": clock().date().isoformat(), "note": "x", **change}

    page = client.post(address(purpose), data=data)

    assert page.status_code == 422
    assert sentence in page.text
    assert given(engine) == []


def test_a_claim_of_loss_rests_the_ladder_until_logistics_settles_it(
    client: FlaskClient, loans: Loans, address: Addresses, loan: Loan, clock: Clock, signed_in: SignIn
) -> None:
    claim = {"units": list(loan.unit_ids), "note": "Stolen from the stand"}
    client.post(address("return-lost"), data=claim)
    loans.sweep(clock())
    rested = loans.told(loan)
    signed_in(Role.LOGISTICS)
    client.post("/answers/1", data={"decision": "accepted"})
    accepted = client.post(
        "/answers/1", data={"decision": "accepted", "reason": "Police report"}, follow_redirects=True
    )
    client.post("/answers/2", data={"decision": "refused", "reason": "Seen on Monday"})
    again = client.post("/answers/2", data={"decision": "accepted", "reason": "No"})

    loans.sweep(clock())

    assert rested == []
    assert "The device is settled as lost." in accepted.text
    assert again.status_code == 409
    assert loans.told(loan) == []
    with reading(loans.engine) as session:
        assert [unit.status for unit in session.scalars(select(Unit).order_by(Unit.id))] == ["lost", "shipped"]
        deeds = set(session.scalars(select(Event.deed).where(Event.unit_id == loan.unit_ids[1])))
    assert deeds == {"answered: lost", "answer refused"}
    assert loans.kinds(loan, loan.boss) == ["return-overdue"]


def test_a_wish_to_buy_goes_to_the_partner_s_administrators(
    client: FlaskClient, loans: Loans, address: Addresses, loan: Loan
) -> None:
    wish = {"units": list(loan.unit_ids), "note": "All of them"}
    for _ in range(2):
        told = client.post(address("return-buy"), data=wish, follow_redirects=True)
    client.post(address("return-buy"), data=wish | {"note": "Only the big one"}, follow_redirects=True)

    assert "know, and will be in touch" in told.text
    assert loans.kinds(loan, "ada.1@sales.example") == ["return-wish"] * 2
    assert loans.kinds(loan, "pia.1@sales.example") == []


def test_what_needs_a_person_is_in_today_s_work(
    client: FlaskClient, address: Addresses, loan: Loan, clock: Clock, signed_in: SignIn
) -> None:
    first, second = loan.unit_ids
    client.post(address("return-lost"), data={"units": [first], "note": "Stolen from the stand"})
    client.post(address("return-sent"), data={"units": [second], "sent_on": clock().date().isoformat()})
    client.post(address("return-label"), data={"units": [second]})

    signed_in(Role.LOGISTICS)
    work = client.get("/").text
    signed_in(Role.SUPPORT)
    elsewhere = client.get("/").text

    assert f"{FIRST}: said to be lost" in work
    assert f"{SECOND}: needs a label" in work
    assert [f'href="/answers/{number}"' in work for number in (1, 2, 3)] == [True, False, True]
    assert "/answers/1" not in elsewhere


def test_the_partner_is_told_inside_that_a_customer_would_like_to_buy(
    client: FlaskClient, address: Addresses, loan: Loan, signed_in: SignIn
) -> None:
    signed_in(Role.SALES_FULL_ADMIN)
    for _ in range(2):
        client.post(address("return-buy"), data={"units": list(loan.unit_ids), "note": "All of them"})

    page = client.get("/notifications").text

    assert page.count("would like to buy.") == 1
    assert FIRST in client.get("/answers/1").text


def test_an_answer_after_receipt_is_answered_kindly(
    client: FlaskClient, engine: Engine, loans: Loans, address: Addresses, loan: Loan, clock: Clock
) -> None:
    for unit in range(2):
        loans.receive(loan, clock(), unit=unit)

    page = client.post(address("return-lost"), data={"units": list(loan.unit_ids), "note": "Gone"})

    assert page.status_code == 200
    assert "Everything of this order is back or settled." in page.text
    assert given(engine) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_not_ours_leads_nowhere(
    client: FlaskClient, app: APIFlask, loans: Loans, address: Addresses, loan: Loan, clock: Clock, method: str
) -> None:
    links = Links(app.config["SECRET_KEY"])
    last_on = clock().date() + timedelta(days=9)
    other = loans.ship(clock().date(), number="D4100209", serials=("SSI16460ARS",))
    foreign = Link(LinkPurpose.RETURN_SENT, other.order_id, loan.boss_id, last_on)
    nobody = Link(LinkPurpose.RETURN_SENT, 999, loan.boss_id, last_on)
    over = loan.link(LinkPurpose.RETURN_SENT, clock().date() - timedelta(days=2))
    tokens = [links.token(link) for link in (foreign, nobody, over)]
    tokens += ["forged", address("return-lost").rpartition("/")[2]]

    pages = [client.open(f"/return-sent/{token}", method=method.upper()) for token in tokens]

    assert [page.status_code for page in pages] == [404] * 5
    assert all("D41" not in page.text for page in pages)
    assert "This link has expired." in pages[2].text
