"""What proves that somebody may be told a demo order number (SPEC F-2).

The organisation id with an administrator's e-mail does, and so do all serials of one open order or of a whole trial,
returned ones included. Everything else is answered alike.
"""

import hmac
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from rmatrack.domain.errors import BadInputError, NotFoundError, RuleBrokenError, _

WINDOW = timedelta(hours=1)
"""Tries are counted from the first one for this long."""

PER_PERSON = 10
PER_PARTNER = 30
PER_ADDRESS = 60
"""Tries in a window. Who has the devices in front of them needs one or two; a partner has several people, an address
several partners behind one proxy."""

MOST_SERIALS = 100


class NothingProvenError(NotFoundError):
    """A subset of serials, a wrong pair, somebody else's order, or nonsense: never told apart."""

    code = "nothing-proven"
    message = _(
        "With this we cannot name an order. Give the organisation id with the e-mail of one of its administrators, or"
        " the serial numbers of all devices of the order, returned ones included."
    )


class NothingClaimedError(BadInputError):
    """Neither a whole pair nor a serial."""

    code = "nothing-claimed"
    message = _("Give the organisation id together with an administrator's e-mail, or all serial numbers.")

    def __init__(self) -> None:
        super().__init__(field="org_id")


class TooManySerialsError(BadInputError):
    """No trial has so many devices."""

    code = "too-many-serials"
    message = _("Give at most %(most)s serial numbers: those of one order, or of one trial.")

    def __init__(self) -> None:
        super().__init__(field="serials", most=MOST_SERIALS)


class TooManyLookUpsError(RuleBrokenError):
    """Somebody asked too often, or their colleagues did (HTTP 429 at the edge)."""

    code = "too-many-look-ups"
    message = _("Order numbers were asked for too often. Try again in %(minutes)s minutes, or call support.")

    def __init__(self, until: datetime, now: datetime) -> None:
        super().__init__(minutes=max(1, math.ceil((until - now) / timedelta(minutes=1))))


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody knows: a UUID and e-mails in lower case, of which one must be right, or serial keys."""

    org_id: str = ""
    emails: frozenset[str] = frozenset()
    serials: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not (self.org_id and self.emails) and not self.serials:
            raise NothingClaimedError
        if len(self.serials) > MOST_SERIALS:
            raise TooManySerialsError


@dataclass(frozen=True, slots=True)
class LoanedUnit:
    """A device of an order, out or back; `trial_id` is that of the order."""

    order_id: int
    trial_id: int | None
    serial_key: str
    is_open: bool
    """The return of its order is not complete."""


def is_same(given: str, known: str) -> bool:
    """Say whether two texts are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(_digest([given]), _digest([known]))


def orders_proven(given: Collection[str], units: Iterable[LoanedUnit], *, exactly: bool = True) -> set[int]:
    """Return the open orders whose serials, or whose trial's, are all *given*; with *exactly*, and no others."""
    of_order: dict[int, list[LoanedUnit]] = defaultdict(list)
    of_trial: dict[int, list[LoanedUnit]] = defaultdict(list)
    for unit in units:
        of_order[unit.order_id].append(unit)
        if unit.trial_id is not None:
            of_trial[unit.trial_id].append(unit)
    proven = [*_proven(given, of_order, exactly), *_proven(given, of_trial, exactly)]
    return {unit.order_id for units in proven for unit in units if unit.is_open}


def _proven(
    given: Collection[str], groups: Mapping[int, list[LoanedUnit]], exactly: bool
) -> Iterable[list[LoanedUnit]]:
    """Yield the groups whose serials are all given; every group costs the same digest."""
    mine = set(given)
    for units in groups.values():
        whole = {unit.serial_key for unit in units}
        if hmac.compare_digest(_digest(mine if exactly else mine & whole), _digest(whole)):
            yield units


def _digest(texts: Iterable[str]) -> bytes:
    return sha256("\x1f".join(sorted(texts)).encode()).digest()
