"""What a request that does not have its described shape is told, field by field and in the reader's language."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from rmatrack.domain.errors import _
from rmatrack.web import languages

_SENTENCES: dict[str, str] = {
    "missing": _("This field is missing."),
    "extra_forbidden": _("There is no such field. Check its spelling."),
    "string_type": _("This must be a text."),
    "string_too_short": _("This must not be empty."),
    "string_too_long": _("This is too long. At most %(max_length)s characters fit."),
    "string_unstorable": _("This holds a character that cannot be kept (U+0000)."),
    "string_pattern_mismatch": _("This does not have the described form."),
    "int_type": _("This must be a whole number."),
    "int_parsing": _("This must be a whole number."),
    "bool_type": _("This must be true or false."),
    "bool_parsing": _("This must be true or false."),
    "list_type": _("This must be a list."),
    "too_short": _("This list must not be empty."),
    "too_long": _("This list is too long. Send at most %(max_length)s at once."),
    "enum": _("This must be one of %(expected)s."),
    "literal_error": _("This must be one of %(expected)s."),
    "greater_than_equal": _("This must be at least %(ge)s."),
    "less_than_equal": _("This must be at most %(le)s."),
    "date_type": _("This must be a date such as 2026-11-28."),
    "date_from_datetime_parsing": _("This must be a date such as 2026-11-28."),
    "date_parsing": _("This must be a date such as 2026-11-28."),
    "datetime_type": _("This must be a moment with its zone, such as 2026-11-28T09:30:00Z."),
    "datetime_parsing": _("This must be a moment with its zone, such as 2026-11-28T09:30:00Z."),
    "datetime_from_date_parsing": _("This must be a moment with its zone, such as 2026-11-28T09:30:00Z."),
    "timezone_aware": _("This must be a moment with its zone, such as 2026-11-28T09:30:00Z."),
    "model_type": _("This must be an object with fields."),
    "model_attributes_type": _("This must be an object with fields."),
    "dict_type": _("This must be an object with fields."),
}
_OTHERWISE = _("This does not have the described form.")


def field_problems(error: ValidationError) -> list[dict[str, str]]:
    """Return the path and the sentence of each field that is wrong, in the order of the request."""
    return [
        {"field": ".".join(str(step) for step in each["loc"]), "message": _sentence(each)}
        for each in error.errors(include_url=False, include_input=False)
    ]


def _sentence(each: Mapping[str, Any]) -> str:
    told = each.get("ctx", {})
    try:
        return languages._(_SENTENCES.get(each["type"], _OTHERWISE), **told)
    except KeyError:
        return languages._(_OTHERWISE)
