"""Serial numbers: the key two sightings of one device share, and what a serial says about itself (SPEC D-8, D-9)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, NewType

from rmatrack.domain.errors import _
from rmatrack.domain.sentences import Sentence

SerialKey = NewType("SerialKey", str)
"""A serial as we compare and index it; only `normalise` makes one."""

_PLAIN = re.compile(r"[0-9A-Z]+")
_SCANNER_PREFIX = re.compile(r"\A(?:\][A-Z][0-9A-Z])+")
_DROPPED = {"Pd", "Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Mc", "Me", "Zs", "Zl", "Zp"}
_MINUS = "\u2212"

_CISCO_STYLE = re.compile(r"[A-Z]{3}[0-9]{2}(?:0[1-9]|[1-4][0-9]|5[0-3])[0-9A-HJ-NP-Z]{4}")
_CISCO_SHAPED = re.compile(r"[0-9A-Z]{3}[0-9IO]{4}[0-9A-Z]{4}")
_DATA_IDENTIFIER = "S"
_TO_DIGITS = str.maketrans("OI", "01")
_TO_LETTERS = str.maketrans("01", "OI")
_FIRST_YEAR = 1996
_LAST_WEEK = 53


class YearWeek(NamedTuple):
    """A week of manufacture; compares by time."""

    year: int
    week: int


def normalise(raw: str) -> SerialKey:
    """Return the key of a serial as seen: upper case, without blanks, dashes, control characters or scanner prefixes.

    The data identifier `S` goes only where it stands before a complete Cisco-style serial, because real serials
    begin with an S too (`SAL1819S6LU`).
    """
    key = raw if _PLAIN.fullmatch(raw) else _SCANNER_PREFIX.sub("", _visible(raw))
    if key.startswith(_DATA_IDENTIFIER) and _CISCO_STYLE.fullmatch(key, 1):
        key = key[1:]
    return SerialKey(key)


def _visible(raw: str) -> str:
    """Return *raw* in capitals, without what no eye sees and no serial is told apart by."""
    text = unicodedata.normalize("NFKC", raw).upper()
    kept = "".join(c for c in text if unicodedata.category(c) not in _DROPPED and c != _MINUS)
    return unicodedata.normalize("NFKC", kept)


def is_cisco_style(key: str) -> bool:
    """Say whether *key* reads LLLYYWWSSSS: week 01 to 53, neither I nor O in the last four."""
    return _CISCO_STYLE.fullmatch(key) is not None


def made_in(key: str) -> YearWeek | None:
    """Return the week of manufacture that a Cisco-style serial tells."""
    if not is_cisco_style(key):
        return None
    return YearWeek(_FIRST_YEAR + int(key[3:5]), int(key[5:7]))


class HintCode(StrEnum):
    """What looks odd about a serial; a hint never blocks."""

    WRONG_WEEK = "wrong-week"
    LETTER_FOR_DIGIT = "letter-for-digit"
    DIGIT_FOR_LETTER = "digit-for-letter"
    MADE_AFTER_SHIPPING = "made-after-shipping"


@dataclass(frozen=True, slots=True)
class Hint:
    """An oddity, the sentence that explains it, and the serial that was probably meant."""

    code: HintCode
    sentence: Sentence
    suggestion: SerialKey | None = None


_HAS_O = _("%(serial)s has an O where Cisco serials have 0. Did you mean %(suggestion)s?")
_HAS_I = _("%(serial)s has an I where Cisco serials have 1. Did you mean %(suggestion)s?")
_HAS_DIGIT = _("%(serial)s has a digit among its first three letters. Did you mean %(suggestion)s?")
_WRONG_WEEK = _(
    "%(serial)s says that it was made in week %(week)s, and weeks run from 01 to 53. Check it against the device."
)
_MADE_LATER = _(
    "%(serial)s was made in week %(week)s of %(year)s, after the day we shipped it (%(shipped_on)s)."
    " Check it against the device."
)


def hints(key: SerialKey, *, shipped_on: date | None) -> list[Hint]:
    """Return what looks odd about *key*; nothing where it follows other rules than Cisco's."""
    body = key[1:] if key.startswith(_DATA_IDENTIFIER) and _CISCO_SHAPED.fullmatch(key, 1) else key
    if not _CISCO_SHAPED.fullmatch(body):
        return []
    return [*_misread(key, body), *_wrong_week(key, body), *_made_later(key, shipped_on)]


def _misread(key: SerialKey, body: str) -> Iterator[Hint]:
    head, tail = body[:3], body[3:]
    meant = head.translate(_TO_LETTERS) + tail.translate(_TO_DIGITS)
    if meant == body or not is_cisco_style(meant):
        return
    params = {"serial": key, "suggestion": meant}
    if tail != meant[3:]:
        message = _HAS_O if "O" in tail else _HAS_I
        yield Hint(HintCode.LETTER_FOR_DIGIT, Sentence(message, params), SerialKey(meant))
    else:
        yield Hint(HintCode.DIGIT_FOR_LETTER, Sentence(_HAS_DIGIT, params), SerialKey(meant))


def _wrong_week(key: SerialKey, body: str) -> Iterator[Hint]:
    week = body[5:7].translate(_TO_DIGITS)
    if not 1 <= int(week) <= _LAST_WEEK:
        yield Hint(HintCode.WRONG_WEEK, Sentence(_WRONG_WEEK, {"serial": key, "week": week}))


def _made_later(key: SerialKey, shipped_on: date | None) -> Iterator[Hint]:
    made = made_in(key)
    if made is None or shipped_on is None or made <= shipped_on.isocalendar()[:2]:
        return
    params = {"serial": key, "week": made.week, "year": made.year, "shipped_on": shipped_on}
    yield Hint(HintCode.MADE_AFTER_SHIPPING, Sentence(_MADE_LATER, params))


class Likeness(StrEnum):
    """How two serials that are not the same are near each other, the likeliest slip first."""

    LOOK_ALIKE = "look-alike"
    SWAPPED = "swapped"
    ONE_DIFFERS = "one-differs"
    ONE_MISSING = "one-missing"
    ONE_TOO_MANY = "one-too-many"


WORDS: dict[Likeness, str] = {
    Likeness.LOOK_ALIKE: _("characters that look alike (O and 0, I and 1, S and 5, B and 8)"),
    Likeness.SWAPPED: _("two neighbouring characters are swapped"),
    Likeness.ONE_DIFFERS: _("one character differs"),
    Likeness.ONE_MISSING: _("one character is missing"),
    Likeness.ONE_TOO_MANY: _("there is one character too many"),
}

_ORDER = {likeness: place for place, likeness in enumerate(Likeness)}
_LOOK_ALIKES = str.maketrans("OISB", "0158")
_SUGGESTION = _("Closest shipped serial: %(serial)s (%(why)s).")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The serial that was probably meant, and how it is near."""

    serial: SerialKey
    why: Likeness

    @property
    def sentence(self) -> Sentence:
        """Return the suggestion in words."""
        return Sentence(_SUGGESTION, {"serial": self.serial, "why": self.why})


def likeness(seen: str, shipped: str) -> Likeness | None:
    """Return how *seen* is near *shipped*: one slip of the hand, or look-alikes throughout; else None."""
    if seen == shipped or abs(len(seen) - len(shipped)) > 1:
        return None
    if seen.translate(_LOOK_ALIKES) == shipped.translate(_LOOK_ALIKES):
        return Likeness.LOOK_ALIKE
    same = _common_start(seen, shipped)
    rest, other = seen[same:], shipped[same:]
    if rest[1:] == other[1:] and rest and other:
        return Likeness.ONE_DIFFERS
    if rest[2:] == other[2:] and rest[:2] == other[1::-1] and len(rest) == len(other):
        return Likeness.SWAPPED
    if rest == other[1:]:
        return Likeness.ONE_MISSING
    return Likeness.ONE_TOO_MANY if rest[1:] == other else None


def _common_start(one: str, other: str) -> int:
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def closest(key: SerialKey, candidates: Iterable[SerialKey]) -> Suggestion | None:
    """Return the candidate that *key* was most likely meant to be, the earlier one where two are as near.

    A few thousand candidates take a few milliseconds.
    """
    near = [Suggestion(candidate, why) for candidate in candidates if (why := likeness(key, candidate)) is not None]
    return min(near, key=lambda suggestion: _ORDER[suggestion.why], default=None)
