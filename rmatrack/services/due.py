"""What is due when, and why: the lists of units for pages, exports and the command line (SPEC D-4, D-5, X-4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from carriers.countries import COUNTRIES
from rmatrack.db import due as questions
from rmatrack.db.due import DueLists, Order, Place, Sort, sorted_by
from rmatrack.db.due_conditions import Criteria, Overdue, Places, Show, Thresholds, Words
from rmatrack.domain.due import EulaThresholds, eula_thresholds
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Carrier, Policy
from rmatrack.domain.serials import normalise
from rmatrack.services.due_rows import DueRow, RowReader, appointed_carrier
from rmatrack.services.paging import place_from, place_text

PAGE_ROWS = 50
MOST_COUNTED = 10_000
"""Beyond this a chip says "10,000+": counting on would read the whole table, and nobody works through more by hand."""
_MOST_COUNTED_WITHIN_PLACES = 1_000
_CHUNK = 2_000


class Carriage(StrEnum):
    """A carrier to filter by, or that there is none."""

    UPS = "ups"
    DHL = "dhl"
    EXPEDITORS = "expeditors"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFilter:
    """What a list is narrowed to. `text` is a part of a customer's name, or the beginning of an order or serial."""

    show: Show = Show.OUT
    partner_id: int | None = None
    customer_id: int | None = None
    country: str | None = None
    carrier: Carriage | None = None
    model: str | None = None
    text: str = ""
    week: date | None = None
    """The Monday of the week in which it was received or, in other lists, shipped."""
    age: tuple[int, int | None] | None = None
    """Days overdue, from and to."""
    within: int | None = None
    """Received in the last so many days."""
    late: tuple[int | None, int | None] | None = None
    """Received from so many to so many days after the due day; early is negative."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """How a list is sorted; as it stands, what needs a person first comes first."""

    by: Sort = Sort.DUE
    descending: bool = False

    def of(self, show: Show) -> Order:
        """Return the order for the list *show*: what came back last stands first."""
        newest_first = show is Show.RECEIVED and self.by is Sort.DUE
        return sorted_by(show, self.by, descending=self.descending != newest_first)


@dataclass(frozen=True, slots=True)
class DuePage:
    """A page of a list, how many units each list holds, and the places where its neighbours begin.

    A count of `counted_to` means that many or more.
    """

    rows: Sequence[DueRow]
    counts: Mapping[Show, int]
    counted_to: int
    before: str | None
    after: str | None


def due_page(
    session: Session,
    wanted: DueFilter,
    *,
    seen_by: Actor,
    now: datetime,
    policy: Policy,
    sorting: Sorting = Sorting(),
    after: str | None = None,
    before: str | None = None,
) -> DuePage:
    """Return a page of a list: the first, or the one *after* or *before* a place that an earlier page named."""
    lists = _lists(session, wanted, seen_by=seen_by, now=now, policy=policy)
    order = sorting.of(wanted.show)
    place = _place(order, after, before)
    found = lists.page(session, wanted.show, order=order, place=place, limit=PAGE_ROWS + 1)
    most = _MOST_COUNTED_WITHIN_PLACES if wanted.country or wanted.carrier else MOST_COUNTED
    return DuePage(
        rows=RowReader(policy, now).read_all(_shown(found, place)),
        counts=lists.counts(session, most=most),
        counted_to=most,
        before=_before(order, found, place),
        after=_after(order, found, place),
    )


def due_rows(
    session: Session,
    wanted: DueFilter,
    *,
    seen_by: Actor,
    now: datetime,
    policy: Policy,
    sorting: Sorting = Sorting(),
) -> Iterator[DueRow]:
    """Yield the whole list, however long, without holding it in memory."""
    lists = _lists(session, wanted, seen_by=seen_by, now=now, policy=policy)
    reader = RowReader(policy, now)
    for row in lists.all_rows(session, wanted.show, order=sorting.of(wanted.show), chunk=_CHUNK):
        yield reader.read(row)


def due_counts(
    session: Session, wanted: DueFilter, *, seen_by: Actor, now: datetime, policy: Policy, most: int | None
) -> Mapping[Show, int]:
    """Return how many units each list holds, counting to *most* at the furthest."""
    return _lists(session, wanted, seen_by=seen_by, now=now, policy=policy).counts(session, most=most)


def _lists(session: Session, wanted: DueFilter, *, seen_by: Actor, now: datetime, policy: Policy) -> DueLists:
    zones = questions.zones_out(session)
    criteria = _criteria(wanted, zones, now=now, policy=policy)
    return DueLists(
        _thresholds(zones, now=now, policy=policy),
        criteria,
        seen_by,
        few_orders=questions.has_few_orders(session, criteria),
    )


def _thresholds(zones: Iterable[str], *, now: datetime, policy: Policy) -> Thresholds:
    overdue, today, soon = (_due_in(zones, days, now, policy) for days in (-1, 0, policy.terms.due_soon_days))
    return Thresholds(overdue=overdue, today=today, soon=soon)


def _due_in(zones: Iterable[str], days: int, now: datetime, policy: Policy) -> EulaThresholds:
    return eula_thresholds(now, zones, in_days=days, window_days=policy.return_window_days)


def _criteria(wanted: DueFilter, zones: Iterable[str], *, now: datetime, policy: Policy) -> Criteria:
    places = [Places(frozenset({wanted.country}))] if wanted.country else []
    if wanted.carrier:
        places.append(_carried_by(wanted.carrier, policy, now.date()))
    words = Words(start=normalise(wanted.text), name=name_key(wanted.text))
    week = (wanted.week, wanted.week + timedelta(weeks=1)) if wanted.week else None
    is_back = wanted.show is Show.RECEIVED
    return Criteria(
        partner_id=wanted.partner_id,
        customer_id=wanted.customer_id,
        places=tuple(places),
        model=wanted.model,
        words=words if wanted.text.strip() else None,
        shipped=None if is_back else week,
        received=_received(wanted, now) if is_back else None,
        overdue=_overdue(wanted.age, zones, now, policy) if wanted.age else None,
        late=wanted.late,
        window_days=policy.return_window_days,
    )


def _received(wanted: DueFilter, now: datetime) -> tuple[datetime, datetime] | None:
    if wanted.week:
        return _midnight(wanted.week), _midnight(wanted.week + timedelta(weeks=1))
    return (_days_ago(wanted.within, now), now + timedelta(days=1)) if wanted.within is not None else None


def _days_ago(days: int, now: datetime) -> datetime:
    return _midnight(now.astimezone(UTC).date() - timedelta(days=days))


def _overdue(age: tuple[int, int | None], zones: Iterable[str], now: datetime, policy: Policy) -> Overdue:
    first, last = age
    too_long = _due_in(zones, -last - 1, now, policy) if last is not None else None
    return Overdue(at_least=_due_in(zones, -first, now, policy), too_long=too_long)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _carried_by(carriage: Carriage, policy: Policy, on: date) -> Places:
    """Return where *carriage* applies; a country without any row has no carrier either."""
    asked = {*policy.carriers, *((country, "") for country in COUNTRIES)}
    carriers = {place: appointed_carrier(policy, *place, on) for place in asked}
    wanted = None if carriage is Carriage.NONE else Carrier(carriage)
    fits = {place for place, carrier in carriers.items() if carrier is wanted}
    whole = {country for country, state in fits if not state}
    states = {(country, state) for country, state in carriers if state}
    return Places(
        countries=frozenset(whole),
        without=frozenset(place for place in states - fits if place[0] in whole),
        also=frozenset(place for place in states & fits if place[0] not in whole),
    )


def _place(order: Order, after: str | None, before: str | None) -> Place | None:
    if before:
        return place_from(order, before, back=True)
    return place_from(order, after, back=False) if after else None


def _shown(found: Sequence[Row[Any]], place: Place | None) -> Sequence[Row[Any]]:
    """One row more than a page was asked for; it stands at the far end."""
    return found[-PAGE_ROWS:] if place and place.back else found[:PAGE_ROWS]


def _before(order: Order, found: Sequence[Row[Any]], place: Place | None) -> str | None:
    if place is None or not found or (place.back and len(found) <= PAGE_ROWS):
        return None
    return place_text(order, _shown(found, place)[0])


def _after(order: Order, found: Sequence[Row[Any]], place: Place | None) -> str | None:
    if not found or (len(found) <= PAGE_ROWS and not (place and place.back)):
        return None
    return place_text(order, _shown(found, place)[-1])
