"""The catalogue page: an administrator adds and changes models, others look, wrong facts are refused at their field."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.catalogue import Model
from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services.setup import prepare
from tests.api.conftest import program_of
from tests.fixtures.pages import SignIn
from tests.people import add_person

FACTS: Mapping[str, str] = {
    "name": "Room Kit", "family": "room-system", "weight_kg": "7.6", "net_kg": "", "length_mm": "760",
    "width_mm": "230", "height_mm": "210", "made_in": "MX", "hs_code": "8517.62", "value": "4900", "currency": "usd",
}  # fmt: skip


@pytest.fixture(autouse=True)
def models(engine: Engine, policy: Policy) -> None:
    """The catalogue as it begins."""
    with writing(engine) as session:
        prepare(session, policy)


def model(engine: Engine, number: str) -> Model:
    with reading(engine) as session:
        return session.get_one(Model, number)


def test_an_administrator_adds_a_model_that_customs_know(
    engine: Engine, client: FlaskClient, signed_in: SignIn
) -> None:
    signed_in(Role.ADMINISTRATOR)

    page = client.post("/catalogue/new", data={**FACTS, "number": "cs-new-k9"}, follow_redirects=True)
    again = client.post("/catalogue/new", data={**FACTS, "number": "CS-NEW-K9"})

    assert "CS-NEW-K9 is added to the catalogue." in page.text
    assert (model(engine, "CS-NEW-K9").hs_code, model(engine, "CS-NEW-K9").currency) == ("851762", "USD")
    assert again.status_code == 409
    assert "is in the catalogue already" in again.text


def test_each_changed_fact_is_in_the_history(engine: Engine, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.ADMINISTRATOR)

    client.post("/catalogue/CS-KIT-K9", data={**FACTS, "value": "5100", "version": "1"})

    assert model(engine, "CS-KIT-K9").value == Decimal(5100)
    with reading(engine) as session:
        changed = session.scalars(select(Event).where(Event.subject == "model")).all()
    assert [(each.field, each.old, each.new) for each in changed] == [("value", "4900", "5100")]


def test_who_looked_before_somebody_else_saved_is_told(engine: Engine, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.ADMINISTRATOR)
    client.post("/catalogue/CS-KIT-K9", data={**FACTS, "value": "5100", "version": "1"})

    late = client.post("/catalogue/CS-KIT-K9", data={**FACTS, "value": "5200", "version": "1"})

    assert late.status_code == 409
    assert model(engine, "CS-KIT-K9").value == Decimal(5100)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"hs_code": "85"}, "An HS code has 6 to 10 digits"),
        ({"weight_kg": "0"}, "A box weighs more than 0"),
        ({"width_mm": "9000"}, "each side is 1 to 5000 mm"),
        ({"net_kg": "8"}, "not more than the packed box"),
        ({"value": "-1"}, "an amount from 0 to 1 million"),
        ({"currency": "€"}, "A currency has three letters"),
        ({"name": " "}, "Enter what people call this model."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    client: FlaskClient, signed_in: SignIn, wrong: Mapping[str, str], sentence: str
) -> None:
    signed_in(Role.ADMINISTRATOR)

    page = client.post("/catalogue/CS-KIT-K9", data={**FACTS, **wrong, "version": "1"})

    assert page.status_code == 422
    assert sentence in page.text


def test_what_customs_still_ask_is_shown_in_the_list(engine: Engine, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.ADMINISTRATOR)
    client.post("/catalogue/CS-KIT-K9", data={**FACTS, "value": "0", "made_in": "", "version": "1"})

    page = client.get("/catalogue").text

    assert "Missing for customs:" in page
    assert "country of manufacture, value" in page


def test_others_see_it_and_change_nothing(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    assert "CS-KIT-K9" in client.get("/catalogue").text
    assert client.get("/catalogue/CS-KIT-K9").status_code == 403


def test_a_program_keeps_the_catalogue_too(engine: Engine, app: APIFlask) -> None:
    office = program_of(app, engine, add_person(engine, Role.ADMINISTRATOR))
    body = {**FACTS, "net_kg": None, "length_mm": 760, "width_mm": 230, "height_mm": 210}

    added = office.post("/api/v1/models", json={**body, "number": "CS-NEW-K9"})
    changed = office.put("/api/v1/models/CS-NEW-K9", json={**body, "made_in": ""})
    refused = office.put("/api/v1/models/CS-NEW-K9", json={**body, "hs_code": "1"})

    assert (added.status_code, changed.status_code) == (201, 200)
    assert changed.json is not None
    assert changed.json["missing"] == ["made-in"]
    assert refused.json is not None
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "bad-hs-code", "hs_code")
