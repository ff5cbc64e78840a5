"""What one reading of the gun holds: a message with several fields, a list of serials, or a field with its identifier.

Data identifiers are those of ANSI MH10.8.2 (`S` serial, `1P` model, `Q` quantity), application identifiers those of
GS1 (`21` serial, `00` carton); messages are ISO/IEC 15434.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from rmatrack.domain.serials import is_cisco_style, normalise

_SCANNER_PREFIX = re.compile(r"\A\s*\][A-Za-z][0-9A-Za-z]")
_GS1_PREFIXES = ("]C1", "]d2", "]Q3", "]e0")
_MESSAGE = "[)>"
_SEPARATORS = re.compile(r"[\x1c-\x1f\x04]+")
_BETWEEN = re.compile(r"[\s,;|\x1c-\x1f\x04]+")
_DATA_FIELD = re.compile(r"(S|1P|30P|Q)(.+)", re.DOTALL)
_MODEL = re.compile(r"(?=.*[A-Z])[0-9A-Z][0-9A-Z/+._-]{2,39}", re.IGNORECASE)
_QUANTITY = re.compile(r"Q[0-9]{1,6}", re.IGNORECASE)
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^(]*)")
_FIXED_DIGITS = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
_LONG_IDENTIFIERS = ("240", "241", "250")
_FORMAT_OF_GS1, _FORMAT_OF_CARRIERS = "05", "01"


@dataclass(frozen=True, slots=True)
class Held:
    """What a reading holds: serials that it marks as such, in their order, and the model it names."""

    serials: tuple[str, ...] = ()
    model: str | None = None
    is_quantity: bool = False


def opened(raw: str, models: Container[str]) -> Held:
    """Return what *raw* holds; nothing, where it is one plain text. *models* are the product codes we know."""
    prefix = _SCANNER_PREFIX.match(raw)
    text = raw[prefix.end() :] if prefix else raw
    if _MESSAGE in text:
        return _message(text.split(_MESSAGE, 1)[1])
    if (prefix and prefix[0].strip() in _GS1_PREFIXES) or _BRACKETED.match(text):
        return _gs1(text)
    tokens = [token for token in _BETWEEN.split(text) if token]
    return _list(tokens, models) if len(tokens) > 1 else _field(text.strip(), models)


def codes_in(raw: str) -> set[str]:
    """Return every text in *raw* that may be a product code, so that those we know can be asked for at once."""
    text = _SCANNER_PREFIX.sub("", raw)
    words = {word.upper() for word in (text.strip(), *_BETWEEN.split(text)) if word}
    return words | {word.removeprefix("P") for word in words}


def is_plain(raw: str) -> bool:
    """Say whether *raw* is letters and digits alone, which holds no more than it shows."""
    return raw.isalnum()


def _message(text: str) -> Held:
    """Read the fields of a message; a gun may have dropped the separators before its format."""
    fields = [field for field in _SEPARATORS.split(text) if field]
    if not fields or fields[0] == _FORMAT_OF_CARRIERS:
        return Held()
    if fields[0] == _FORMAT_OF_GS1:
        return _of_elements(element for field in fields[1:] for element in _elements(field))
    found = [match for field in fields if (match := _DATA_FIELD.fullmatch(field))]
    models = [match[2].strip() for match in found if match[1] in {"1P", "30P"}]
    return Held(
        _each_once(match[2].strip() for match in found if match[1] == "S"),
        models[0] if models else None,
        any(match[1] == "Q" for match in found) and not models,
    )


def _gs1(text: str) -> Held:
    bracketed = [(match[1], match[2]) for match in _BRACKETED.finditer(text)]
    if bracketed:
        return _of_elements(bracketed)
    return _of_elements(element for field in _SEPARATORS.split(text) for element in _elements(field))


def _elements(field: str) -> Iterator[tuple[str, str]]:
    """Yield the elements of a field: those of fixed length stand together, one of any length ends it."""
    rest = field
    while len(rest) > 2:
        identifier = next((name for name in _LONG_IDENTIFIERS if rest.startswith(name)), rest[:2])
        value, length = rest[len(identifier) :], _FIXED_DIGITS.get(identifier)
        if length is None:
            yield identifier, value
            return
        yield identifier, value[:length]
        rest = value[length:]


def _of_elements(elements: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> Held:
    values = list(elements)
    models = [value.strip() for identifier, value in values if identifier in _LONG_IDENTIFIERS[:2]]
    return Held(
        _each_once(value.strip() for identifier, value in values if identifier == "21"), models[0] if models else None
    )


def _list(tokens: list[str], models: Container[str]) -> Held:
    """Read serials that stand one after another, perhaps with their model; anything else in between is no list."""
    serials: list[str] = []
    rest: list[str] = []
    for token in tokens:
        (serials if is_cisco_style(normalise(token)) else rest).append(token)
    others = [_field(token, models) for token in rest]
    if not serials or not all(other.model or other.is_quantity for other in others):
        return Held()
    return Held(_each_once(serials), next((other.model for other in others if other.model), None))


def _field(text: str, models: Container[str]) -> Held:
    upper = text.upper()
    if upper in models:
        return Held(model=upper)
    for identifier in ("30P", "1P"):
        if upper.startswith(identifier) and _MODEL.fullmatch(upper, len(identifier)):
            return Held(model=upper[len(identifier) :])
    if upper.startswith("P") and upper[1:] in models:
        return Held(model=upper[1:])
    return Held(is_quantity=_QUANTITY.fullmatch(upper) is not None)


def _each_once(texts: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
