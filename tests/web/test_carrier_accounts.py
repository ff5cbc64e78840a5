"""Carrier accounts: entered, changed, tried out, given numbers; their secrets go in and never come out."""

import logging

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.carrier_accounts import CarrierAccount
from rmatrack.db.engine import reading
from rmatrack.db.history import Event
from rmatrack.domain.people import Role
from tests.carriers.stand_in import StandIn
from tests.fixtures.pages import SignIn
from tests.live.conftest import stand_in

__all__ = ["stand_in"]

SECRET = "ups-secret-words"
UPS = {
    "carrier": "ups",
    "name": "UPS returns",
    "shipper_number": "a1b2c3",
    "country": "us",
    "source": "live",
    "user": "ups-key",
    "secret": SECRET,
}


@pytest.fixture
def administrator(signed_in: SignIn) -> None:
    """An administrator is signed in."""
    signed_in(Role.ADMINISTRATOR)


@pytest.mark.usefixtures("administrator")
def test_an_account_is_entered_and_its_secret_never_comes_out(
    client: FlaskClient, engine: Engine, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    entered = client.post("/carriers/new", data=UPS | {"host": stand_in.host}, follow_redirects=True)
    tried = client.post("/carriers/1/try", follow_redirects=True)

    with reading(engine) as session:
        account = session.scalars(select(CarrierAccount)).one()
        history = "".join(
            f"{event.field}{event.old}{event.new}{event.reason}" for event in session.scalars(select(Event))
        )
    everything = entered.text + tried.text + history + caplog.text + repr(vars(account)) + client.get("/carriers").text
    assert "UPS answers, and accepts the credentials." in tried.text
    assert (account.shipper_number, account.source, account.in_use) == ("A1B2C3", "live", True)
    assert "credentialsNonechanged" in history
    assert SECRET not in everything
    assert "ups-key" not in everything


@pytest.mark.usefixtures("administrator")
def test_wrong_credentials_are_told_in_the_carrier_s_name(client: FlaskClient, stand_in: StandIn) -> None:
    client.post("/carriers/new", data=UPS | {"host": stand_in.host, "secret": "another"})

    tried = client.post("/carriers/1/try", follow_redirects=True)

    assert "UPS does not accept our credentials." in tried.text
    assert "left alone" in tried.text


@pytest.mark.usefixtures("administrator")
def test_credentials_are_not_sent_to_another_address(client: FlaskClient) -> None:
    client.post("/carriers/new", data=UPS)

    refused = client.post("/carriers/1", data=UPS | {"host": "https://thief.example", "user": "", "secret": ""})

    assert refused.status_code == 422
    assert "enter the credentials again" in refused.text


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"host": "http://api.example.com"}, "begins with https://"),
        ({"user": "", "secret": ""}, "need credentials"),
        ({"carrier": "expeditors"}, "makes no labels for others"),
        ({"source": "range"}, "has not certified this account"),
        ({"source": "range", "certified": "y"}, "no block of numbers yet"),
        ({"name": ""}, "Enter a name"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(client: FlaskClient, changes: dict[str, str], sentence: str) -> None:
    refused = client.post("/carriers/new", data=UPS | changes)

    assert refused.status_code in {409, 422}
    assert sentence in refused.text


@pytest.mark.usefixtures("administrator")
def test_two_accounts_of_one_name_are_refused(client: FlaskClient) -> None:
    client.post("/carriers/new", data=UPS)

    assert "There is an account called UPS returns already." in client.post("/carriers/new", data=UPS).text


@pytest.mark.usefixtures("administrator")
def test_a_block_is_entered_and_warns_when_it_is_nearly_used_up(client: FlaskClient) -> None:
    client.post("/carriers/new", data=UPS | {"source": "specimen"})

    client.post("/carriers/1/block", data={"block-first": "1", "block-last": "100", "block-certified": "y"})

    page = client.get("/carriers/1")
    assert "100 numbers left" in page.text
    assert "Only 100 UPS numbers are left." in client.get("/carriers").text


@pytest.mark.usefixtures("administrator")
def test_one_account_of_a_carrier_is_in_use(client: FlaskClient, engine: Engine) -> None:
    client.post("/carriers/new", data=UPS)
    client.post("/carriers/new", data=UPS | {"name": "UPS sandbox"})

    client.post("/carriers/2/use")

    with reading(engine) as session:
        accounts = session.scalars(select(CarrierAccount).order_by(CarrierAccount.id))
        assert [account.in_use for account in accounts] == [False, True]


def test_only_administrators_have_these_pages(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    assert client.get("/carriers").status_code == 403
