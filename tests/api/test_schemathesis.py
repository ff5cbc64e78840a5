"""Schemathesis against the whole API: whatever is sent, no crash, and no answer that is not described.

Most of what is sent has its described shape, and names things that there are.
"""

from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import Engine

from rmatrack.domain.people import PERMISSIONS
from rmatrack.domain.policy import Policy
from rmatrack.web.api.blueprints import BLUEPRINTS
from tests.api.conftest import Program, program_of
from tests.api.world import World, make_world

TRIED = 20
"""Requests to each operation; together they take about a minute. More of them found nothing more."""

MOSTLY = st.sampled_from([True, True, True, True, False])

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PARTS = [blueprint.name.removeprefix("api-") for blueprint in BLUEPRINTS if blueprint.name.startswith("api-")]


@pytest.fixture
def database_kind() -> str:
    """What is sent is the same for both, and the other tests try both."""
    return "sqlite"


@pytest.mark.parametrize("part", PARTS)
def test_whatever_is_sent_the_answer_is_described(app: APIFlask, engine: Engine, policy: Policy, part: str) -> None:
    world = make_world(app, engine, policy)

    for operation in operations_of(part, app):
        try_out(operation, world, caller(app, engine, world, operation))


def operations_of(part: str, app: APIFlask) -> list[Any]:
    """Return a part's operations: approve, cancel and close come last, so that the others find something to do."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    all_of_them: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]  # An error raises.
    found = {operation.definition.raw["operationId"]: operation for operation in all_of_them}
    names = sorted((name for name in found if name.startswith(f"{part}_")), reverse=True)
    assert names
    return [found[name] for name in names]


def try_out(operation: Any, world: World, program: Program) -> None:
    """Send an operation what it describes and what it does not."""

    @settings(
        max_examples=TRIED,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],  # What was sent before has changed the database: nothing can be sent again.
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests(operation, world))
    def ask(case: Case[Any]) -> None:
        response = case.call(headers={"Authorization": f"Bearer {program.secret}", "Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)
        assert_code_is_described(operation, response)

    ask()


def assert_code_is_described(operation: Any, response: Response) -> None:
    if response.status_code >= 400:
        described = operation.definition.raw["responses"][str(response.status_code)]["x-codes"]
        assert response.json()["code"] in described, f"{operation.label}: {response.status_code} {response.text}"


def caller(app: APIFlask, engine: Engine, world: World, operation: Any) -> Program:
    """Return a program of the first person who may ask this."""
    permission = operation.definition.raw.get("x-permission")
    person = next(
        person for role, person in world.people.items() if permission is None or permission in PERMISSIONS[role]
    )
    return program_of(app, engine, person)


@st.composite
def requests(draw: st.DrawFn, operation: Any, world: World) -> Case[Any]:
    """Make a request; where it has a body, often that of the example with one field another."""
    case: Case[Any] = draw(st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes(operation)]))
    for name in (case.path_parameters or {}).keys() & world.named.keys():
        if draw(MOSTLY):
            case.path_parameters[name] = draw(st.sampled_from(world.named[name]))
    if isinstance(case.body, dict) and draw(MOSTLY):
        other = draw(st.lists(st.sampled_from(sorted(case.body)), max_size=1)) if case.body else []
        case.body = right_body(draw, operation, world) | {name: case.body[name] for name in other}
    return case


def right_body(draw: st.DrawFn, operation: Any, world: World) -> dict[str, Any]:
    """Make the example's body with things that there are in it, and sometimes something else said."""
    content = operation.definition.raw["requestBody"]["content"].values()
    body: dict[str, Any] = dict(next(iter(content)).get("example", {}))
    for name in sorted(body.keys() & world.named.keys()):
        if not (isinstance(body[name], list) and isinstance(body[name][0], dict)):
            body[name] = draw(st.sampled_from(world.named[name]))
    sayable = sorted(body.keys() & world.said.keys())
    for name in draw(st.lists(st.sampled_from(sayable), max_size=2)) if sayable else ():
        body[name] = draw(st.sampled_from(world.said[name]))
    return body


def modes(operation: Any) -> list[GenerationMode]:
    """Return how requests are made: what takes nothing cannot be sent anything wrong."""
    takes = [*operation.iter_parameters(), *operation.body]
    wrong = [GenerationMode.NEGATIVE] if takes else []
    return [GenerationMode.POSITIVE, GenerationMode.POSITIVE, *wrong]
