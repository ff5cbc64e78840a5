"""The lists of units that are out, due or back: a page at a time, all of it, and how many each holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from rmatrack.db.base import Base
from rmatrack.db.customers import Customer
from rmatrack.db.distinct import distinct_values
from rmatrack.db.due_conditions import Criteria, Show, Thresholds, lies_in, listed, meets
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.db.sight import orders_seen_by, units_seen_by
from rmatrack.db.trials import Trial
from rmatrack.domain.people import Actor, Permission

FEW_ORDERS = 2_000


class Sort(StrEnum):
    """What a list can be sorted by; what came back is sorted by its receipt where the due day is asked."""

    DUE = "due"
    ORDER = "order"
    CUSTOMER = "customer"
    MODEL = "model"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the row with these sort values or, going back, before it."""

    values: tuple[Any, ...]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """How rows are sorted: by columns that together are unique, all in one direction."""

    keys: tuple[InstrumentedAttribute[Any], ...]
    descending: bool

    @property
    def owner(self) -> type[Base]:
        """Return the table whose columns come first."""
        return cast(type[Base], self.keys[0].class_)

    @property
    def names(self) -> list[str]:
        """Return what a row of a page calls these columns."""
        return ["customer_id" if key is Customer.id else key.key for key in self.keys]

    def clauses(self, *, back: bool = False) -> list[ColumnElement[Any]]:
        """Return what ORDER BY needs; *back* reads the list from its end."""
        return [key.desc() if self.descending != back else key.asc() for key in self.keys]

    def beyond(self, place: Place) -> ColumnElement[bool]:
        """Return the condition that a row lies beyond *place*."""
        row, here = tuple_(*self.keys), tuple_(*place.values)
        return row < here if self.descending != place.back else row > here

    def from_on(self, place: Place) -> ColumnElement[bool]:
        """Return the condition that a row lies at *place* or beyond it."""
        row, here = tuple_(*self.keys), tuple_(*place.values)
        return row <= here if self.descending != place.back else row >= here


_SORTS: dict[Sort, tuple[InstrumentedAttribute[Any], ...]] = {
    Sort.DUE: (Unit.eula_expires_on, Unit.id),
    Sort.ORDER: (DemoOrder.number, Unit.id),
    Sort.CUSTOMER: (Customer.name_key, Customer.id, Unit.id),
    Sort.MODEL: (Unit.model, Unit.eula_expires_on, Unit.id),
    Sort.SERIAL: (Unit.serial_key, Unit.id),
}
_BY_RECEIPT = (Unit.received_at, Unit.id)

_COLUMNS = (
    Unit.id,
    Unit.order_id,
    Unit.serial,
    Unit.serial_key,
    Unit.model,
    Unit.status,
    Unit.eula_expires_on,
    Unit.eula_mailed_on,
    Unit.zone,
    Unit.received_at,
    DemoOrder.number,
    DemoOrder.shipped_on,
    DemoOrder.country,
    DemoOrder.state,
    Customer.id.label("customer_id"),
    Customer.name.label("customer"),
    Customer.name_key,
    Customer.country.label("customer_country"),
    Customer.state.label("customer_state"),
    Partner.name.label("partner"),
    Trial.expires_on.label("trial_expires_on"),
    Rma.number.label("rma_number"),
)


def zones_out(session: Session) -> Sequence[str]:
    """The time zones that units are out in."""
    return session.scalars(distinct_values(Unit.zone, Unit.settled_at.is_(None))).all()


def partner_names(session: Session) -> Sequence[tuple[int, str]]:
    """All partners by name, with their ids."""
    return [(row.id, row.name) for row in session.execute(select(Partner.id, Partner.name).order_by(Partner.name_key))]


def countries_shipped_to(session: Session, *, seen_by: Actor) -> Sequence[str]:
    """The countries that orders were ever shipped to."""
    if seen_by.may(Permission.SEE_EVERYTHING):
        return session.scalars(distinct_values(DemoOrder.country)).all()
    return session.scalars(select(DemoOrder.country).where(orders_seen_by(seen_by)).distinct()).all()


def models_out(session: Session, *, seen_by: Actor) -> Sequence[str]:
    """The models that are out."""
    out = Unit.settled_at.is_(None)
    if seen_by.may(Permission.SEE_EVERYTHING):
        return session.scalars(distinct_values(Unit.model, out)).all()
    return session.scalars(select(Unit.model).where(out, units_seen_by(seen_by)).distinct().order_by(Unit.model)).all()


def sorted_by(show: Show, sort: Sort, *, descending: bool) -> Order:
    """The order of the list *show*."""
    keys = _BY_RECEIPT if show is Show.RECEIVED and sort is Sort.DUE else _SORTS[sort]
    return Order(keys, descending)


def has_few_orders(session: Session, criteria: Criteria) -> bool:
    """Whether the places asked for have so few orders that a search should begin with them."""
    if not criteria.places:
        return False
    there = [lies_in(DemoOrder, places) for places in criteria.places]
    orders = select(DemoOrder.id).where(*there).limit(FEW_ORDERS + 1)
    return session.scalars(select(func.count()).select_from(orders.subquery())).one() <= FEW_ORDERS


@dataclass(frozen=True, slots=True)
class DueLists:
    """The lists as one actor sees them at one moment, under the same criteria. *few_orders*: see `has_few_orders`."""

    thresholds: Thresholds
    criteria: Criteria
    seen_by: Actor
    few_orders: bool = False

    def page(
        self, session: Session, show: Show, *, order: Order, place: Place | None, limit: int
    ) -> Sequence[Row[Any]]:
        """At most *limit* rows, in the list's order, from *place* on."""
        wanted = self._page_ids(show, order, place, limit)
        return session.execute(unit_rows().where(Unit.id.in_(wanted)).order_by(*order.clauses())).all()

    def all_rows(self, session: Session, show: Show, *, order: Order, chunk: int) -> Iterable[Row[Any]]:
        """Every row in the list's order, fetched *chunk* at a time."""
        question = unit_rows().where(*self._conditions(show)).order_by(*order.clauses())
        return session.execute(question, execution_options={"yield_per": chunk})

    def counts(self, session: Session, *, most: int | None) -> Mapping[Show, int]:
        """How many units each list holds, in one question; counting stops at *most*."""
        lists = [select(Unit.id).where(*self._conditions(show)).limit(most).subquery() for show in Show]
        counted = [select(func.count()).select_from(found).scalar_subquery() for found in lists]
        return dict(zip(Show, session.execute(select(*counted)).one(), strict=True))

    def _page_ids(self, show: Show, order: Order, place: Place | None, limit: int) -> Select[*tuple[Any, ...]]:
        """Only the tables that the order needs take part in finding a page."""
        question = select(Unit.id).where(*self._conditions(show))
        if order.owner is not Unit:
            question = _joined_to(order.owner, question)
        if order.owner is not Unit and self._is_dense(show):
            question = question.where(self._near(show, order, place, limit))
        if place:
            question = question.where(order.beyond(place))
        back = place is not None and place.back
        return question.order_by(*order.clauses(back=back)).limit(limit).correlate(None)

    def _is_dense(self, show: Show) -> bool:
        """Whether a good part of all orders is in the list, so that walking along them soon fills a page."""
        narrowed = not self.criteria.is_wide
        return not (narrowed or self.few_orders or self.seen_by.partner_id or show in {Show.SOON, Show.TODAY})

    def _near(self, show: Show, order: Order, place: Place | None, limit: int) -> ColumnElement[bool]:
        """Only units of the next orders, or customers, that have any in the list: the page cannot reach further.

        They are found along their own index, where a sort would read every unit of the list.
        """
        owner: Any = aliased(order.owner)
        walk = Order(tuple(getattr(owner, key.key) for key in order.keys[:-1]), order.descending)
        units = _joined_to(order.owner, select(Unit.id)).where(*self._conditions(show), _id(order.owner) == owner.id)
        near = select(owner.id).where(units.correlate(owner).exists())
        if place:
            near = near.where(walk.from_on(Place(place.values[:-1], place.back)))
        back = place is not None and place.back
        return _id(order.owner).in_(near.order_by(*walk.clauses(back=back)).limit(limit + 1).correlate(None))

    def _conditions(self, show: Show) -> list[ColumnElement[bool]]:
        return [
            *listed(show, self.thresholds, self.criteria),
            units_seen_by(self.seen_by),
            *meets(self.criteria, few_orders=self.few_orders),
        ]


def _id(owner: type[Base]) -> InstrumentedAttribute[int]:
    return Unit.order_id if owner is DemoOrder else DemoOrder.customer_id


def _joined_to(owner: type[Base], question: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    question = question.join(DemoOrder, DemoOrder.id == Unit.order_id)
    return question.join(Customer, Customer.id == DemoOrder.customer_id) if owner is Customer else question


def unit_rows() -> Select[*tuple[Any, ...]]:
    """Every unit with what a list shows of it, to be narrowed."""
    return (
        _joined_to(Customer, select(*_COLUMNS).select_from(Unit))
        .join(Partner, Partner.id == Unit.partner_id)
        .outerjoin(Trial, Trial.id == DemoOrder.trial_id)
        .outerjoin(Rma, Rma.order_id == DemoOrder.id)
    )
