"""Programs look after accounts and wait for labels as people do."""

from typing import Any

from apiflask import APIFlask
from sqlalchemy import Engine

from carriers.shipment import Carrier
from rmatrack.domain.people import Role
from tests.api.conftest import Program, program_of
from tests.carriers.stand_in import StandIn
from tests.fixtures.app import Clock
from tests.labels.places import ship
from tests.live.world import Live
from tests.people import add_person

ACCOUNT: dict[str, Any] = {
    "carrier": "ups",
    "name": "UPS returns",
    "source": "live",
    "shipper_number": "A1B2C3",
    "country": "US",
    "credentials": {"user": "ups-key", "secret": "ups-secret-words"},
}


def program(app: APIFlask, engine: Engine, role: Role) -> Program:
    return program_of(app, engine, add_person(engine, role))


def test_an_account_is_entered_tried_and_never_tells_its_secret(
    app: APIFlask, engine: Engine, stand_in: StandIn
) -> None:
    administrator = program(app, engine, Role.ADMINISTRATOR)

    entered = administrator.post("/api/v1/carrier-accounts", json=ACCOUNT | {"host": stand_in.host})
    tried = administrator.post("/api/v1/carrier-accounts/1/try", json={})
    listed = administrator.get("/api/v1/carrier-accounts")

    assert (entered.status_code, tried.status_code) == (201, 200)
    assert listed.json is not None
    assert listed.json["items"][0]["has_credentials"] is True
    assert "ups-secret-words" not in entered.text + tried.text + listed.text


def test_refusals_carry_their_codes(app: APIFlask, engine: Engine) -> None:
    administrator = program(app, engine, Role.ADMINISTRATOR)

    codes = [
        administrator.post("/api/v1/carrier-accounts", json=ACCOUNT | changes).json["code"]  # type: ignore[index]  # It is JSON.
        for changes in ({"credentials": None}, {"host": "http://thief.example"}, {"carrier": "expeditors"})
    ]

    assert codes == ["credentials-missing", "bad-carrier-address", "no-live-labels"]


def test_a_replacement_that_the_carrier_makes_is_accepted_and_waited_for(
    app: APIFlask, engine: Engine, stand_in: StandIn, clock: Clock
) -> None:
    live = Live(engine, stand_in, now=clock.moment)
    live.enter(Carrier.UPS)
    units = ship(engine)
    live.print_them(units)
    support = program(app, engine, Role.SUPPORT)

    accepted = support.post(f"/api/v1/units/{units[0]}/replacement-label", json={"reason": "lost"})
    waiting = support.get("/api/v1/waiting-labels")
    live.work()

    assert accepted.status_code == 202
    assert accepted.json == waiting.json["items"][0]  # type: ignore[index]  # It is JSON.
    assert accepted.json["state"] == "wanted"
    assert support.get("/api/v1/waiting-labels").json == {"items": [], "next": None}
