"""An entry of the log in the reader's words."""

from datetime import date
from enum import StrEnum

from rmatrack.domain import history_words
from rmatrack.domain.discrepancies import ClosingReason, DiscrepancyType
from rmatrack.domain.labels import LabelState
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Role
from rmatrack.services.history_reading import Entry
from rmatrack.web.dates import day
from rmatrack.web.languages import _, word

_WORDS: dict[str, type[StrEnum]] = {
    "closing_reason": ClosingReason,
    "role": Role,
    "state": LabelState,
    "status": UnitStatus,
    "type": DiscrepancyType,
}


def subject(entry: Entry) -> str:
    """Return what an entry is about, such as "unit"."""
    return _(history_words.subject(entry.subject))


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
    words = _WORDS.get(entry.field or "")
    if words:
        known = next((each for each in words if each.value == text), None)
        return word(known) if known else text
    return _as_day(text) if (entry.field or "").endswith("_on") else text


def _as_day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
