"""Outside the United States: whom to call, what to say and what to have ready, in the reader's language (C-4)."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # It comes without types.
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.db.orders import Unit
from rmatrack.domain.people import Role
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.labels.places import ship
from tests.labels.printing import labels_of, print_them
from tests.returning.test_labels import PARTNER, TEXAS, ask, order_of

LODZ = {
    "Customer": "Politechnika Łódzka",
    "Address 1": "ul. Żeromskiego 116",
    "City": "Łódź",
    "State": "",
    "Postal code": "90-924",
    "Country": "PL",
}
OSLO = {"Customer": "Universitetet i Oslo", "City": "Oslo", "State": "", "Postal code": "0313", "Country": "NO"}
SYDNEY = {"Customer": "University of Sydney", "City": "Sydney", "State": "NSW", "Postal code": "2006", "Country": "AU"}
TOKYO = {"Customer": "Waseda University", "City": "Tokyo", "State": "", "Postal code": "169-8050", "Country": "JP"}


@pytest.fixture(autouse=True)
def partner(engine: Engine, signed_in: SignIn) -> None:
    """The partner of all these orders is signed in."""
    ship(engine, 1, TEXAS)
    signed_in(Role.PARTNER_USER, partner=PARTNER)


def test_lodz_reads_whom_to_call_and_what_to_say(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 2, LODZ)
    print_them(engine, units)

    page = client.get(f"/orders/{order_of(engine, units[0])}/return").text

    assert "How to send it back from Poland" in page
    assert "Book a pickup with DHL Express" in page
    assert "mydhl.express.dhl" in page
    assert "book a pickup with the waybill number" in page
    assert "I would like to have 2 boxes fetched" in page
    papers = [f"/labels/{label.number}/papers/waybill" for label in labels_of(engine, units)]
    assert all(paper in page for paper in papers)
    assert client.get(papers[0]).mimetype == "application/pdf"
    assert "90-924 Łódź" in page
    assert "Venlo" in page
    assert "The original packaging" in page
    assert "No customs papers" in page
    assert 'name="trouble"' not in page


def test_the_note_is_in_the_reader_s_language(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 1, LODZ)

    page = client.get(f"/orders/{order_of(engine, units[0])}/return", headers={"Accept-Language": "nl-NL"}).text

    assert "Boek een ophaalafspraak met DHL Express" in page
    assert "Kies uw land op de pagina van DHL Express" in page
    assert "Polen" in page


def test_across_a_customs_border_the_papers_are_named(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 1, OSLO)

    page = client.get(f"/orders/{order_of(engine, units[0])}/return").text

    assert "Three signed copies of the customs invoice" in page
    assert "has no label from us yet" in page


def test_australia_writes_to_expeditors(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 1, SYDNEY)

    page = client.get(f"/orders/{order_of(engine, units[0])}/return").text

    assert "Write to Expeditors" in page
    assert "mailto:au-returns@expeditors.example" in page
    assert "No customs papers" in page


def test_japan_is_sent_to_the_trials_team(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 1, TOKYO)

    page = client.get(f"/orders/{order_of(engine, units[0])}/return").text

    assert "Ask the trials team how the device is to come back." in page
    assert "Japan" in page
    assert "Do not send anything yet" in page


@pytest.mark.parametrize("place", [LODZ, TOKYO])
def test_outside_the_united_states_a_label_is_refused(
    client: FlaskClient, engine: Engine, place: dict[str, str]
) -> None:
    units = ship(engine, 1, place)

    refused = ask(client, order_of(engine, units[0]), units)

    assert refused.status_code == 409
    assert labels_of(engine, units) == []


def test_one_device_has_a_note_of_its_own(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 2, LODZ)
    print_them(engine, units)
    mine, other = labels_of(engine, units)

    page = client.get(f"/orders/{order_of(engine, units[0])}/return?unit={units[0]}").text

    assert mine.number in page
    assert other.number not in page


def test_what_is_back_needs_nothing(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 1, LODZ)
    with writing(engine) as session:
        back = session.get_one(Unit, units[0])
        back.status, back.received_at, back.settled_at = "received", NOON, NOON

    page = client.get(f"/orders/{order_of(engine, units[0])}/return").text

    assert "Nothing has to be sent" in page


def test_order_and_dashboard_lead_to_it(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 1, LODZ)
    number = order_of(engine, units[0])

    assert f'href="/orders/{number}/return"' in client.get(f"/orders/{number}").text
    assert f'href="/orders/{number}/return"' in client.get("/").text


def test_the_note_is_a_sheet_to_print_too(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 5, LODZ)
    print_them(engine, units)
    address = f"/orders/{order_of(engine, units[0])}/return/note.pdf"

    first, again = client.get(address), client.get(address)
    dutch = words_of(client.get(address, headers={"Accept-Language": "nl-NL"}).data)

    words = words_of(first.data)
    assert first.data == again.data
    assert "Book a pickup with DHL Express" in words
    assert "90-924 Łódź" in words
    assert all(label.number in words for label in labels_of(engine, units))
    assert "The waybill documents, for the driver" in words
    assert "Boek een ophaalafspraak" in dutch


def words_of(pdf: bytes) -> str:
    """Everything a PDF of one page says, its lines joined."""
    document = PdfDocument(pdf)
    assert len(document) == 1
    return " ".join(document[0].get_textpage().get_text_bounded().split())


@pytest.mark.parametrize("place", [TEXAS, TOKYO])
def test_where_there_is_no_note_there_is_no_sheet(client: FlaskClient, engine: Engine, place: dict[str, str]) -> None:
    units = ship(engine, 1, place)

    assert client.get(f"/orders/{order_of(engine, units[0])}/return/note.pdf").status_code == 404


def test_the_last_working_day_for_a_pickup_is_named(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine, 1, LODZ)
    number = order_of(engine, units[0])
    overdue = client.get(f"/orders/{number}/return").text
    with writing(engine) as session:
        session.get_one(Unit, units[0]).eula_expires_on = date(2026, 11, 14)

    page = client.get(f"/orders/{number}/return").text

    assert "Have it fetched as soon as possible" in overdue
    assert "Have it fetched by Fri 27 Nov" in page
