"""What a carrier's answer says, reached step by step; what is missing raises `UnreadableError`."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

from carriers.errors import UnreadableError

Json = Any
"""What a JSON text holds. Carriers change their minds about shapes, so nothing more is promised."""


def text(body: Json, *path: str) -> str:
    """Return the words at the end of *path*; a number counts as its digits."""
    found = optional(body, *path)
    if not found:
        raise UnreadableError(what="/".join(path))
    return found


def optional(body: Json, *path: str) -> str:
    """Return the words at the end of *path*, of several the first, or nothing."""
    found = below(body, *path)
    if isinstance(found, list):
        found = found[0] if found else None
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found).strip()


def many(body: Json, *path: str) -> list[Json]:
    """Return what stands at the end of *path* as a list: carriers write one of something without brackets."""
    found = below(body, *path)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def below(body: Json, *path: str) -> Json:
    """Return what stands at the end of *path*, or None; of a list on the way the first."""
    for step in path:
        if isinstance(body, list):
            body = body[0] if body else None
        if not isinstance(body, dict):
            return None
        body = body.get(step)
    return body


def file(body: Json, *path: str) -> bytes:
    """Return the bytes of the file that stands at the end of *path* in base 64."""
    try:
        return b64decode(text(body, *path), validate=True)
    except NotBase64:
        raise UnreadableError(what="/".join(path)) from None
