"""Whoever looks at an order or a device sees that its label waits for the carrier, and why."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from carriers.shipment import Carrier
from rmatrack.domain.people import Role
from tests.carriers.stand_in import Fault, StandIn
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.labels.places import ship
from tests.live.test_story import order_of
from tests.live.world import Live

WAITS = "Waiting for the carrier"


@pytest.fixture
def addresses(engine: Engine, stand_in: StandIn, clock: Clock) -> list[str]:
    """The pages of an order and of its device, whose label the carrier did not make yet."""
    live = Live(engine, stand_in, now=clock.moment)
    live.enter(Carrier.UPS)
    [unit] = ship(engine)
    stand_in.faults.append(Fault.BROKEN)
    live.print_them([unit])
    return [f"/orders/{order_of(engine, unit)}", f"/units/{unit}"]


def test_an_order_and_its_device_say_what_waits_and_why(
    client: FlaskClient, signed_in: SignIn, addresses: list[str]
) -> None:
    signed_in(Role.LOGISTICS)

    pages = [client.get(address).text for address in addresses]

    for page in pages:
        assert WAITS in page
        assert "Next try" in page
        assert "UPS" in page


def test_they_say_nothing_of_it_once_the_label_is_there(
    client: FlaskClient, signed_in: SignIn, engine: Engine, stand_in: StandIn, clock: Clock, addresses: list[str]
) -> None:
    live = Live(engine, stand_in, now=clock.moment)
    live.later(minutes=30)
    live.work()
    signed_in(Role.LOGISTICS)

    pages = [client.get(address).text for address in addresses]

    assert [WAITS in page for page in pages] == [False, False]
