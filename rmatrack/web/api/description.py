"""The OpenAPI description, completed from what each route says: permission, errors with codes, keys and examples."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, cast

from apiflask import APIFlask

from carriers.kinds import KINDS
from rmatrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RmatrackError
from rmatrack.services.idempotency import LONGEST_KEY, KeyMismatchError, KeyShapeError
from rmatrack.web.access import Access, NotSignedInError, access_of
from rmatrack.web.api.examples import example_of
from rmatrack.web.api.routes import refusals_of, takes_key
from rmatrack.web.api.shapes import Problem
from rmatrack.web.errors import status_of_family
from rmatrack.web.idempotency import KEY_HEADER, REPLAYED_HEADER

Json = dict[str, Any]
View = Callable[..., Any]

TOKEN = "token"  # noqa: S105  The name of the security scheme.
SECURITY_SCHEMES = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of yours, made on the page “API tokens”. It may do what you may, or less.",
    }
}
DESCRIPTION = """\
Whatever the pages do, for programs. Send `Authorization: Bearer` and a token.

Errors are `application/problem+json` with a stable `code`, a `message` in the language of `Accept-Language` (en, nl)
and the `field` it concerns. What is not yours is answered like what is not there.

A write that carries an `Idempotency-Key` is done once: sent again, it is answered as before, with
`Idempotency-Replayed: true`; a twin on its way waits. A request that was refused may be sent again under its key."""

_PARAMETER = re.compile(r"<(?:[^<:]+:)?([^>]+)>")
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")

_SHAPE_ERRORS: dict[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.BAD_REQUEST: ("bad-request", "That request could not be understood."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too-large", "That is more than can be taken at once."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("wrong-content-type", "The body has another content type than described."),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("bad-input", "A field does not have the described shape; `errors` names each."),
}


def init_app(app: APIFlask) -> None:
    """Serve a description that leaves nothing out."""
    app.config.update(AUTO_OPERATION_ID=True, AUTO_404_RESPONSE=False, AUTO_VALIDATION_ERROR_RESPONSE=False)
    app.config["SECURITY_SCHEMES"] = SECURITY_SCHEMES
    app.description = DESCRIPTION
    app.servers = [{"url": "/"}]
    app.spec_processor(lambda description: completed(cast(Json, description), _views(app)))


def completed(description: Json, views: dict[tuple[str, str], View]) -> Json:
    """Return the description with everything that APIFlask does not know; *views* by path and method."""
    description = _with_short_names(description)
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    if "Carrier" in schemas:
        schemas["Carrier"]["enum"] = [carrier.value for carrier in KINDS]
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            _complete(operation, views[path, method], schemas)
    return description


def _views(app: APIFlask) -> dict[tuple[str, str], View]:
    return {
        (_PARAMETER.sub(r"{\1}", rule.rule), method.lower()): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _with_short_names(description: Json) -> Json:
    """Return the description with `Parent.Child` called `Child`: one shape has one name, whoever holds it."""
    text = json.dumps(description)
    for name in description.get("components", {}).get("schemas", {}):
        text = text.replace(f'"{name}"', f'"{_short(name)}"').replace(f'/schemas/{name}"', f'/schemas/{_short(name)}"')
    short: Json = json.loads(text)
    return short


def _short(name: str) -> str:
    """Return the last part of a name; what is generic is told apart by what it holds: `Page_Order`."""
    return name.rpartition(".")[2].replace("[", "_").replace("]", "")


def _complete(operation: Json, view: View, schemas: Json) -> None:
    access = access_of(view) or Access()
    operation["operationId"] = _operation_id(operation["operationId"])
    operation["security"] = [] if access.strangers else [{TOKEN: []}]
    if access.permission:
        operation["x-permission"] = access.permission.value
        operation["description"] = "\n\n".join(
            filter(None, [operation.get("description"), f"Needs the permission `{access.permission}`."])
        )
    if takes_key(view):
        _add_key(operation)
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
        _add_examples(operation["requestBody"]["content"], schemas)
    for answer in operation["responses"].values():
        _add_examples(answer.get("content", {}), schemas)
    for status, lines in sorted(_errors_of(operation, view, access).items()):
        operation["responses"][str(int(status))] = _error_answer(status, lines)


def _operation_id(endpoint: str) -> str:
    """Return `orders_show` for `get_api-orders_show`."""
    return endpoint.partition("_")[2].removeprefix("api-")


def _add_key(operation: Json) -> None:
    operation["parameters"].append(
        {
            "name": KEY_HEADER,
            "in": "header",
            "required": False,
            "description": "Sent twice under one key, a request is done once.",
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
            "example": "5b9dbd43-5f5b-4a3e-9d3c-0b6f1a2f7c11",
        }
    )
    for answer in operation["responses"].values():
        answer["headers"] = {
            REPLAYED_HEADER: {"description": "`true` where this answer was given before.", "schema": {"type": "string"}}
        }


def _add_examples(content: Json, schemas: Json) -> None:
    for kind, body in content.items():
        if kind == "application/json" and "schema" in body and "example" not in body:
            body["example"] = example_of(body["schema"], schemas)


def _errors_of(operation: Json, view: View, access: Access) -> dict[HTTPStatus, list[tuple[str, str]]]:
    """Return code and sentence of each error, by status."""
    errors: dict[HTTPStatus, list[tuple[str, str]]] = defaultdict(list)
    for status in _shape_statuses(operation):
        errors[status].append(_SHAPE_ERRORS[status])
    for error in (*_usual_errors(operation, view, access), *refusals_of(view)):
        line = (error.code, _PLACEHOLDER.sub(r"{\1}", error.message))
        if line not in errors[status_of_family(error)]:
            errors[status_of_family(error)].append(line)
    return errors


def _shape_statuses(operation: Json) -> Iterator[HTTPStatus]:
    yield HTTPStatus.BAD_REQUEST
    if "requestBody" in operation:
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    if "requestBody" in operation or any(each["in"] == "query" for each in operation["parameters"]):
        yield HTTPStatus.UNPROCESSABLE_ENTITY


def _usual_errors(operation: Json, view: View, access: Access) -> Iterator[type[RmatrackError]]:
    if not access.strangers:
        yield NotSignedInError
    if access.permission:
        yield NotAllowedError
    if any(each["in"] == "path" for each in operation["parameters"]):
        yield NotFoundError
    if takes_key(view):
        yield from (ConflictError, KeyShapeError, KeyMismatchError)


def _error_answer(status: HTTPStatus, lines: list[tuple[str, str]]) -> Json:
    code, message = lines[0]
    return {
        "description": "\n".join(f"- `{code}`: {message}" for code, message in lines),
        "x-codes": [code for code, _ in lines],
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": {
                    "type": "about:blank",
                    "status": int(status),
                    "code": code,
                    "message": message,
                    "field": None,
                },
            }
        },
    }
