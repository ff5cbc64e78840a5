"""What a scan that does not match speaks for: the shipped serial it was meant as, or a mis-pick (SPEC R-2, R-5).

The nearest serial is found by asking for every slip of the hand.
"""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from rmatrack.db.correcting import unit_out_with_key, units_out_of
from rmatrack.db.scans import shipped_keys
from rmatrack.domain.discrepancies import DiscrepancyType
from rmatrack.domain.errors import _
from rmatrack.domain.sentences import Sentence
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


class MisPick(NamedTuple):
    """A correction that an unexpected scan speaks for: *serial* left on the loan *unit_id*, which has *was*."""

    unit_id: int
    was: str
    serial: str
    why: Sentence


_NEAREST = _("%(was)s is still out, and its serial is nearly the same.")
_ONLY_ONE = _("%(was)s is the only device of %(order)s that is still out.")
_ONLY_MODEL = _("%(was)s is the only device of %(order)s that is still out and of the same model.")


def suggest_correction(session: Session, found: Any) -> MisPick | None:
    """Return the mis-pick that an open discrepancy speaks for: a stranger, or another order's unit, in a box (R-5)."""
    type_ = DiscrepancyType(found.type)
    if found.closed_at is not None or type_ not in {DiscrepancyType.UNKNOWN_SERIAL, DiscrepancyType.WRONG_ORDER}:
        return None
    near = found.suggestion["serial"] if type_ is DiscrepancyType.UNKNOWN_SERIAL and found.suggestion else None
    unit = unit_out_with_key(session, near) if near else None
    if unit:
        return MisPick(unit.id, unit.serial, found.serial_key, Sentence(_NEAREST, {"was": unit.serial}))
    out = units_out_of(session, found.rma_id) if found.rma_id else ()
    alike = [each for each in out if type_ is DiscrepancyType.UNKNOWN_SERIAL or each.model == found.model]
    if len(alike) != 1:
        return None
    why = _ONLY_ONE if len(out) == 1 else _ONLY_MODEL
    told = Sentence(why, {"was": alike[0].serial, "order": found.rma_order})
    return MisPick(alike[0].id, alike[0].serial, found.serial_key, told)
