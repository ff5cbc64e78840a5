"""Asking for devices once a trial runs, on a page: what is left comes first, and a limit is said at its field."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.parcels import ParcelRequest
from rmatrack.db.people import Person
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services.people import actor_of
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.trials.trying import DEVICES, Desk

ADDRESS = {
    "country": "NL",
    "recipient": "Wim Jansen",
    "phone": "+31 30 123 4567",
    "address_1": "Padualaan 97",
    "postal_code": "3584 CH",
    "city": "Utrecht",
}


@pytest.fixture
def trial(signed_in: SignIn, engine: Engine, policy: Policy) -> int:
    """A running trial of devices, none of which was shipped because the customer had them."""
    person = signed_in(Role.SALES_ADMIN)
    with writing(engine) as session:
        desk = Desk(session, policy, actor_of(session.get_one(Person, person.id)), NOON)
        return desk.start_new(services=DEVICES).trial.id


def asked_in(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(ParcelRequest.city)))


def test_what_is_left_is_shown_before_anything_is_typed(client: FlaskClient, trial: int) -> None:
    page = client.get(f"/trials/{trial}/devices").text

    assert page.index("What you may still have") < page.index("Which devices?")
    assert "5 devices at most" in page
    assert "20 more, this one included" in page
    assert "none: the customer has devices" in page
    assert 'value="NL" selected' in page or '<option selected value="NL">' in page


def test_devices_are_asked_for_and_the_trial_shows_it(client: FlaskClient, trial: int, engine: Engine) -> None:
    page = client.post(f"/trials/{trial}/devices", data={"models-CS-KIT-K9": "1", **ADDRESS}, follow_redirects=True)

    assert page.status_code == 200
    assert "The devices are asked for." in page.text
    assert "1 × CS-KIT-K9" in page.text
    assert "Request for devices" in page.text or "devices asked for" in page.text.lower()
    assert asked_in(engine) == ["Utrecht"]


def test_a_model_that_was_asked_for_is_off_the_list(client: FlaskClient, trial: int) -> None:
    client.post(f"/trials/{trial}/devices", data={"models-CS-KIT-K9": "1", **ADDRESS})

    page = client.get(f"/trials/{trial}/devices").text

    assert "had before in this trial" in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"models-CS-KIT-K9": "9"}, "an order holds"),
        ({"models-CS-KIT-K9": "many"}, "an order holds"),
        ({}, "Choose at least one device."),
        ({"models-CS-KIT-K9": "1", "recipient": ""}, "Recipient is missing. Fill it in."),
        ({"models-CS-KIT-K9": "1", "country": "AQ"}, "These devices are not shipped to Antarctica."),
        ({"models-CS-KIT-K9": "1", "country": ""}, ""),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    client: FlaskClient, trial: int, engine: Engine, said: dict[str, str], sentence: str
) -> None:
    page = client.post(f"/trials/{trial}/devices", data={**ADDRESS, **said})

    assert page.status_code in {409, 422}
    assert sentence in page.text
    assert 'value="Padualaan 97"' in page.text
    assert asked_in(engine) == []


def test_another_partner_s_trial_is_nothing(client: FlaskClient, trial: int, signed_in: SignIn) -> None:
    signed_in(Role.SALES_FULL_ADMIN, partner="Contoso Telecom", email="ada@contoso.example")

    for address in (f"/trials/{trial}/devices", "/trials/999999/devices"):
        assert client.get(address).status_code == 404
        assert client.post(address, data={"models-CS-KIT-K9": "1", **ADDRESS}).status_code == 404


def test_the_trial_tells_what_happened(client: FlaskClient, trial: int) -> None:
    client.post(f"/trials/{trial}/devices", data={"models-CS-KIT-K9": "1", **ADDRESS})

    page = client.get(f"/trials/{trial}").text

    history = page[page.index('id="timeline"') :]
    assert "Started" in history
    assert "active" in history
    assert "Webex Devices" in history
    assert "1 × CS-KIT-K9" in history
