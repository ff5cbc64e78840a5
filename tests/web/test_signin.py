"""Signing in: who gets in, what others are told, and how guessing is slowed down."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.db.people import Person
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services import people, signing_in
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.people import add_person

PASSWORD = "correct horse battery"
PASSWORD_HASH = people.hashed(PASSWORD)


@pytest.fixture
def anouk(engine: Engine) -> Person:
    return add_person(engine, Role.LOGISTICS, email="anouk@example.com", password_hash=PASSWORD_HASH)


def sign_in(client: FlaskClient, **typed: Any) -> Any:
    return client.post("/sign-in", data={"email": "anouk@example.com", "password": PASSWORD, **typed})


def test_a_stranger_is_asked_to_sign_in_and_led_on(client: FlaskClient, anouk: Person) -> None:
    asked = client.get("/account?a=1")

    answer = sign_in(client, next="/account?a=1")

    assert asked.location == "/sign-in?next=/account?a%3D1"
    assert answer.location == "/account?a=1"
    assert client.get("/account").status_code == 200


def test_the_email_is_known_in_any_case(client: FlaskClient, anouk: Person) -> None:
    answer = sign_in(client, email=" Anouk@Example.com")

    assert answer.location == "/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", " /x"]
)
def test_signing_in_never_leads_elsewhere(client: FlaskClient, anouk: Person, elsewhere: str) -> None:
    answer = sign_in(client, next=elsewhere)

    assert answer.location == "/"


@pytest.mark.parametrize(
    "typed", [{"password": "wrong"}, {"email": "nobody@example.com"}], ids=["wrong password", "unknown e-mail"]
)
def test_whoever_does_not_get_in_is_told_the_same(client: FlaskClient, anouk: Person, typed: dict[str, str]) -> None:
    answer = sign_in(client, **typed)

    assert answer.status_code == 422
    assert "That e-mail and password do not belong together." in answer.text
    assert client.get("/account").status_code == 302


def test_a_closed_account_does_not_get_in(client: FlaskClient, engine: Engine, anouk: Person, clock: Clock) -> None:
    with writing(engine) as session:
        people.set_active(session, anouk.id, active=False, by=SYSTEM, now=clock())

    answer = sign_in(client)

    assert answer.status_code == 422


def test_guessing_is_slowed_down_even_for_the_right_password(client: FlaskClient, anouk: Person, clock: Clock) -> None:
    for _ in range(signing_in.TRIES_PER_ACCOUNT):
        sign_in(client, password="wrong")

    refused = sign_in(client)
    clock.advance(minutes=16)
    let_in = sign_in(client)

    assert refused.status_code == 429
    assert "Too many tries. Wait 15 minutes, then try again." in refused.text
    assert let_in.location == "/"


def test_getting_in_forgets_earlier_tries(client: FlaskClient, anouk: Person) -> None:
    for _ in range(3):
        for _ in range(signing_in.TRIES_PER_ACCOUNT - 1):
            sign_in(client, password="wrong")
        answer = sign_in(client)

        assert answer.location == "/"


def test_a_session_ends_when_the_account_is_closed(
    client: FlaskClient, signed_in: SignIn, engine: Engine, clock: Clock
) -> None:
    person = signed_in(Role.LOGISTICS)

    with writing(engine) as session:
        people.set_active(session, person.id, active=False, by=SYSTEM, now=clock())

    assert client.get("/account").status_code == 302


def test_changing_the_password_ends_the_other_sessions(client: FlaskClient, anouk: Person) -> None:
    other = client.application.test_client()
    sign_in(client)
    sign_in(other)

    answer = client.post(
        "/account/password",
        data={"current": PASSWORD, "password": "four words in a row", "again": "four words in a row"},
    )

    assert answer.location == "/account"
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"current": "wrong"}, "That is not your current password."),
        ({"password": "short", "again": "short"}, "Use at least 12 characters"),
        ({"again": "another one entirely"}, "The two new passwords differ."),
    ],
)
def test_a_new_password_is_refused_at_its_field(
    client: FlaskClient, anouk: Person, typed: dict[str, str], sentence: str
) -> None:
    sign_in(client)
    new = "four words in a row"

    answer = client.post("/account/password", data={"current": PASSWORD, "password": new, "again": new} | typed)

    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2  # In the summary, and at the field.


def test_signing_out_ends_the_session(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    client.post("/sign-out")

    assert client.get("/account").status_code == 302
