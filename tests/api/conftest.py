"""Programs: clients of the API with a token of a person in any role."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from rmatrack.db.engine import writing
from rmatrack.db.people import Person
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Permission, Role
from rmatrack.services.tokens import issue_token
from tests.people import LONG_AGO, add_person


class Program(FlaskClient):
    """Sends its token, and JSON."""

    secret = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", **kwargs.pop("headers", {})}
        return super().open(*args, headers=headers, **kwargs)


MakeProgram = Callable[..., Program]


@pytest.fixture
def program(app: APIFlask, engine: Engine) -> MakeProgram:
    """Make a program: `program(Role.LOGISTICS)`; more by keyword, as `add_person` takes it."""

    def make(role: Role, *, scopes: frozenset[Permission] | None = None, **more: Any) -> Program:
        return program_of(app, engine, add_person(engine, role, **more), scopes=scopes)

    return make


def program_of(
    app: APIFlask, engine: Engine, person: Person, *, scopes: frozenset[Permission] | None = None
) -> Program:
    """Return a program of *person*, with all that the person may do or with *scopes* only."""
    granted = PERMISSIONS[Role(person.role)] if scopes is None else scopes
    with writing(engine) as session:
        _, secret = issue_token(session, person.id, "test", granted, by=SYSTEM, now=LONG_AGO)
    client = Program(app, use_cookies=False)
    client.secret = secret
    return client


SHIPMENT = {
    "number": "D4100201",
    "shipped_on": "2026-09-01",
    "partner": "Noordzee Networks",
    "customer": "University of Texas at Austin",
    "org_id": "7b982ff1-3ad8-432f-8e23-67c3a5464623",
    "admin_email": "admin@utexas.example",
    "recipient": "IT Service Desk",
    "phone": "+1 512 555 0142",
    "address_1": "110 Inner Campus Drive",
    "city": "Austin",
    "state": "TX",
    "postal_code": "78705",
    "country": "US",
    "trial_expires_on": "2026-12-01",
    "units": [
        {"model": "CP-8845-K9", "serial": "FOC21213GKV", "eula_expires_on": "2026-11-01"},
        {"model": "CP-8845-K9", "serial": "FOC21213GKW", "eula_expires_on": "2026-11-30"},
    ],
}
"""A demo order of two units, one overdue at the tests' noon and one not due yet."""


def ship(program: Program, **other: Any) -> TestResponse:
    """Record the shipment, with some fields another."""
    return program.post("/api/v1/shipments", json={**SHIPMENT, **other})
