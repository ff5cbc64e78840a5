"""Which units a list of due ones holds, as conditions on `Unit`: by what the calendar says, and by what was asked.

Due and overdue are computed per customer's zone (SPEC D-5): a coarse bound on `eula_expires_on` uses the index, and
only the one or two days on which zones disagree look at the zone.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Integer, and_, func, or_, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from rmatrack.db.customers import Customer
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.due import EulaThresholds

_order = aliased(DemoOrder, name="asked_order")
_customer = aliased(Customer, name="asked_customer")


class Show(StrEnum):
    """The lists. `soon` reaches from today to the policy's horizon; all but the last are subsets of `out`."""

    OUT = "out"
    SOON = "soon"
    TODAY = "today"
    OVERDUE = "overdue"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The EULA dates up to which units are overdue, due today or earlier, and due soon or earlier."""

    overdue: EulaThresholds
    today: EulaThresholds
    soon: EulaThresholds


@dataclass(frozen=True, slots=True)
class Words:
    """A typed text in the two forms it is looked for: as the beginning of a number or serial, and as part of a name.

    `start` is upper case without blanks; `name` is folded as `Customer.name_key` is.
    """

    start: str
    name: str


@dataclass(frozen=True, slots=True)
class Places:
    """Ship-to addresses: whole countries, without some states of theirs, and states of other countries.

    A state is a country's code with its own, as upper-case texts.
    """

    countries: frozenset[str]
    without: frozenset[tuple[str, str]] = frozenset()
    also: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Overdue:
    """How long overdue: the thresholds of at least so many days, and of the first day that is too long, if any."""

    at_least: EulaThresholds
    too_long: EulaThresholds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What narrows a list; an address must lie in all `places`.

    The spans include their beginning and not their end; `received` and `overdue` concern the lists of that name only.
    `late` are the days from the due day to the receipt, from and to, of what was received; early is negative.
    """

    partner_id: int | None = None
    customer_id: int | None = None
    places: tuple[Places, ...] = ()
    model: str | None = None
    words: Words | None = None
    shipped: tuple[date, date] | None = None
    received: tuple[datetime, datetime] | None = None
    overdue: Overdue | None = None
    late: tuple[int | None, int | None] | None = None
    window_days: int = 0
    """The days of the return window, which make a due day of the EULA's; for `late`."""

    @property
    def is_wide(self) -> bool:
        """Return whether nothing but places narrows the list."""
        return replace(self, places=(), window_days=0) == Criteria()


class days_between(GenericFunction[int]):  # noqa: N801  Named as SQL functions are.
    """Whole days from a date to the day, in UTC, of a moment."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_between_in_sqlite(element: days_between, compiler: SQLCompiler, **_options: object) -> str:
    day, moment = (compiler.process(clause) for clause in element.clauses)
    return f"CAST(julianday(substr({moment}, 1, 10)) - julianday({day}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_between_in_postgresql(element: days_between, compiler: SQLCompiler, **_options: object) -> str:
    day, moment = (compiler.process(clause) for clause in element.clauses)
    return f"(CAST({moment} AT TIME ZONE 'UTC' AS DATE) - {day})"


def in_list(show: Show, thresholds: Thresholds, *, received_since: datetime | None) -> ColumnElement[bool]:
    """The condition that a unit is in the list *show*."""
    out = Unit.settled_at.is_(None)
    match show:
        case Show.OUT:
            return out
        case Show.SOON:
            return and_(out, up_to(thresholds.soon), later_than(thresholds.overdue))
        case Show.TODAY:
            return and_(out, up_to(thresholds.today), later_than(thresholds.overdue))
        case Show.OVERDUE:
            return and_(out, up_to(thresholds.overdue))
        case Show.RECEIVED:
            return Unit.received_at >= received_since if received_since else Unit.received_at.is_not(None)


def listed(show: Show, thresholds: Thresholds, criteria: Criteria) -> list[ColumnElement[bool]]:
    """The conditions that a unit is in the list *show*, as far as *criteria* narrow that list alone."""
    since = criteria.received[0] if criteria.received else None
    conditions = [in_list(show, thresholds, received_since=since)]
    if show is Show.RECEIVED and criteria.received:
        conditions.append(Unit.received_at < criteria.received[1])
    if show is Show.RECEIVED and criteria.late:
        conditions += late_by(*criteria.late, window_days=criteria.window_days)
    if show is Show.OVERDUE and criteria.overdue:
        conditions.append(up_to(criteria.overdue.at_least))
        conditions += [later_than(criteria.overdue.too_long)] if criteria.overdue.too_long else []
    return conditions


def late_by(first: int | None, last: int | None, *, window_days: int) -> list[ColumnElement[bool]]:
    """The conditions that a unit was received from *first* to *last* days after its due day; early is negative."""
    days = days_between(Unit.eula_expires_on, Unit.received_at)
    since = [] if first is None else [days >= first + window_days]
    return since + ([] if last is None else [days <= last + window_days])


def meets(criteria: Criteria, *, few_orders: bool) -> list[ColumnElement[bool]]:
    """The conditions that *criteria* ask for; *few_orders* says that the places have so few that they go first."""
    conditions: list[ColumnElement[bool]] = []
    if criteria.partner_id is not None:
        conditions.append(Unit.partner_id == criteria.partner_id)
    if criteria.customer_id is not None:
        conditions.append(_among_orders(_order.customer_id == criteria.customer_id))
    if criteria.places:
        there = and_(*(lies_in(_order, places) for places in criteria.places))
        conditions.append(_among_orders(there) if few_orders else _on_its_order(there))
    if criteria.shipped is not None:
        since, until = criteria.shipped
        conditions.append(_on_its_order(and_(_order.shipped_on >= since, _order.shipped_on < until)))
    if criteria.model is not None:
        conditions.append(Unit.model == criteria.model)
    if criteria.words is not None:
        conditions.append(_says(criteria.words))
    return conditions


def lies_in(order: type[DemoOrder], places: Places) -> ColumnElement[bool]:
    """The condition that an order was shipped to one of *places*."""
    within = order.country.in_(places.countries)
    if not places.without and not places.also:
        return within
    state = tuple_(order.country, func.upper(order.state))
    return or_(and_(within, state.not_in(places.without)), state.in_(places.also))


def up_to(thresholds: EulaThresholds) -> ColumnElement[bool]:
    """The condition that a unit's EULA date has reached its zone's threshold."""
    edge = [
        and_(Unit.eula_expires_on <= day, Unit.zone.in_(zones))
        for day, zones in thresholds.groups.items()
        if day > thresholds.settled_by
    ]
    return and_(Unit.eula_expires_on <= thresholds.coarse, or_(Unit.eula_expires_on <= thresholds.settled_by, *edge))


def later_than(thresholds: EulaThresholds) -> ColumnElement[bool]:
    """The opposite condition, with a bound of its own for the index."""
    edge = [
        and_(Unit.eula_expires_on > day, Unit.zone.in_(zones))
        for day, zones in thresholds.groups.items()
        if day < thresholds.coarse
    ]
    return and_(Unit.eula_expires_on > thresholds.settled_by, or_(Unit.eula_expires_on > thresholds.coarse, *edge))


def _among_orders(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The unit's order is among those that meet *condition*; the database finds them first."""
    return Unit.order_id.in_(select(_order.id).where(condition).correlate(None))


def _on_its_order(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The unit's order meets *condition*; the database looks at it unit by unit."""
    return select(_order.id).where(_order.id == Unit.order_id, condition).correlate(Unit).exists()


def _says(words: Words) -> ColumnElement[bool]:
    named = select(_customer.id).where(_customer.name_key.contains(words.name, autoescape=True)).correlate(None)
    told = [_among_orders(_order.customer_id.in_(named))] if words.name else []
    if words.start:
        told += [_among_orders(begins(_order.number, words.start)), begins(Unit.serial_key, words.start)]
    return or_(*told)


def begins(column: InstrumentedAttribute[str], start: str) -> ColumnElement[bool]:
    """The condition that capitals and digits begin with *start*: a range, which an index in any collation can walk."""
    return and_(column >= start, column <= start + "Z" * 64, column.startswith(start, autoescape=True))
