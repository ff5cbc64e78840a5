"""Errors: a page for people in their language, problem+json for programs, and the headers of every answer."""

import pytest
from apiflask import APIFlask
from flask import json
from flask.testing import FlaskClient
from sqlalchemy import text

from rmatrack.domain.errors import BadInputError, ConflictError, NotAllowedError, NotFoundError, RmatrackError
from rmatrack.domain.people import Permission, Role
from rmatrack.web.access import allowed, public
from rmatrack.web.sessions import read_session
from tests.fixtures.pages import SignIn


def refuse_with(app: APIFlask, error: Exception, path: str = "/refused") -> None:
    @public
    def view() -> str:
        raise error

    app.add_url_rule(path, view_func=view, endpoint="refused")


@pytest.mark.parametrize(
    ("error", "status"),
    [(ConflictError(), 409), (BadInputError(), 422), (NotFoundError(), 404), (NotAllowedError(), 403)],
    ids=lambda value: str(getattr(value, "code", value)),
)
def test_the_family_of_an_error_decides_its_status(
    app: APIFlask, client: FlaskClient, error: RmatrackError, status: int
) -> None:
    refuse_with(app, error)

    answer = client.get("/refused")

    assert answer.status_code == status
    assert str(error) in answer.text


def test_a_program_gets_code_sentence_and_field(app: APIFlask, client: FlaskClient) -> None:
    refuse_with(app, BadInputError(field="serial"), "/api/v1/refused")

    answer = client.get("/api/v1/refused")

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert json.loads(answer.text) == {
        "type": "about:blank",
        "status": 422,
        "code": "bad-input",
        "message": "That cannot be done.",
        "field": "serial",
    }


def test_what_is_not_there_is_said_in_the_readers_language(client: FlaskClient) -> None:
    answer = client.get("/no-such-page", headers={"Accept-Language": "nl"})

    assert answer.status_code == 404
    assert '<html lang="nl-NL"' in answer.text
    assert "Hier is niets" in answer.text


def test_a_program_is_told_what_is_not_there(client: FlaskClient) -> None:
    answer = client.get("/api/v1/no-such-thing")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "not-found"


def test_a_method_that_is_not_taken_names_those_that_are(client: FlaskClient) -> None:
    answer = client.put("/sign-in")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_crash_tells_nothing_of_its_cause(app: APIFlask, client: FlaskClient) -> None:
    refuse_with(app, RuntimeError("the secret reason"))
    app.testing = False

    answer = client.get("/refused")

    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    assert "secret" not in answer.text


def test_a_part_of_a_page_gets_a_part(app: APIFlask, client: FlaskClient) -> None:
    refuse_with(app, ConflictError())

    answer = client.get("/refused", headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert "<html" not in answer.text


def test_every_answer_forbids_what_our_pages_never_do(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    headers = client.get("/account").headers

    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["Permissions-Policy"].startswith("camera=(self)")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_pages_own_files_are_kept_for_good(app: APIFlask, client: FlaskClient) -> None:
    with client.get(f"{app.static_url_path}/css/theme.css") as answer:
        kept = answer.cache_control

    assert kept.max_age == 31536000
    assert kept.immutable


def test_a_number_that_no_database_holds_is_answered_by_a_whole_page(
    app: APIFlask, client: FlaskClient, signed_in: SignIn
) -> None:
    @allowed(Permission.SCAN)
    def view() -> str:
        read_session().execute(text("SELECT CAST(:number AS BIGINT)"), {"number": 10**30})
        return "held"

    app.add_url_rule("/large", view_func=view, endpoint="large")
    signed_in(Role.LOGISTICS)

    answer = client.get("/large")

    assert answer.status_code == 400
    assert "That request could not be understood." in answer.text
    assert "/notifications" in answer.text


def test_keys_that_no_database_holds_are_nobodys(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    answer = client.post("/discrepancies/chosen", data={"discrepancy": "9" * 40, "deed": "close"})

    assert answer.status_code == 404
