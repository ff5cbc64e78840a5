"""Every route says what it asks of its caller, and is held to it."""

from apiflask import APIFlask
from flask.testing import FlaskClient

from rmatrack.domain.people import Role
from rmatrack.web.access import access_of
from tests.fixtures.pages import SignIn

OPEN_TO_STRANGERS = {
    "answering.file",
    "answering.give",
    "answering.labels",
    "answering.show",
    "api-answers.answer_link",
    "api-answers.labels_file",
    "api-answers.show_link",
    "api-links.answer_consent",
    "api-links.set_up",
    "api-links.show_consent",
    "api-links.show_interest",
    "api-links.show_set_up",
    "api-links.show_status",
    "calendar.feed",
    "consent.answer",
    "consent.show",
    "health.show",
    "notifications.bell",
    "openapi.spec",
    "preferences.language",
    "preferences.theme",
    "set_up_service.save",
    "set_up_service.show",
    "signin.show",
    "signin.sign_in",
    "signin.sign_out",
    "static",
    "status.interest",
    "status.say_interest",
    "status.show",
    "webhooks.knock",
}


def test_every_route_says_what_it_asks(app: APIFlask) -> None:
    silent = {endpoint for endpoint, view in app.view_functions.items() if access_of(view) is None}

    assert silent == set()


def test_only_these_routes_are_open_to_strangers(app: APIFlask) -> None:
    open_ones = {
        endpoint for endpoint, view in app.view_functions.items() if (access := access_of(view)) and access.strangers
    }

    assert open_ones - OPEN_TO_STRANGERS == set()


def test_a_route_that_says_nothing_answers_nobody(app: APIFlask, client: FlaskClient, signed_in: SignIn) -> None:
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")
    signed_in(Role.ADMINISTRATOR)

    answer = client.get("/forgotten")

    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_form_without_its_token_changes_nothing(app: APIFlask, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    app.config["WTF_CSRF_ENABLED"] = True

    answer = client.post("/sign-out")

    assert answer.status_code == 400
    assert "The page was open too long" in answer.text
    assert client.get("/account").status_code == 200
