"""The log of a trial in the reader's words: beside what every log has, statuses of trials."""

from rmatrack.domain.trials import TrialStatus
from rmatrack.services.history_reading import Entry
from rmatrack.web import history_texts
from rmatrack.web.history_texts import deed, field, subject, tone
from rmatrack.web.languages import word

__all__ = ["deed", "field", "subject", "tone", "value"]


def value(entry: Entry, text: str | None) -> str:
    """Return an old or new value."""
    if entry.field == "status" and text in set(TrialStatus):
        return word(TrialStatus(text))
    return history_texts.value(entry, text)
