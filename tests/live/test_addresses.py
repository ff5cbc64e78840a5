"""An address in the United States is checked while it is typed; a suggestion is shown and never forced."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from carriers.shipment import Carrier
from rmatrack.domain.people import Role
from tests.api.conftest import program_of
from tests.carriers.stand_in import Fault, StandIn
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.live.world import Live
from tests.people import add_person

TYPED = {"address_1": "500 Congres Ave", "city": "Austin", "state": "TX", "postal_code": "78701", "country": "US"}


@pytest.fixture
def live(client: FlaskClient, signed_in: SignIn, engine: Engine, stand_in: StandIn, clock: Clock) -> Live:
    """Somebody of logistics is signed in."""
    signed_in(Role.LOGISTICS)
    return Live(engine, stand_in, now=clock.moment)


def test_a_suggestion_is_shown_to_take_or_leave(client: FlaskClient, live: Live) -> None:
    live.enter(Carrier.UPS)

    checked = client.post("/addresses/check", data=TYPED)

    assert "500 CONGRESS AVE STE 100" in checked.text
    assert "Check the address" in client.get("/shipments/new").text


def test_a_carrier_that_is_away_never_blocks(client: FlaskClient, live: Live) -> None:
    live.enter(Carrier.UPS)
    live.stand_in.faults.extend([Fault.BROKEN] * 4)

    checked = client.post("/addresses/check", data=TYPED)

    assert checked.status_code == 200
    assert "You can go on all the same." in checked.text


ASKED = {"lines": ["500 Congres Ave"], "city": "Austin", "state": "TX", "postal_code": "78701", "country": "US"}


def test_programs_are_given_the_same_suggestions(app: APIFlask, engine: Engine, live: Live) -> None:
    program = program_of(app, engine, add_person(engine, Role.PARTNER_USER))
    before = program.post("/api/v1/addresses/check", json=ASKED)
    live.enter(Carrier.UPS)

    checked = program.post("/api/v1/addresses/check", json=ASKED)
    elsewhere = program.post("/api/v1/addresses/check", json=ASKED | {"country": "NL"})
    live.stand_in.faults.extend([Fault.BROKEN] * 4)
    away = program.post("/api/v1/addresses/check", json=ASKED)

    suggested = {
        "lines": ["500 CONGRESS AVE STE 100"],
        "city": "AUSTIN",
        "state": "TX",
        "postal_code": "78701-4321",
        "country": "US",
    }
    assert checked.json == {"verdict": "ambiguous", "suggestions": [suggested]}
    assert before.json == elsewhere.json == away.json == {"verdict": "not-checked", "suggestions": []}


@pytest.mark.parametrize(("odd", "field"), [({"lines": []}, "lines"), ({"country": "us"}, "country")])
def test_what_is_no_address_is_said_at_its_field(
    app: APIFlask, engine: Engine, odd: dict[str, object], field: str
) -> None:
    program = program_of(app, engine, add_person(engine, Role.PARTNER_USER))

    refused = program.post("/api/v1/addresses/check", json=ASKED | odd)

    assert (refused.status_code, refused.get_json(force=True)["field"]) == (422, field)


@pytest.mark.usefixtures("live")
def test_without_an_account_nothing_is_offered(client: FlaskClient) -> None:
    assert "Check the address" not in client.get("/shipments/new").text
    assert "could not be checked" in client.post("/addresses/check", data=TYPED).text
