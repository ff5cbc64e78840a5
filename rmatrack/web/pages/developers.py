"""The API for people who write programs: its OpenAPI description as a page of ours, with nothing from elsewhere."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from apiflask import APIFlask
from flask import Blueprint, current_app, render_template

from rmatrack.web.access import signed_in

bp = Blueprint("developers", __name__, url_prefix="/developers")

_KEPT = "api-operations"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation may answer: the status, the codes of its errors or a word about it, and an example."""

    status: str
    codes: Sequence[tuple[str, str]]
    text: str
    example: str

    @property
    def is_error(self) -> bool:
        """Say whether it is a refusal."""
        return self.status >= "4"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a program can ask for."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    permission: str
    parameters: Sequence[Mapping[str, Any]]
    body: str
    answers: Sequence[Answer]


@bp.get("")
@signed_in
def show() -> str:
    """Show everything a program can ask for, by subject."""
    app = cast(APIFlask, current_app)
    if _KEPT not in app.extensions:
        app.extensions[_KEPT] = operations_by_tag(cast(Mapping[str, Any], app.spec))
    return render_template("developers/show.html", subjects=app.extensions[_KEPT], about=app.description)


def operations_by_tag(description: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """Return the operations of an OpenAPI description under the subjects they belong to."""
    by_tag: dict[str, list[Operation]] = defaultdict(list)
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            by_tag[operation["tags"][0]].append(_operation(path, method, operation))
    return dict(sorted(by_tag.items()))


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", "").rpartition("Needs the permission")[0].strip(),
        permission=operation.get("x-permission", ""),
        parameters=operation["parameters"],
        body=_example(operation.get("requestBody", {})),
        answers=[_answer(status, answer) for status, answer in sorted(operation["responses"].items())],
    )


def _answer(status: str, answer: Mapping[str, Any]) -> Answer:
    if "x-codes" not in answer:
        return Answer(status, (), answer["description"], _example(answer))
    lines = (line.removeprefix("- ") for line in answer["description"].splitlines())
    return Answer(status, [_code_and_sentence(line) for line in lines], "", "")


def _code_and_sentence(line: str) -> tuple[str, str]:
    code, _, sentence = line.partition(": ")
    return code.strip("`"), sentence


def _example(holder: Mapping[str, Any]) -> str:
    """Return the example of a body, indented; nothing where it is a file."""
    body = holder.get("content", {}).get("application/json", {})
    return json.dumps(body["example"], indent=2, ensure_ascii=False) if "example" in body else ""
