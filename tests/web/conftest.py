"""A browser without a window: it signs in as any role, and every page it gets must have manners."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from rmatrack.db.people import Person
from rmatrack.domain.people import Role
from tests.people import add_person
from tests.web.manners import complaints

SignIn = Callable[..., Person]


class MannerlyClient(FlaskClient):
    """Fails the test when a page forgets its manners."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html" and answer.status_code not in {301, 302, 303, 307, 308}:
            found = complaints(answer.text)
            assert not found, f"{answer.request.path}: {'; '.join(found)}"
        return answer


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """A stranger's browser. Tokens against forgery are not asked of it; a test of theirs turns them on."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = MannerlyClient
    return app.test_client()


@pytest.fixture
def signed_in(client: FlaskClient, engine: Engine) -> SignIn:
    """Sign the client in: `signed_in(Role.LOGISTICS)`, with more as `add_person` takes it."""

    def sign_in(role: Role, **more: Any) -> Person:
        person = add_person(engine, role, **more)
        with client.session_transaction() as session:
            session["person"] = person.id
            session["epoch"] = person.session_epoch
        return person

    return sign_in
