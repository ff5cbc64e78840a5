"""Programs ask how an order comes back, and for new labels within the limits that pages have."""

from apiflask import APIFlask
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from tests.api.conftest import program_of
from tests.labels.places import ship
from tests.labels.printing import labels_of, print_them
from tests.people import add_person
from tests.returning.test_labels import PARTNER, TEXAS, add_requests, order_of, requests_of
from tests.returning.test_notes import LODZ


def test_a_program_learns_how_an_order_comes_back(app: APIFlask, engine: Engine) -> None:
    units = ship(engine, 2, LODZ)
    print_them(engine, units)
    program = program_of(app, engine, add_person(engine, Role.PARTNER_USER, partner=PARTNER))
    stranger = program_of(app, engine, add_person(engine, Role.SALES_ADMIN, partner="Contoso Telecom"))
    address = f"/api/v1/orders/{order_of(engine, units[0])}/return"

    told = program.get(address).json

    assert told
    assert (told["carrier"], told["with_label"], told["needs_papers"]) == ("dhl", False, False)
    assert [box["number"] for box in told["boxes"]] == [label.number for label in labels_of(engine, units)]
    assert stranger.get(address).status_code == stranger.get("/api/v1/orders/D9999999/return").status_code == 404


def test_a_program_of_a_partner_is_held_to_the_limits_too(app: APIFlask, engine: Engine, policy: Policy) -> None:
    units = ship(engine, 1, TEXAS)
    print_them(engine, units)
    program = program_of(app, engine, add_person(engine, Role.PARTNER_USER, partner=PARTNER))
    address = f"/api/v1/units/{units[0]}/replacement-label"
    first = program.post(address, json={"reason": "lost"})
    with writing(engine) as session:
        add_requests(session, units[0], policy.terms.replacement_labels_per_unit_day - 1)

    refused = program.post(address, json={"reason": "lost"})

    assert first.status_code == 201
    assert refused.status_code == 409
    assert refused.json
    assert refused.json["code"] == "too-many-labels-device"
    assert len(requests_of(engine)) == policy.terms.replacement_labels_per_unit_day
