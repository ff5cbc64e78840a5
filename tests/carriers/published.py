"""The carriers' own OpenAPI files, where they lie beside the checkout: what they say of a question as it was heard.

The product ships none of them. Point `CARRIER_SPECS` at a folder with `ups/*.yaml` and `dhl/*.yaml`, or keep such a
folder, `*/specs`, next to the checkout. Without them there is nothing to say, and nothing is found wrong.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator

from tests.carriers.stand_in import Heard

UPS_FILES = ("Shipping", "Pickup", "Tracking", "AddressValidation", "OAuthClientCredentials")
DHL_FILE = "dhl/mydhl-3.1.1.yaml"

FAULTS: dict[str, tuple[tuple[str, str, Any], ...]] = {
    "ups/Shipping.yaml": (
        (
            "Roadie's numbers and reference values are marked as required; one way to name the label is.",
            "LabelRecoveryRequest/required",
            ["Request"],
        ),
        (
            "The formats GIF, PDF and ZPL have three letters, not four.",
            "LabelRecovery_LabelSpecification_LabelImageFormat/properties/Code/minLength",
            3,
        ),
    ),
    "ups/Pickup.yaml": (
        (
            "A day written yyyyMMdd has eight characters, not four.",
            "PickupCreationRequest_PickupDateInfo/properties/PickupDate",
            {"type": "string", "minLength": 8, "maxLength": 8},
        ),
        (
            "A weight such as 10.9, the file's own example, has less than six characters.",
            "PickupCreationRequest_TotalWeight/properties/Weight/minLength",
            1,
        ),
    ),
}
"""What is wrong in the files themselves, in which schema, and what stands there instead.

Beside these: tabs are read as blanks, words such as NO and dates stay text, and `multipleOf` is left out, because 0.7
is no multiple of 0.001 for a machine.
"""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # Which one depends on the machine.
    """Reads only true and false as truth, and no dates."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def folder() -> Path | None:
    told = os.environ.get("CARRIER_SPECS")
    beside = [Path(told)] if told else Path(__file__).parents[3].glob("*/specs")
    return next((path for path in beside if (path / "ups").is_dir() or (path / "dhl").is_dir()), None)


@cache
def document(name: str) -> Mapping[str, Any] | None:
    """Return the file *name*, its faults mended; None where it is not here."""
    path = (folder() or Path()) / name
    if not path.is_file():
        return None
    loaded = yaml.load(path.read_text("utf-8").replace("\t", "  "), _Loader)  # noqa: S506  # It is a safe loader.
    for _why, where, instead in FAULTS.get(name, ()):
        *steps, last = where.split("/")
        parent = loaded["components"]["schemas"]
        for step in steps:
            parent = parent[step]
        assert last in parent
        parent[last] = instead
    mended: Mapping[str, Any] = without_multiples(loaded)
    return mended


def without_multiples(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: without_multiples(value) for key, value in node.items() if key != "multipleOf"}
    return [without_multiples(value) for value in node] if isinstance(node, list) else node


def problems(heard: Heard) -> list[str]:
    """Return what the carrier's files have against a question; nothing where they are not here."""
    found = _operation(heard)
    if isinstance(found, str):
        return [found]
    if found is None:
        return []
    spec, operation = found
    return [*_parameter_problems(spec, operation, heard), *_body_problems(spec, operation, heard)]


def schema_problems(spec: Mapping[str, Any], schema: Mapping[str, Any], body: Any) -> list[str]:
    """Return where *body* breaks *schema*, and which keys it has that no schema knows."""
    whole = {**schema, "components": spec.get("components", {})}
    broken = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in OAS30Validator(whole).iter_errors(body)]
    return broken + [f"{path}: unknown key" for path in unknown_keys(spec, schema, body)]


def unknown_keys(spec: Mapping[str, Any], schema: Mapping[str, Any], body: Any, path: str = "") -> Iterator[str]:
    """Yield the keys in *body* that *schema* does not name: UPS forbids none, so that a misspelt one would pass."""
    if isinstance(body, list):
        items: Mapping[str, Any] = next((part["items"] for part in _parts(spec, schema) if "items" in part), {})
        for place, value in enumerate(body):
            yield from unknown_keys(spec, items, value, f"{path}/{place}")
    if not isinstance(body, dict):
        return
    named: dict[str, Any] = {}
    for part in _parts(spec, schema):
        named.update(part.get("properties", {}))
    for key, value in body.items():
        if key not in named:
            yield f"{path}/{key}"
        else:
            yield from unknown_keys(spec, named[key], value, f"{path}/{key}")


def _parts(spec: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield all schemas that *schema* is put together from."""
    if "$ref" in schema:
        yield from _parts(spec, _referred(spec, schema["$ref"]))
        return
    yield schema
    for kind in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(kind, []):
            yield from _parts(spec, part)


def _operation(heard: Heard) -> tuple[Mapping[str, Any], Mapping[str, Any]] | str | None:
    """Return the document and operation that answer *heard*; a complaint where a present file knows none."""
    present = {name: found for name in _files(heard.path) if (found := document(name))}
    for spec in present.values():
        for template, operations in spec["paths"].items():
            if _matches(template, heard.path) and heard.method.lower() in operations:
                return spec, operations[heard.method.lower()]
    return f"no operation {heard.method} {heard.path}" if len(present) == len(_files(heard.path)) else None


def _files(path: str) -> Sequence[str]:
    return [f"ups/{name}.yaml" for name in UPS_FILES] if path.startswith(("/api/", "/security/")) else [DHL_FILE]


def _matches(template: str, path: str) -> bool:
    pattern = re.sub(r"\{deprecatedVersion\}", "v0", template)
    pattern = re.sub(r"\{[^}]*\}", "[^/]+", pattern)
    return re.fullmatch(f"(/api)?{pattern}", path) is not None


def _parameter_problems(spec: Mapping[str, Any], operation: Mapping[str, Any], heard: Heard) -> Iterator[str]:
    parameters = [_resolved(spec, parameter) for parameter in operation.get("parameters", [])]
    query = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
    yield from (f"query {name}: unknown" for name in heard.query if name not in query)
    headers = {name.lower(): [value] for name, value in heard.headers.items()}
    for parameter in parameters:
        name, place = parameter["name"], parameter["in"]
        given = heard.query.get(name) if place == "query" else headers.get(name.lower()) if place == "header" else []
        if given is None and parameter.get("required"):
            yield f"{place} {name}: missing"
        for value in given or []:
            yield from (f"{place} {name}: {error}" for error in _text_problems(parameter["schema"], value))


def _text_problems(schema: Mapping[str, Any], value: str) -> Iterator[str]:
    schema = schema.get("items", schema)
    if "enum" in schema and value not in {str(one).lower() for one in schema["enum"]} | set(schema["enum"]):
        yield f"{value} is none of {schema['enum']}"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{value} is too long"


def _body_problems(spec: Mapping[str, Any], operation: Mapping[str, Any], heard: Heard) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return ["a body where none belongs"] if heard.body else []
    return schema_problems(spec, next(iter(content.values()))["schema"], heard.body)


def _resolved(spec: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    return _referred(spec, node["$ref"]) if "$ref" in node else node


def _referred(spec: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    found: Any = spec
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found  # type: ignore[no-any-return]  # The path of a reference leads to a schema.


def samples(name: str, part: str) -> Iterator[tuple[str, str, Any]]:
    """Yield operation, status and value of each sample in the *part* (requests or answers) of a file that is here."""
    spec = document(name)
    for path, operations in (spec or {}).get("paths", {}).items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            bodies = operation.get("responses", {}) if part == "answers" else {"": operation.get("requestBody", {})}
            for status, body in bodies.items():
                for value in _examples(spec or {}, body):
                    yield f"{method.upper()} {path}", status, value


def _examples(spec: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Any]:
    for content in body.get("content", {}).values():
        for example in content.get("examples", {}).values():
            yield _resolved(spec, example)["value"]
        if "example" in content:
            yield content["example"]
