"""What errors and reasons say, in the reader's language."""

from datetime import date
from enum import StrEnum

from babel.numbers import format_decimal

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.sentences import Sentence, Several
from rmatrack.web.dates import day
from rmatrack.web.languages import _, current_locale, word
from rmatrack.web.places import country


def say(told: RmatrackError | Sentence) -> str:
    """Return the sentence: dates, numbers and countries as the reader's country writes them, statuses as words."""
    if not told.params:
        return _(told.message)
    return _(told.message, **{name: _named(name, value) for name, value in told.params.items()})


def _named(name: str, value: object) -> str:
    return country(str(value)) if name == "country" else _written(value)


def _written(value: object) -> str:
    match value:
        case StrEnum():
            return word(value)
        case bool():
            return str(value)
        case int():
            return str(format_decimal(value, locale=current_locale()))
        case date():
            return day(value)
        case Sentence():
            return say(value)
        case Several():
            return ", ".join(word(each) for each in value)
    return str(value)
