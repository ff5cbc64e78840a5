"""What another partner has is answered as what nobody has, also by a program that sends everything a write asks for."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from apiflask import APIFlask
from sqlalchemy import Engine

from rmatrack.domain.people import PERMISSIONS, Role
from rmatrack.domain.policy import Policy
from tests.api.conftest import Program, program_of
from tests.people import add_person
from tests.web.ours import Ours, make

OF_PARTNERS = {
    "answer_id": "answer",
    "batch_id": "batch",
    "charge_id": "charge",
    "customer_id": "customer",
    "discrepancy_id": "discrepancy",
    "number": "order",
    "order": "order",
    "orders": "order",
    "photo_id": "photo",
    "pickup_id": "pickup",
    "request_id": "extension",
    "trial_id": "trial",
    "unit_id": "unit",
    "unit_ids": "unit",
    "units": "unit",
}
"""What a part of an address or of a body names."""
OF_LABELS = ("/api/v1/labels/", "/api/v1/parcels/")
ARGUMENT = re.compile(r"{(\w+)}")


@pytest.fixture
def database_kind() -> str:
    """Who sees what is one condition on both, and other tests try both."""
    return "sqlite"


def test_writes_about_anothers_are_answered_as_about_nobodys(app: APIFlask, engine: Engine, policy: Policy) -> None:
    theirs, nobodys = make(engine, policy), Ours()
    person = add_person(engine, Role.SALES_FULL_ADMIN, partner="Contoso Telecom")
    program = program_of(app, engine, person)

    asked = 0
    for path, method, body in writes(program):
        one, other = (answered(program, method, path, body, known) for known in (theirs, nobodys))
        assert one == other, f"{method} {path}"
        assert one[0] >= 400, f"{method} {path}"
        asked += 1

    assert asked >= 15


def writes(program: Program) -> list[tuple[str, str, dict[str, Any]]]:
    """Return every write that partners may do to something that has an owner, with the body of its example."""
    description: Any = program.get("/api/v1/openapi.json").json
    found = []
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            if method not in {"post", "put", "patch", "delete"}:
                continue
            content = list(operation.get("requestBody", {}).get("content", {}).values())
            body = content[0].get("example", {}) if content else {}
            names = {*ARGUMENT.findall(path), *body}
            if operation.get("x-permission") in PERMISSIONS[Role.SALES_FULL_ADMIN] and names & OF_PARTNERS.keys():
                found.append((path, method, body))
    return found


def answered(program: Program, method: str, path: str, body: dict[str, Any], known: Ours) -> tuple[int, str, list[str]]:
    """Return the answer's status, what it says without what was asked for, and its headers."""
    url = ARGUMENT.sub(lambda name: quote(named(name[1], path, known)), path)
    sent = {name: filled(name, value, path, known) for name, value in body.items()}
    answer = program.open(url, method=method.upper(), json=sent)
    text = answer.text
    for value in (known.order, known.label, *sent.values()):
        text = text.replace(str(value), "…") if isinstance(value, str) and value else text
    return answer.status_code, text, sorted(name for name, _value in answer.headers)


def named(name: str, path: str, known: Ours) -> str:
    if name == "number" and path.startswith(OF_LABELS):
        return known.label
    return str(getattr(known, OF_PARTNERS[name])) if name in OF_PARTNERS else "1"


def filled(name: str, value: Any, path: str, known: Ours) -> Any:
    """Return *value* of an example, or in its place what is *known* by that name."""
    if name not in OF_PARTNERS or (isinstance(value, list) and value and isinstance(value[0], dict)):
        return value
    what = getattr(known, OF_PARTNERS[name])
    return [what] if isinstance(value, list) else what
