"""What every request of a program must be before its route looks at it."""

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from rmatrack.web.identity import asks_api


def inspect() -> None:
    """Refuse a body in another content type than described, and texts that no database keeps."""
    if not asks_api() or request.endpoint is None:
        return
    if "\x00" in request.path or any(
        "\x00" in text for texts in request.args.lists() for text in (*texts[1], texts[0])
    ):
        raise BadRequest
    described = getattr(current_app.view_functions[request.endpoint], "_spec", {}).get("content_type")
    if described and request.mimetype != described:
        raise UnsupportedMediaType


def init_app(app: Flask) -> None:
    """Inspect every request of a program."""
    app.before_request(inspect)
