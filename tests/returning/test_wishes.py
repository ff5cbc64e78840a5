"""A box outside the United States that lacks its label is asked for by a button, and logistics finds it on its list."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.answers import ReturnAnswer
from rmatrack.db.engine import reading, writing
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services.label_wishes import TooManyLabelWishesError, want_labels
from rmatrack.services.people import actor_of
from tests.api.conftest import program_of
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.labels.places import ship
from tests.labels.printing import print_them
from tests.people import add_person
from tests.returning.test_labels import PARTNER, TEXAS, order_of
from tests.returning.test_notes import LODZ

BUTTON = "Ask logistics for the labels"


def answers(engine: Engine) -> list[tuple[int, str, str]]:
    with reading(engine) as session:
        question = select(ReturnAnswer.unit_id, ReturnAnswer.kind, ReturnAnswer.state).order_by(ReturnAnswer.id)
        return [(unit_id, kind, state) for unit_id, kind, state in session.execute(question)]


def test_a_button_puts_the_missing_labels_on_the_work_list_once(
    client: FlaskClient, engine: Engine, signed_in: SignIn
) -> None:
    units = ship(engine, 2, LODZ)
    signed_in(Role.PARTNER_USER, partner=PARTNER)
    address = f"/orders/{order_of(engine, units[0])}/return"
    before = client.get(address).text

    page = client.post(f"{address}/wish", follow_redirects=True).text
    client.post(f"{address}/wish")

    assert BUTTON in before
    assert BUTTON not in page
    assert "Logistics is asked for 2 labels (" in page
    assert answers(engine) == [(unit_id, "label", "open") for unit_id in units]
    signed_in(Role.LOGISTICS)
    assert "needs a label" in client.get("/answers").text.lower()
    print_them(engine, units)
    assert client.post(f"{address}/wish").status_code == 409


def test_a_program_asks_too_and_nobody_else_does(app: APIFlask, engine: Engine) -> None:
    [abroad], [at_home] = ship(engine, 1, LODZ), ship(engine, 1, TEXAS)
    program = program_of(app, engine, add_person(engine, Role.PARTNER_USER, partner=PARTNER))
    stranger = program_of(app, engine, add_person(engine, Role.SALES_ADMIN, partner="Contoso Telecom"))
    address = f"/api/v1/orders/{order_of(engine, abroad)}/return/label-wishes"

    asked = program.post(address)
    refused = program.post(f"/api/v1/orders/{order_of(engine, at_home)}/return/label-wishes")

    assert asked.json
    assert [one["unit_id"] for one in asked.json["items"]] == [abroad]
    assert refused.json
    assert (refused.status_code, refused.json["code"]) == (409, "label-at-once")
    assert stranger.post(address).status_code == 404


def test_a_partner_asks_so_often_in_a_day(engine: Engine, policy: Policy) -> None:
    units = ship(engine, 1, LODZ)
    order, noor = order_of(engine, units[0]), actor_of(add_person(engine, Role.PARTNER_USER, partner=PARTNER))
    most = policy.terms.replacement_labels_per_unit_day

    def ask_and_lay_aside(days: int = 0) -> None:
        with writing(engine) as session:
            for one in want_labels(session, order, policy=policy, by=noor, now=NOON + timedelta(days=days)):
                one.state = "done"

    for _ in range(most):
        ask_and_lay_aside()

    with pytest.raises(TooManyLabelWishesError):
        ask_and_lay_aside()
    ask_and_lay_aside(days=1)
    assert len(answers(engine)) == most + 1
