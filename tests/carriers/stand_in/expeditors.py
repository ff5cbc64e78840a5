"""Expeditors' side of the line."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.carriers.samples import EXPEDITORS_CREDENTIALS
from tests.carriers.stand_in.heard import Heard

EVENT = {"code": "FRD", "time": "2026-11-24T10:00:00+11:00", "description": "Freight received", "origin": "SYD"}


@dataclass
class ExpeditorsBook:
    """Files with their references. Expeditors finds all references that begin with what is asked for."""

    tokens: set[str] = field(default_factory=set)
    files: dict[str, list[str]] = field(default_factory=dict)
    scans: dict[str, list[Any]] = field(default_factory=dict)
    """What is told of a file, instead of that its freight was received."""
    changed: set[str] | None = None
    """The files that changed lately; all, where nobody says."""

    def answer(self, heard: Heard) -> tuple[int, Any]:
        path = heard.path.removeprefix("/tracking/v2")
        if path == "/oauth2/token":
            if heard.headers.get("Authorization") != EXPEDITORS_CREDENTIALS.basic:
                return 401, {"error": "invalid_client", "error_description": "client is unknown"}
            token = uuid4().hex
            self.tokens.add(token)
            return 200, {"access_token": token, "token_type": "bearer", "expires_in": 900, "scope": "application"}
        if heard.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 401, {"error": "invalid_token", "error_description": "The token has ended"}
        return self._read(path.split("/")[1:], heard.query)

    def _read(self, path: list[str], query: Any) -> tuple[int, Any]:
        match path:
            case ["shipments"]:
                begins = query.get("ref", [""])[0]
                if begins and not begins.isalnum():
                    return 500, {"error": "server_error"}
                return 200, [
                    {"id": number, "status": "Booked"}
                    for number, references in self.files.items()
                    if any(reference.startswith(begins) for reference in references)
                    and (begins or self.changed is None or number in self.changed)
                ]
            case ["shipments", number, "references"] if number in self.files:
                return 200, [{"refType": "CR", "refNumber": reference} for reference in self.files[number]]
            case ["shipments", number, "events"] if number in self.files:
                return 200, self.scans.get(number) or [EVENT]
        return 404, {"error": "not_found", "error_description": "No such shipment"}
