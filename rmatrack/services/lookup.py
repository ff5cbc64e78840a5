"""The one box: every order that a typed key or a pasted mail leads to, and why (SPEC F-1)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db import lookup as questions
from rmatrack.domain import due
from rmatrack.domain.due import DueState
from rmatrack.domain.identify import KeyKind, LookUpKey, look_up_keys
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.lookup import Why
from rmatrack.domain.names import name_key
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy

_SHORTEST_NAME = 2
_LONGEST_NAME = 100
_MOST_CUSTOMERS = 50


@dataclass(frozen=True, slots=True)
class Reason:
    """One key that led to an order; `unit_id` where it names one unit of it."""

    why: Why
    key: str
    unit_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An order, or a customer who has none, with every reason for it.

    `due_on` is the earliest due day among the units still out, `state` what the calendar says about it.
    """

    reasons: tuple[Reason, ...]
    customer_id: int
    customer: str
    order: str | None = None
    rma: str | None = None
    partner: str | None = None
    city: str | None = None
    country: str | None = None
    shipped_on: date | None = None
    units: int = 0
    out: int = 0
    received: int = 0
    due_on: date | None = None
    today: date | None = None
    state: DueState | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a text led to, what was read in it, and which of that led nowhere."""

    matches: Sequence[Match]
    keys: Sequence[LookUpKey]
    missing: Sequence[LookUpKey]

    @property
    def only(self) -> Match | None:
        """Return the one order that was found, if it is one."""
        orders = [match for match in self.matches if match.order]
        return orders[0] if len(orders) == 1 == len(self.matches) else None


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
        matches=_matches(session, hits, now=now, policy=policy),
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


def _matches(session: Session, hits: Sequence[Any], *, now: datetime, policy: Policy) -> list[Match]:
    by_order: dict[int, dict[Reason, None]] = defaultdict(dict)
    without_order: dict[int, dict[Reason, None]] = defaultdict(dict)
    for hit in hits:
        group = without_order[hit.customer_id] if hit.order_id is None else by_order[hit.order_id]
        group[_reason(hit)] = None
    orders = questions.orders_in_short(session, by_order) if by_order else []
    found = [_match(row, tuple(by_order[row.id]), now=now, policy=policy) for row in orders]
    return [*sorted(found, key=_out_first), *_customers(session, without_order)]


def _reason(hit: Any) -> Reason:
    match hit.kind:
        case KeyKind.TRACKING.value:
            why = Why.OLD_TRACKING if LabelState(hit.state) in DEAD else Why.TRACKING
        case KeyKind.SERIAL.value:
            why = Why.SERIAL if hit.state == UnitStatus.SHIPPED else Why.EARLIER_LOAN
        case kind:
            why = Why(kind)
    return Reason(why, hit.key, hit.unit_id)


def _match(row: Any, reasons: tuple[Reason, ...], *, now: datetime, policy: Policy) -> Match:
    today = due.today_in(row.zone, now)
    due_on = due.due_on(row.eula_expires_on, window_days=policy.return_window_days) if row.eula_expires_on else None
    return Match(
        reasons=reasons,
        customer_id=row.customer_id,
        customer=row.customer,
        order=row.number,
        rma=row.rma,
        partner=row.partner,
        city=row.city,
        country=row.country,
        shipped_on=row.shipped_on,
        units=row.units,
        out=row.out,
        received=row.received,
        due_on=due_on,
        today=today,
        state=due.due_state(due_on, today, soon_days=policy.terms.due_soon_days) if due_on else None,
    )


def _out_first(match: Match) -> tuple[bool, int, str]:
    newest_first = -(match.shipped_on or date.min).toordinal()
    return not match.out, newest_first, match.order or ""


def _customers(session: Session, reasons: dict[int, dict[Reason, None]]) -> list[Match]:
    names = questions.customer_names(session, reasons) if reasons else {}
    return [
        Match(reasons=tuple(reasons[customer_id]), customer_id=customer_id, customer=name)
        for customer_id, name in sorted(names.items(), key=lambda item: item[1])
    ]


def find_lines(matches: Collection[Match]) -> list[str]:
    """Return a line for each match: why, order number, RMA, customer, partner, units out of all; parted by tabs."""
    return ["\t".join(_parts(match)) for match in matches]


def _parts(match: Match) -> list[str]:
    whys = dict.fromkeys(reason.why.value for reason in match.reasons)
    out = f"{match.out}/{match.units}" if match.order else ""
    return [",".join(whys), match.order or "", match.rma or "", match.customer, match.partner or "", out]
