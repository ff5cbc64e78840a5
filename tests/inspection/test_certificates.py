"""A wipe certificate looked up by its number, or by the serial of the device; by whoever may see that device."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.domain.inspection import WipeMethod
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.inspection_wipes import Wipe, certify_wipes
from tests.api.conftest import program_of
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.inspection.bench import ONE, ROOM, TWO, receive
from tests.people import add_person


@pytest.fixture
def numbers(engine: Engine) -> list[str]:
    """Two certificates of one device, the later one holding."""
    unit = receive(engine, [ONE, TWO], model=ROOM)[ONE]
    with writing(engine) as session:
        wipes = [
            Wipe(method=method, operator="Dana Dock", wiped_at=NOON + timedelta(minutes=place))
            for place, method in enumerate((WipeMethod.FACTORY_RESET, WipeMethod.ERASED))
        ]
        return [certify_wipes(session, [unit], wipe, by=SYSTEM, now=NOON)[0].number for wipe in wipes]


def test_a_number_leads_to_its_certificate(client: FlaskClient, signed_in: SignIn, numbers: list[str]) -> None:
    signed_in(Role.SUPPORT)

    page = client.get(f"/wipes?q= {numbers[0].lower()} ", follow_redirects=True).text

    assert ONE in page
    assert "factory reset" in page
    assert "A later certificate holds for this device now:" in page
    assert "A later certificate" not in client.get(f"/wipes/{numbers[1]}").text


def test_a_serial_finds_all_its_certificates(client: FlaskClient, signed_in: SignIn, numbers: list[str]) -> None:
    signed_in(Role.LOGISTICS)

    page = client.get(f"/wipes?q={ONE}").text
    none = client.get(f"/wipes?q={TWO}").text

    assert page.index(numbers[1]) < page.index(numbers[0])
    assert f"No wipe certificate has the number {TWO}" in none


def test_programs_look_certificates_up_too(app: APIFlask, engine: Engine, numbers: list[str]) -> None:
    own = program_of(app, engine, add_person(engine, Role.PARTNER_USER, partner="Northwind"))
    other = add_person(engine, Role.PARTNER_USER, partner="Somebody Else", email="other@example.com")
    stranger = program_of(app, engine, other)

    one = own.get(f"/api/v1/wipes/{numbers[0]}").get_json()
    found = own.get(f"/api/v1/wipes?q={ONE}").get_json()["items"]
    theirs = [stranger.get(f"/api/v1/wipes/{number}").get_json()["code"] for number in (numbers[0], "W9999990")]

    assert (one["serial"], one["method"], one["holds"]) == (ONE, "factory-reset", numbers[1])
    assert [each["number"] for each in found] == numbers[::-1]
    assert theirs == ["not-found", "not-found"]
    assert stranger.get(f"/api/v1/wipes?q={ONE}").get_json()["items"] == []
