"""An address in the United States is checked while it is typed; a suggestion is shown and never forced."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from carriers.shipment import Carrier
from rmatrack.domain.people import Role
from tests.carriers.stand_in import Fault, StandIn
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.live.world import Live

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


@pytest.mark.usefixtures("live")
def test_without_an_account_nothing_is_offered(client: FlaskClient) -> None:
    assert "Check the address" not in client.get("/shipments/new").text
    assert "could not be checked" in client.post("/addresses/check", data=TYPED).text
