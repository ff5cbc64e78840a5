"""An order's page answers a phone call; its EULA dates are put right with their effect shown first."""

from datetime import UTC, date, datetime

from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading
from rmatrack.db.history import Event
from rmatrack.db.orders import Unit
from rmatrack.domain.people import Role
from tests.fixtures.pages import SignIn
from tests.queries import count_queries
from tests.web.shipments import ship

OVERDUE = date(2026, 11, 1)
NOT_DUE = date(2026, 12, 24)
THIS_WEEK = datetime(2026, 11, 17, 9, tzinfo=UTC)


def test_an_order_answers_a_phone_call(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.SUPPORT)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, units=2)

    page = client.get("/orders/D4100001").text

    assert "TU Delft" in page
    assert "Noordzee Networks" in page
    assert "Mekelweg 5" in page
    assert "DHL Express" in page
    assert "Due 15 Nov: EULA expired 1 Nov, +14 days" in page
    assert page.count("With the customer") == 2
    assert 'aria-current="step"' in page


def test_a_country_without_a_carrier_says_so(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, country="BR")

    page = client.get("/orders/D4100001").text

    assert "No carrier" in page
    assert "trials team" in page
    assert "Print the labels" not in page


def test_the_number_may_be_typed_as_people_do(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.SUPPORT)
    ship(engine, "D4100001", eula_expires_on=OVERDUE)

    assert client.get("/orders/d 4100001").status_code == 200
    assert client.get("/orders/nonsense").status_code == 404


def test_anothers_order_answers_as_one_that_does_not_exist(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, partner="Contoso Telecom")

    theirs = client.get("/orders/D4100001")
    nobodys = client.get("/orders/D4100009")

    assert theirs.status_code == nobodys.status_code == 404
    assert main(theirs.text) == main(nobodys.text)


def test_orders_are_listed_by_how_far_their_return_is(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, units=2)
    ship(engine, "D4100002", eula_expires_on=NOT_DUE, customer="MIT", country="US")

    everything = client.get("/orders?state=all").text
    american = client.get("/orders?state=all&country=US").text
    named = client.get("/orders?state=all&text=mit").text

    assert "D4100001" in everything
    assert "2 of 2" in everything
    assert "D4100001" not in american + named
    assert "D4100002" in american
    assert "D4100002" in named


def test_a_partner_lists_its_own_orders(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100001", eula_expires_on=OVERDUE)
    ship(engine, "D4100002", eula_expires_on=OVERDUE, partner="Contoso Telecom")

    page = client.get("/orders?state=all").text

    assert "D4100001" in page
    assert "D4100002" not in page


def test_an_eula_date_is_corrected_after_its_effect_was_shown(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    person = signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, units=2)
    first, second = unit_ids(engine)
    typed = {"units": [first], "expires_on": "2026-12-01", "reason": "The mail says December"}

    shown = client.post("/orders/D4100001/eula", data=typed).text
    untouched = eula_dates(engine)
    done = client.post("/orders/D4100001/eula", data={**typed, "confirmed": "yes"})

    assert "return due 15 Nov → 15 Dec, then not due yet" in shown
    assert set(untouched.values()) == {OVERDUE}
    assert done.status_code == 302
    assert eula_dates(engine) == {first: date(2026, 12, 1), second: OVERDUE}
    with reading(engine) as session:
        event = session.scalars(select(Event).where(Event.field == "eula_expires_on")).one()
        assert (event.old, event.new) == ("2026-11-01", "2026-12-01")
        assert (event.reason, event.actor) == ("The mail says December", person.name)
    assert "The mail says December" in client.get("/orders/D4100001").text


def test_a_date_before_the_shipment_is_refused_at_its_field(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE)
    typed = {"units": unit_ids(engine), "expires_on": "2026-08-01", "reason": "Typing error"}

    page = client.post("/orders/D4100001/eula", data=typed).text

    assert "The EULA cannot expire on 1 Aug, before the shipment of 1 Sept." in page
    assert 'value="2026-08-01"' in page
    assert "Typing error" in page


def test_a_correction_needs_a_reason_a_device_and_a_day(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE)

    empty = client.post("/orders/D4100001/eula", data={}).text
    nothing = client.post("/orders/D4100001/eula", data={"expires_on": "2026-12-01", "reason": "x"}).text

    assert "Say why the date changes" in empty
    assert "Give the day that the EULA mail names." in empty
    assert "Choose at least one device" in nothing


def test_only_logistics_corrects(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.SUPPORT)
    ship(engine, "D4100001", eula_expires_on=OVERDUE)

    assert client.get("/orders/D4100001/eula").status_code == 403


def test_the_number_of_questions_does_not_grow(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE)
    with count_queries(engine) as few:
        client.get("/orders?state=all")
        client.get("/orders/D4100001")
    for number in range(10):
        ship(engine, f"D410010{number}", eula_expires_on=OVERDUE, units=5, customer=f"Customer {number}")

    with count_queries(engine) as many:
        client.get("/orders?state=all")
        client.get("/orders/D4100105")

    assert len(many) == len(few) <= 26


def main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def unit_ids(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(Unit.id).order_by(Unit.id)))


def eula_dates(engine: Engine) -> dict[int, date]:
    with reading(engine) as session:
        return {row.id: row.eula_expires_on for row in session.execute(select(Unit.id, Unit.eula_expires_on))}
