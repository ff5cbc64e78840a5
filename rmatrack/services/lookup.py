"""The one box: every order that a typed key or a pasted mail leads to, and why (SPEC F-1)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db import lookup as questions
from rmatrack.domain.identify import KeyKind, LookUpKey, look_up_keys
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.lookup import Why
from rmatrack.domain.names import name_key
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.services.orders_in_short import OrderInShort, order_in_short

_SHORTEST_NAME = 2
_LONGEST_NAME = 100
_MOST_CUSTOMERS = 50


@dataclass(frozen=True, slots=True)
class Reason:
    """One key that led to an order; `unit_id` where it names one unit of it."""

    why: Why
    key: str
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An order, or a customer who has none that may be seen, with every reason for it."""

    reasons: tuple[Reason, ...]
    customer: str
    order: OrderInShort | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a text led to, what was read in it, and which of that led nowhere."""

    matches: Sequence[Match]
    keys: Sequence[LookUpKey]
    missing: Sequence[LookUpKey]

    @property
    def only(self) -> OrderInShort | None:
        """Return the one order that was found, if it is one and nothing else was asked for."""
        return self.matches[0].order if len(self.matches) == 1 and not self.missing else None


def find(session: Session, text: str, *, seen_by: Actor, now: datetime, policy: Policy) -> Found:
    """Return what *text* leads to: what is still out first, then the newest.

    A text without any key we know is taken for a part of a customer's name.
    """
    keys = look_up_keys(text)
    hits = questions.hits(session, _by_kind(keys), seen_by=seen_by)
    if not hits and (part := _as_name(text)):
        hits = questions.customers_named(session, part, seen_by=seen_by, most=_MOST_CUSTOMERS)
    reached = {(hit.kind, hit.key) for hit in hits}
    return Found(
        matches=_matches(hits, now=now, policy=policy),
        keys=keys,
        missing=[key for key in keys if (key.kind.value, key.value) not in reached],
    )


def _by_kind(keys: Iterable[LookUpKey]) -> dict[KeyKind, set[str]]:
    by_kind: dict[KeyKind, set[str]] = defaultdict(set)
    for key in keys:
        by_kind[key.kind].add(key.value)
    return by_kind


def _as_name(text: str) -> str | None:
    """Return *text* folded as names are, where it is short enough to be one."""
    line = text.strip()
    part = name_key(line) if len(line) <= _LONGEST_NAME and "\n" not in line else ""
    return part if len(part) >= _SHORTEST_NAME else None


def _matches(hits: Sequence[Any], *, now: datetime, policy: Policy) -> list[Match]:
    orders: dict[int, OrderInShort] = {}
    customers: dict[int, str] = {}
    reasons: dict[tuple[int | None, int], dict[Reason, None]] = defaultdict(dict)
    for hit in hits:
        if hit.order_id is not None and hit.order_id not in orders:
            orders[hit.order_id] = order_in_short(hit, now=now, policy=policy)
        customers[hit.customer_id] = hit.customer
        reasons[hit.order_id, hit.customer_id][_reason(hit)] = None
    matches = [
        Match(tuple(why), customers[customer_id], None if order_id is None else orders[order_id])
        for (order_id, customer_id), why in reasons.items()
    ]
    return sorted(matches, key=_out_first)


def _reason(hit: Any) -> Reason:
    match hit.kind:
        case KeyKind.TRACKING.value:
            why = Why.OLD_TRACKING if LabelState(hit.state) in DEAD else Why.TRACKING
        case KeyKind.SERIAL.value:
            why = Why.SERIAL if hit.state == UnitStatus.SHIPPED else Why.EARLIER_LOAN
        case kind:
            why = Why(kind)
    return Reason(why, hit.key, hit.unit_id)


def _out_first(match: Match) -> tuple[bool, bool, int, str]:
    """What is out comes first, then the newest; customers without orders come last, by name."""
    order = match.order
    if order is None:
        return True, True, 0, match.customer
    return False, not order.out, -order.shipped_on.toordinal(), order.number


def find_lines(matches: Collection[Match]) -> list[str]:
    """Return a line for each match: why, order number, RMA, customer, partner, units out of all; parted by tabs."""
    return ["\t".join(_parts(match)) for match in matches]


def _parts(match: Match) -> list[str]:
    whys = ",".join(dict.fromkeys(reason.why.value for reason in match.reasons))
    order = match.order
    if order is None:
        return [whys, "", "", match.customer, "", ""]
    return [whys, order.number, order.rma or "", match.customer, order.partner, f"{order.out}/{order.units}"]
