"""Logistics ships what partners asked for: the queue, the oldest first, and one request as it leaves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, inspect, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.parcels import ParcelRequest
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services import parcels, starting
from tests.fixtures.app import NOON, Clock
from tests.fixtures.pages import SignIn
from tests.queries import count_queries
from tests.trials import trying
from tests.trials.trying import DEVICES, Desk
from tests.web.shipments import ship

Ask = Callable[..., int]
LEFT = {
    "number": "D4100301",
    "shipped_on": "2026-11-22",
    "units-0-serial": "FOC22150AB1",
    "units-0-eula_expires_on": "2027-02-20",
    "units-0-eula_mailed_on": "2026-11-21",
    "units-1-serial": "FOC22150AB2",
    "units-1-eula_expires_on": "2027-02-21",
}


@pytest.fixture
def ask(engine: Engine, policy: Policy) -> Ask:
    """Ask for two room kits for a customer, in a trial that is active, or one that still asks for consent."""
    made: list[int] = []

    def asked(name: str = "Hogeschool Utrecht", *, active: bool = True, days_ago: int = 0) -> int:
        with writing(engine) as session:
            partner = trying.partner(session, f"Partner of {name}")
            desk = Desk(session, policy, trying.seller(session, partner), NOON - timedelta(days=days_ago))
            if active:
                company = trying.company(name, f"beheer{len(made)}@hu.example")
                standing = starting.start_for_new_customer(session, company, trying.details(DEVICES), **desk.when)
            else:
                standing = desk.ask(trying.customer(session, name, number=len(made) + 1), DEVICES)
            parcel = replace(trying.parcel(CS_KIT_K9=2), recipient=f"Wim of {name}")
            request = parcels.ask_devices(session, standing.trial.id, parcel, **desk.when)
            made.append(request.id)
            return request.id

    return asked


@pytest.fixture
def logistics(signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)


def shipped_units(engine: Engine) -> list[Unit]:
    with reading(engine) as session:
        return list(session.scalars(select(Unit).order_by(Unit.id)))


def test_the_queue_shows_the_oldest_first_and_what_still_waits(client: FlaskClient, logistics: None, ask: Ask) -> None:
    ask("Hogeschool Utrecht", days_ago=3)
    ask("Universiteit Twente", active=False)

    page = client.get("/to-ship").text

    assert page.index("Hogeschool Utrecht") < page.index("Universiteit Twente")
    assert "Partner of Hogeschool Utrecht" in page
    assert "CS-KIT-K9" in page
    assert "Utrecht, Netherlands" in page
    assert "1 request can leave now." in page
    assert "pending customer consent" in page
    assert page.count("Waits: nothing ships unless the trial is active.") == 1


def test_an_empty_queue_says_what_will_appear(client: FlaskClient, logistics: None) -> None:
    assert "Nothing to ship" in client.get("/to-ship").text


def test_the_queue_asks_as_much_for_many_as_for_one(
    client: FlaskClient, logistics: None, ask: Ask, engine: Engine
) -> None:
    ask("First")
    with count_queries(engine) as for_one:
        client.get("/to-ship")
    for name in ("Second", "Third"):
        ask(name)

    with count_queries(engine) as for_three:
        client.get("/to-ship")

    assert len(for_three) == len(for_one)


def test_only_who_records_shipments_sees_it(client: FlaskClient, signed_in: SignIn, ask: Ask) -> None:
    parcel_id = ask()
    signed_in(Role.SUPPORT)

    assert client.get("/to-ship").status_code == 403
    assert client.post(f"/to-ship/{parcel_id}", data=LEFT).status_code == 403
    assert 'href="/to-ship"' not in client.get("/orders").text


def test_what_left_becomes_an_order_and_its_labels_are_next(
    client: FlaskClient, logistics: None, ask: Ask, engine: Engine
) -> None:
    parcel_id = ask()

    done = client.post(f"/to-ship/{parcel_id}", data={**LEFT, "number": " d 4100301 "})
    order = client.get(done.location).text

    assert (done.status_code, done.location) == (302, "/orders/D4100301")
    assert "Next: print the labels." in order
    assert "Print the labels" in order
    assert [(unit.model, unit.serial, unit.eula_expires_on, unit.eula_mailed_on) for unit in shipped_units(engine)] == [
        ("CS-KIT-K9", "FOC22150AB1", date(2027, 2, 20), date(2026, 11, 21)),
        ("CS-KIT-K9", "FOC22150AB2", date(2027, 2, 21), None),
    ]
    with reading(engine) as session:
        parcel, found = session.get_one(ParcelRequest, parcel_id), session.scalars(select(DemoOrder)).one()
        assert (parcel.state, parcel.order_number, found.trial_id) == ("shipped", "D4100301", parcel.trial_id)
    assert "Nothing to ship" in client.get("/to-ship").text
    assert client.get(f"/to-ship/{parcel_id}").status_code == 409


def test_nothing_leaves_before_the_trial_is_active(
    client: FlaskClient, logistics: None, ask: Ask, engine: Engine
) -> None:
    parcel_id = ask(active=False)

    shown = client.get(f"/to-ship/{parcel_id}").text
    tried = client.post(f"/to-ship/{parcel_id}", data=LEFT)

    assert "This request waits" in shown
    assert "Record the shipment" not in shown
    assert tried.status_code == 409
    assert shipped_units(engine) == []


def test_a_trial_that_is_past_lets_nothing_leave(client: FlaskClient, logistics: None, ask: Ask, clock: Clock) -> None:
    ask()
    clock.advance(days=400)

    page = client.get("/to-ship").text

    assert "0 requests can leave now." in page
    assert "Waits: nothing ships unless the trial is active." in page


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"number": "4100301"}, "number", "4100301"),
        ({"shipped_on": ""}, "shipped_on", "Give the day on which it leaves."),
        ({"units-1-serial": ""}, "units-1-serial", "Scan the serial number of this device."),
        ({"units-1-serial": "---"}, "units-1-serial", "is not a serial number"),
        ({"units-1-serial": "foc2215-0ab1"}, "units-1-serial", "Remove one of the two."),
        ({"units-1-serial": "FOC22150AB9"}, "units-1-serial", "FOC22150AB9 is still out on D4100299."),
        ({"units-1-eula_expires_on": ""}, "units-1-eula_expires_on", "Give the day that the EULA mail names."),
    ],
)
def test_what_is_refused_stands_at_its_field_with_what_was_typed(
    client: FlaskClient, logistics: None, ask: Ask, engine: Engine, typed: dict[str, str], field: str, sentence: str
) -> None:
    parcel_id = ask()
    out_already(engine, "D4100299", "FOC22150AB9")

    page = client.post(f"/to-ship/{parcel_id}", data={**LEFT, **typed})

    at_field = page.text.partition(f'id="{field}-error">')[2].partition("</p>")[0]
    assert page.status_code == 422
    assert sentence in at_field
    assert f'href="#{field}"' in page.text
    assert 'value="FOC22150AB1"' in page.text
    assert len(shipped_units(engine)) == 1


def out_already(engine: Engine, number: str, serial: str) -> None:
    ship(engine, number, eula_expires_on=date(2026, 12, 24))
    with writing(engine) as session:
        unit = session.scalars(select(Unit)).one()
        unit.serial = unit.serial_key = serial


def test_a_form_of_other_length_than_what_was_asked_is_not_taken(
    client: FlaskClient, logistics: None, ask: Ask, engine: Engine
) -> None:
    parcel_id = ask()
    one_only = {name: value for name, value in LEFT.items() if not name.startswith("units-1")}
    three = {**LEFT, "units-2-serial": "FOC22150AB3", "units-2-eula_expires_on": "2027-02-21"}

    short = client.post(f"/to-ship/{parcel_id}", data=one_only)
    long = client.post(f"/to-ship/{parcel_id}", data=three)

    assert short.status_code == 422
    assert long.status_code == 302
    assert len(shipped_units(engine)) == 2


def test_an_odd_serial_is_hinted_at_and_holds_nothing_back(client: FlaskClient, logistics: None, ask: Ask) -> None:
    parcel_id = ask()
    odd = "FOC22150ABO has an O where Cisco serials have 0. Did you mean FOC22150AB0?"

    hint = client.get("/to-ship/hints?units-0-serial=FOC22150ABO&units-1-serial=&shipped_on=2026-11-22").text
    done = client.post(f"/to-ship/{parcel_id}", data={**LEFT, "units-0-serial": "FOC22150ABO"})

    assert odd in hint
    assert (
        "after the day we shipped it"
        in client.get("/to-ship/hints?units-0-serial=FOC22150AB1&shipped_on=2018-01-01").text
    )
    assert done.status_code == 302
    assert odd in client.get(done.location).text


def test_the_queue_has_pages_and_a_file_of_it_all(
    client: FlaskClient, logistics: None, ask: Ask, engine: Engine
) -> None:
    first = ask()
    with writing(engine) as session:
        asked = session.get_one(ParcelRequest, first)
        copied = {
            column.key: getattr(asked, column.key) for column in inspect(ParcelRequest).columns if column.key != "id"
        }
        session.execute(insert(ParcelRequest), [copied] * parcels.PAGE)

    shown = client.get("/to-ship").text
    rest = client.get(f"/to-ship?after={first + parcels.PAGE - 1}").text
    file = client.get("/to-ship/export.csv").text

    assert shown.count('class="row-link"') == parcels.PAGE
    assert f"{parcels.PAGE + 1} requests can leave now." in shown
    assert rest.count('class="row-link"') == 1
    assert len(file.splitlines()) == parcels.PAGE + 2
    assert "Wim of Hogeschool Utrecht" in file
    assert client.get("/to-ship/export.xlsx", buffered=True).data.startswith(b"PK")
