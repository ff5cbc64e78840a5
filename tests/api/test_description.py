"""The OpenAPI description: every route is in it, whole, and what it promises is true."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from pydantic import BaseModel

from rmatrack.web.access import access_of
from rmatrack.web.api import shipments
from rmatrack.web.api.description import completed
from rmatrack.web.api.examples import example_of
from rmatrack.web.api.routes import refusals_of, takes_key

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
PREFIX = "/api/v1/"
CHANGE_NOTHING = {
    "addresses_check",
    "carrier-accounts_try_out",
    "discrepancies_preview",
    "find_demo_numbers",
    "find_read",
    "history_check",
}
"""Posted because they send much or take long; they write nothing, so that they need no key."""
BY_LINK = {"answers_answer_link", "links_answer_consent", "links_set_up", "links_show_interest"}
"""Done by whoever holds a signed link, each once by its nature; there is no person whose key it could be."""


@pytest.fixture
def database_kind() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def description(app: APIFlask) -> dict[str, Any]:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.json is not None
    described: dict[str, Any] = answer.json
    return described


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def routes(app: APIFlask) -> Iterator[tuple[str, str, Any]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX) and rule.endpoint != "openapi.spec":
            for method in METHODS & set(rule.methods or ()):
                path = re.sub(r"<(?:[^<:]+:)?([^>]+)>", r"{\1}", rule.rule)
                yield path, method.lower(), app.view_functions[rule.endpoint]


def test_every_route_is_described_and_nothing_else(app: APIFlask, description: dict[str, Any]) -> None:
    described = {(path, method) for path, method, _ in operations(description)}

    assert described == {(path, method) for path, method, _ in routes(app)}
    assert len(described) > 80


def test_it_is_openapi_31_with_one_way_to_sign_in(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"
    assert description["servers"] == [{"url": "/"}]
    (scheme,) = description["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_every_operation_says_who_may_and_what_it_refuses(app: APIFlask, description: dict[str, Any]) -> None:
    for path, method, view in routes(app):
        operation = description["paths"][path][method]
        access = access_of(view)
        answers = operation["responses"]

        assert access is not None
        assert operation["summary"], path
        assert operation["security"] == ([] if access.strangers else [{"token": []}]), path
        assert operation.get("x-permission") == (access.permission and access.permission.value), path
        assert access.permission is None or f"`{access.permission}`" in operation["description"], path
        assert ("401" in answers) is not access.strangers, path
        assert access.permission is None or "not-allowed" in answers["403"]["x-codes"], path
        assert "404" in answers or "{" not in path, path
        for error in refusals_of(view):
            assert any(error.code in answer.get("x-codes", ()) for answer in answers.values()), (path, error.code)


def test_every_error_is_a_problem_with_codes_and_an_example(description: dict[str, Any]) -> None:
    for path, _, operation in operations(description):
        for status, answer in operation["responses"].items():
            if status < "4":
                continue
            body = answer["content"]["application/problem+json"]
            assert body["schema"] == {"$ref": "#/components/schemas/Problem"}, path
            assert body["example"]["code"] == answer["x-codes"][0], path
            assert body["example"]["status"] == int(status), path
            assert "%(" not in answer["description"], path


def test_a_body_is_required_and_may_be_too_large_or_of_the_wrong_kind(description: dict[str, Any]) -> None:
    with_body = [operation for _, _, operation in operations(description) if "requestBody" in operation]

    assert len(with_body) > 12
    for operation in with_body:
        assert operation["requestBody"]["required"] is True
        assert {"400", "413", "415", "422"} <= operation["responses"].keys(), operation["operationId"]


def test_every_write_takes_an_idempotency_key(app: APIFlask, description: dict[str, Any]) -> None:
    for path, method, view in routes(app):
        operation = description["paths"][path][method]
        names = {parameter["name"] for parameter in operation["parameters"]}
        writes = method != "get" and operation["operationId"] not in CHANGE_NOTHING | BY_LINK

        assert takes_key(view) is writes, operation["operationId"]
        assert ("Idempotency-Key" in names) is writes, operation["operationId"]
        assert not writes or "idempotency-mismatch" in operation["responses"]["422"]["x-codes"]


def test_names_are_unique_and_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(description)]
    references = set(re.findall(r"'\$ref': '([^']+)'", str(description)))

    assert len(ids) == len(set(ids))
    assert references <= {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}


def test_shapes_of_one_name_are_one_shape() -> None:
    parent = {"properties": {"child": {"$ref": "#/components/schemas/Parent.Child"}}}
    schemas = {"Parent": parent, "Parent.Child": {"type": "string"}, "Page[Child]": {"type": "object"}}

    described = completed({"paths": {}, "components": {"schemas": schemas}}, {})["components"]["schemas"]

    assert described["Parent"] == {"properties": {"child": {"$ref": "#/components/schemas/Child"}}}
    assert described["Child"] == {"type": "string"}
    assert "Page_Child" in described


def test_no_two_shapes_share_a_short_name(app: APIFlask) -> None:
    shapes: dict[str, set[str]] = {}
    for blueprint in app.blueprints.values():
        module = __import__(blueprint.import_name, fromlist=["bp"])
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, BaseModel):
                shapes.setdefault(name, set()).add(f"{value.__module__}.{value.__qualname__}")

    assert {name: found for name, found in shapes.items() if len(found) > 1} == {}


def test_examples_have_the_shape_they_are_examples_of(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]

    example = example_of({"$ref": "#/components/schemas/ShipmentIn"}, schemas)

    assert shipments.ShipmentIn.model_validate(example)


def test_the_description_does_not_repeat_a_strangers_host_name(app: APIFlask) -> None:
    text = app.test_client().get("/api/v1/openapi.json", headers={"Host": "evil.example"}).text

    assert "evil.example" not in text
