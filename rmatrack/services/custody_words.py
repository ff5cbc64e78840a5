"""A chain of custody in its reader's language: words, moments and values as that language writes them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from rmatrack.domain import history_words
from rmatrack.domain.errors import _
from rmatrack.domain.words import word
from rmatrack.letters.environment import locale_for
from rmatrack.services.instructions import catalogue
from rmatrack.services.timeline import FieldChange

_MOMENT = "d MMM y HH:mm:ss"
_FORGOTTEN = _("forgotten")
_WAS = _("%(new)s (was %(old)s)")


@dataclass(frozen=True, slots=True)
class Wording:
    """How one reader is told; `language` is `en` or `nl`."""

    language: str

    def say(self, message: str, **params: object) -> str:
        """Return *message* in the language, filled."""
        found = str(catalogue(self.language).gettext(message)) if message else ""
        return found % params if params else found

    def word(self, status: StrEnum) -> str:
        """Return our word for *status*."""
        return self.say(word(status))

    def utc(self, at: datetime) -> str:
        """Return a moment in UTC, to the second."""
        return f"{self._moment(at, UTC)} UTC"

    def local(self, at: datetime, zone: str) -> str:
        """Return a moment where the customer is, with the zone's name."""
        return f"{self._moment(at, ZoneInfo(zone))} {zone}"

    def day(self, value: date) -> str:
        """Return a day in full."""
        return format_date(value, "long", locale=locale_for(self.language))

    def country(self, code: str) -> str:
        """Return the name of a country."""
        return str(locale_for(self.language).territories.get(code, code))

    def change(self, change: FieldChange) -> str:
        """Return which field became what."""
        name = first_up(self.say(history_words.field(change.field)))
        old, new = self._value(change, change.old), self._value(change, change.new)
        return f"{name}: {self.say(_WAS, new=new or '–', old=old)}" if old else f"{name}: {new or '–'}"

    def _value(self, change: FieldChange, text: str | None) -> str:
        if text is None:
            return self.say(_FORGOTTEN) if change.was_forgotten else ""
        words = history_words.VALUES.get(change.field)
        known = next((each for each in words or () if each.value == text), None)
        if known is not None:
            return self.word(known)
        return self._as_day(text) if change.field.endswith("_on") else text

    def _as_day(self, text: str) -> str:
        try:
            return self.day(date.fromisoformat(text))
        except ValueError:
            return text

    def _moment(self, at: datetime, zone: tzinfo) -> str:
        return format_datetime(at.astimezone(zone).replace(tzinfo=None), _MOMENT, locale=locale_for(self.language))


def first_up(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
