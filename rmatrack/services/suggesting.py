"""The shipped serials nearest to unknown ones, found by asking for every slip of the hand (SPEC R-2)."""

from collections.abc import Collection, Iterator
from itertools import islice

from sqlalchemy.orm import Session

from rmatrack.db.scans import shipped_keys
from rmatrack.domain.serials import SerialKey, Suggestion, closest

_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOOK_ALIKES = {"O": "0", "0": "O", "I": "1", "1": "I", "S": "5", "5": "S", "B": "8", "8": "B"}
_LONGEST = 20
_MOST_AT_ONCE = 100
"""Each serial stands for some 900 others; a batch with more unknown ones than this has another problem."""


def suggest(session: Session, keys: Collection[SerialKey]) -> dict[SerialKey, Suggestion]:
    """Return the closest shipped serial for each of *keys* that has one, in one statement."""
    asked = {key: set(slips(key)) for key in islice((key for key in keys if len(key) <= _LONGEST), _MOST_AT_ONCE)}
    shipped = shipped_keys(session, set().union(*asked.values()))
    found = {key: closest(key, sorted(SerialKey(slip) for slip in near & shipped)) for key, near in asked.items()}
    return {key: suggestion for key, suggestion in found.items() if suggestion}


def slips(key: str) -> Iterator[str]:
    """Yield every text that *key* may have been meant as: one character off, two swapped, or all look-alikes."""
    alike = [place for place, character in enumerate(key) if character in _LOOK_ALIKES]
    for choice in range(1, 1 << min(len(alike), 6)):
        changed = {place: _LOOK_ALIKES[key[place]] for bit, place in enumerate(alike[:6]) if choice >> bit & 1}
        yield "".join(changed.get(place, character) for place, character in enumerate(key))
    for place in range(len(key) + 1):
        start, rest = key[:place], key[place:]
        yield start + rest[1:]
        yield start + rest[1:2] + rest[:1] + rest[2:]
        for character in _CHARACTERS:
            yield start + character + rest
            yield start + character + rest[1:]
