"""An entry of the log in the reader's words."""

from datetime import date
from enum import StrEnum

from rmatrack.domain import history_words
from rmatrack.services.history_reading import Entry
from rmatrack.services.timeline import Happening
from rmatrack.web.dates import day
from rmatrack.web.languages import _, word


def subject(entry: Entry) -> str:
    """Return what an entry is about, such as "unit"."""
    return _(history_words.subject(entry.subject))


def tone(happening: Happening) -> str:
    """Return how a deed stands out: `good`, `bad`, `accent` or nothing."""
    return history_words.BAD if happening.outcome else history_words.tone(happening.subject, happening.deed)


def deed(entry: Entry) -> str:
    """Return what was done, such as "changed"."""
    return _(history_words.deed(entry.deed))


def field(entry: Entry) -> str:
    """Return which field changed; nothing where none did."""
    return _(history_words.field(entry.field)) if entry.field else ""


def value(entry: Entry, text: str | None) -> str:
    """Return an old or new value: statuses as words, dates as the reader's country writes them."""
    if text is None:
        return _("forgotten") if entry.was_forgotten else ""
    if words := history_words.VALUES.get(entry.field or ""):
        return _as_word(words, text)
    if words := history_words.LISTS.get(entry.field or ""):
        return ", ".join(_as_word(words, part) for part in text.split())
    return _as_day(text) if (entry.field or "").endswith("_on") else text


def _as_word(words: type[StrEnum], text: str) -> str:
    known = next((each for each in words if each.value == text), None)
    return word(known) if known else text


def _as_day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
