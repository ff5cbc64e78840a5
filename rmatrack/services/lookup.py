"""The one box: every order that a typed key or a pasted mail leads to, and why (SPEC F-1)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db import lookup as questions
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.lookup import Why
from rmatrack.domain.names import name_key
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.pasted import KeyKind, LookUpKey, look_up_keys, names_in
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.services.orders_in_short import OrderInShort, order_in_short

_SHORTEST_NAME = 2
_LONGEST_NAME = 100
_MOST_CUSTOMERS = 50


@dataclass(frozen=True, slots=True)
class Reason:
    """One key that led to an order; `unit_id` where it names one unit of it.

    `line` is where it stands in the text. `written` is how, where it was read as what was probably meant.
    """

    why: Why
    key: str
    unit_id: int | None = None
    line: int = 1
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An order, or a customer who has none that may be seen, with every reason for it."""

    reasons: tuple[Reason, ...]
    customer: str
    order: OrderInShort | None = None

    @property
    def keys(self) -> int:
        """Return how many keys of the text point here."""
        return len({reason.key for reason in self.reasons})


@dataclass(frozen=True, slots=True)
class Found:
    """What a text led to, what was read in it, and which of that led nowhere.

    `doubtful` led nowhere either, and may have been no keys at all.
    """

    matches: Sequence[Match]
    keys: Sequence[LookUpKey]
    missing: Sequence[LookUpKey]
    doubtful: Sequence[LookUpKey] = ()

    @property
    def only(self) -> OrderInShort | None:
        """Return the one order that was found, if it is one and nothing else was asked for."""
        return self.matches[0].order if len(self.matches) == 1 and not self.missing else None


def find(session: Session, text: str, *, seen_by: Actor, now: datetime, policy: Policy, is_mail: bool = False) -> Found:
    """Return what *text* leads to: where most keys point first, then what is still out, then the newest.

    A text without any key we know is taken for a part of a customer's name, unless it is a mail: one of several lines,
    or one that the caller calls so.
    """
    is_mail = is_mail or "\n" in text.strip()
    keys = look_up_keys(text, is_mail=is_mail)
    names = names_in(text) if is_mail else {}
    hits = questions.hits(session, _by_kind(keys), names, seen_by=seen_by)
    if not hits and not is_mail and (part := _as_name(text)):
        hits = questions.customers_named(session, part, seen_by=seen_by, most=_MOST_CUSTOMERS)
    reached = {(hit.kind, hit.key) for hit in hits}
    lost = [key for key in keys if (key.kind.value, key.value) not in reached and not key.guessed]
    meant = {key.typed for key in keys if key.guessed and (key.kind.value, key.value) in reached}
    return Found(
        matches=_matches(hits, _Places.of(keys, names), now=now, policy=policy),
        keys=[key for key in keys if not key.guessed],
        missing=[key for key in lost if key.sure and key.typed not in meant],
        doubtful=[key for key in lost if not key.sure and key.typed not in meant],
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each key stands in the text."""

    keys: Mapping[tuple[str, str], LookUpKey]
    names: Mapping[str, int]

    @classmethod
    def of(cls, keys: Iterable[LookUpKey], names: Mapping[str, int]) -> "_Places":
        return cls({(key.kind.value, key.value): key for key in keys}, names)

    def reason(self, hit: Any) -> Reason:
        """Return why *hit* was found."""
        key = self.keys.get((hit.kind, hit.key))
        if key is None:
            return Reason(Why(hit.kind), hit.customer, line=self.names.get(hit.key, 1))
        return Reason(_why(hit), hit.key, hit.unit_id, key.line, key.typed if key.guessed else None)


def _by_kind(keys: Iterable[LookUpKey]) -> dict[KeyKind, set[str]]:
    by_kind: dict[KeyKind, set[str]] = defaultdict(set)
    for key in keys:
        by_kind[key.kind].add(key.value)
    return by_kind


def _as_name(text: str) -> str | None:
    """Return *text* folded as names are, where it is short enough to be one."""
    line = text.strip()
    part = name_key(line) if len(line) <= _LONGEST_NAME else ""
    return part if len(part) >= _SHORTEST_NAME else None


def _matches(hits: Sequence[Any], places: _Places, *, now: datetime, policy: Policy) -> list[Match]:
    orders: dict[int, OrderInShort] = {}
    customers: dict[int, str] = {}
    reasons: dict[tuple[int | None, int], dict[Reason, None]] = defaultdict(dict)
    for hit in hits:
        if hit.order_id is not None and hit.order_id not in orders:
            orders[hit.order_id] = order_in_short(hit, now=now, policy=policy)
        customers[hit.customer_id] = hit.customer
        reasons[hit.order_id, hit.customer_id][places.reason(hit)] = None
    matches = [
        Match(tuple(sorted(why, key=_line)), customers[customer_id], None if order_id is None else orders[order_id])
        for (order_id, customer_id), why in reasons.items()
    ]
    return sorted(matches, key=_most_keys_first)


def _why(hit: Any) -> Why:
    match hit.kind:
        case KeyKind.TRACKING.value:
            return Why.OLD_TRACKING if hit.state and LabelState(hit.state) in DEAD else Why.TRACKING
        case KeyKind.SERIAL.value:
            return Why.SERIAL if hit.state == UnitStatus.SHIPPED else Why.EARLIER_LOAN
        case kind:
            return Why(kind)


def _line(reason: Reason) -> int:
    return reason.line


def _most_keys_first(match: Match) -> tuple[bool, int, bool, int, str]:
    """Where most keys point, then what is out, then the newest; customers without orders come last, by name."""
    order = match.order
    if order is None:
        return True, 0, True, 0, match.customer
    return False, -match.keys, not order.out, -order.shipped_on.toordinal(), order.number


def find_lines(matches: Collection[Match]) -> list[str]:
    """Return a line for each match: why, order number, RMA, customer, partner, units out of all; parted by tabs."""
    return ["\t".join(_parts(match)) for match in matches]


def _parts(match: Match) -> list[str]:
    whys = ",".join(dict.fromkeys(reason.why.value for reason in match.reasons))
    order = match.order
    if order is None:
        return [whys, "", "", match.customer, "", ""]
    return [whys, order.number, order.rma or "", match.customer, order.partner, f"{order.out}/{order.units}"]
