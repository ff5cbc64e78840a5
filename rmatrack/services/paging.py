"""A place in a sorted list as a short text for a URL, and back."""

import base64
import binascii
import json
from datetime import date, datetime
from typing import Any

from rmatrack.db.due import Order, Place


def place_text(order: Order, row: Any) -> str:
    """Return the place of *row*, which has an attribute for each of the order's columns."""
    values = [getattr(row, name) for name in order.names]
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, ensure_ascii=False).encode()).decode().rstrip("=")


def place_from(order: Order, text: str, *, back: bool) -> Place | None:
    """Return the place that *text* names; None where it names none, so that the list begins at its top."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        values = [_typed(key.type.python_type, value) for key, value in zip(order.keys, plain, strict=True)]
    except (binascii.Error, ValueError, TypeError):
        return None
    return Place(tuple(values), back)


def _typed(kind: type, value: Any) -> object:
    if kind in {date, datetime}:
        return datetime.fromisoformat(value) if kind is datetime else date.fromisoformat(value)
    if type(value) is not kind:
        raise ValueError(value)
    return value
