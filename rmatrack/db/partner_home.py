"""A partner's customers as its home shows them: what needs a person first, a page at a time, never one by one (X-1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from rmatrack.db.charges import Charge
from rmatrack.db.consent import ConsentRequest
from rmatrack.db.customers import Customer
from rmatrack.db.due import unit_rows
from rmatrack.db.extensions import ExtensionRequest
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.db.sight import customers_seen_by, orders_seen_by, trials_seen_by
from rmatrack.db.trial_deeds import TrialParties
from rmatrack.db.trial_lists import Days, TrialShow, in_list
from rmatrack.db.trials import Trial
from rmatrack.domain.charges import ChargeState
from rmatrack.domain.due import EulaThresholds
from rmatrack.domain.extensions import ExtensionState
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Actor
from rmatrack.domain.trials import TrialStatus

_TRAVELLING = [LabelState.IN_TRANSIT.value, LabelState.DELIVERED.value]
_TOLD_OF = [ChargeState.PROPOSED.value, ChargeState.NOTIFIED.value]
_DECIDED = [ExtensionState.APPROVED.value, ExtensionState.REFUSED.value]


class HomeShow(StrEnum):
    """The lists. `urgent` is what needs the partner: overdue, due soon, details to give, a charge to answer."""

    ALL = "all"
    URGENT = "urgent"
    OUT = "out"
    WAITING = "waiting"
    """For the customer's consent, or for the trials team."""


@dataclass(frozen=True, slots=True)
class Lately:
    """What counts as overdue and as soon where each customer is, and since when a decision is news."""

    overdue: EulaThresholds
    soon: EulaThresholds
    news_since: datetime
    days: Days


class AtHand(NamedTuple):
    """A customer with what decides its place. `has_customer` is false while only a request for consent is known."""

    customer: Customer
    out: int | None
    has_customer: bool


def customers_at_hand(
    session: Session, show: HomeShow, name: str, lately: Lately, *, seen_by: Actor, limit: int, offset: int
) -> list[AtHand]:
    """Customers with devices out or with a trial that is current, what needs a person first, then by due day."""
    known = _Known.of(lately, seen_by)
    question = (
        known.customers(select(Customer, known.units.c.out, customers_seen_by(seen_by)), name)
        .where(known.in_list(show))
        .order_by(known.rank(), known.units.c.first.is_(None), known.units.c.first, Customer.name_key, Customer.id)
    )
    return [AtHand(*row) for row in session.execute(question.limit(limit).offset(offset))]


def count_customers(session: Session, name: str, lately: Lately, *, seen_by: Actor) -> Mapping[HomeShow, int]:
    """How many customers each list holds, in one question."""
    known = _Known.of(lately, seen_by)
    counted = [func.count().filter(known.in_list(show)) for show in HomeShow]
    row = session.execute(known.customers(select(*counted), name)).one()
    return dict(zip(HomeShow, row, strict=True))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is out, tried, asked and charged, summed up by customer."""

    units: Subquery
    trials: Subquery
    asked: Subquery
    charges: Subquery
    lately: Lately

    @classmethod
    def of(cls, lately: Lately, seen_by: Actor) -> "_Known":
        units = (
            select(DemoOrder.customer_id, func.count().label("out"), func.min(Unit.eula_expires_on).label("first"))
            .join(Unit, Unit.order_id == DemoOrder.id)
            .where(Unit.settled_at.is_(None), orders_seen_by(seen_by))
            .group_by(DemoOrder.customer_id)
        )
        trials = (
            select(
                Trial.customer_id,
                func.count().filter(Trial.status == TrialStatus.PENDING_CONSENT).label("consents"),
                func.count().filter(Trial.status == TrialStatus.PENDING_PROVISIONING).label("details"),
            )
            .join(Customer, Customer.id == Trial.customer_id)
            .where(trials_seen_by(seen_by), in_list(TrialShow.CURRENT, lately.days))
            .group_by(Trial.customer_id)
        )
        waits = ExtensionRequest.state == ExtensionState.REQUESTED
        is_news = and_(ExtensionRequest.state.in_(_DECIDED), ExtensionRequest.decided_at >= lately.news_since)
        asked = (
            select(
                DemoOrder.customer_id,
                func.count().filter(waits).label("waiting"),
                func.count().filter(is_news).label("decided"),
            )
            .join(ExtensionRequest, ExtensionRequest.order_id == DemoOrder.id)
            .where(or_(waits, is_news), orders_seen_by(seen_by))
            .group_by(DemoOrder.customer_id)
        )
        charges = (
            select(DemoOrder.customer_id, func.count().label("told"))
            .join(Charge, Charge.order_id == DemoOrder.id)
            .where(Charge.state.in_(_TOLD_OF), orders_seen_by(seen_by))
            .group_by(DemoOrder.customer_id)
        )
        return cls(units.subquery(), trials.subquery(), asked.subquery(), charges.subquery(), lately)

    def customers(self, question: Select[*tuple[Any, ...]], name: str) -> Select[*tuple[Any, ...]]:
        """Ask *question* of every customer of which there is something to say, whose folded name has *name* in it."""
        question = question.select_from(Customer)
        for each in (self.units, self.trials, self.asked, self.charges):
            question = question.outerjoin(each, each.c.customer_id == Customer.id)
        question = question.where(self._is_known())
        return question.where(Customer.name_key.contains(name, autoescape=True)) if name else question

    def in_list(self, show: HomeShow) -> ColumnElement[bool]:
        match show:
            case HomeShow.ALL:
                return self._is_known()
            case HomeShow.URGENT:
                return or_(self._reached(self.lately.soon), self._some("details"), self._is_charged())
            case HomeShow.OUT:
                return self.units.c.customer_id.is_not(None)
            case HomeShow.WAITING:
                return or_(self._some("consents"), func.coalesce(self.asked.c.waiting, 0) > 0)

    def rank(self) -> ColumnElement[int]:
        """Return the order of urgency, the least first."""
        return case(
            (self._reached(self.lately.overdue), 0),
            (self._is_charged(), 1),
            (self._reached(self.lately.soon), 2),
            (self._some("details"), 3),
            (func.coalesce(self.asked.c.decided, 0) > 0, 4),
            (self._some("consents"), 5),
            else_=6,
        )

    def _is_known(self) -> ColumnElement[bool]:
        return or_(*(each.c.customer_id.is_not(None) for each in (self.units, self.trials, self.charges)))

    def _is_charged(self) -> ColumnElement[bool]:
        return self.charges.c.customer_id.is_not(None)

    def _some(self, counted: str) -> ColumnElement[bool]:
        return func.coalesce(self.trials.c[counted], 0) > 0

    def _reached(self, thresholds: EulaThresholds) -> ColumnElement[bool]:
        first = self.units.c.first
        edge = (and_(Customer.zone.in_(zones), first <= day) for day, zones in thresholds.groups.items())
        return and_(first.is_not(None), or_(first <= thresholds.settled_by, false(), *edge))


def first_units_due(session: Session, customer_ids: Collection[int], *, seen_by: Actor) -> Sequence[Row[Any]]:
    """Of each customer the unit that is due first, with the columns of the due lists."""
    placed = (
        select(
            Unit.id,
            func.row_number()
            .over(partition_by=DemoOrder.customer_id, order_by=(Unit.eula_expires_on, Unit.id))
            .label("place"),
        )
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .where(Unit.settled_at.is_(None), orders_seen_by(seen_by), DemoOrder.customer_id.in_(customer_ids))
        .subquery()
    )
    first = select(placed.c.id).where(placed.c.place == 1)
    return session.execute(unit_rows().add_columns(Rma.in_process_at).where(Unit.id.in_(first))).all()


def counts_travelling(session: Session, customer_ids: Collection[int], *, seen_by: Actor) -> dict[int, int]:
    """How many of each customer's units are with a carrier, on their way back."""
    label = aliased(Label)
    travels = select(label.id).where(label.unit_id == Unit.id, label.state.in_(_TRAVELLING)).exists()
    question = (
        select(DemoOrder.customer_id, func.count())
        .join(Unit, Unit.order_id == DemoOrder.id)
        .where(Unit.settled_at.is_(None), orders_seen_by(seen_by), DemoOrder.customer_id.in_(customer_ids), travels)
        .group_by(DemoOrder.customer_id)
    )
    return {customer_id: count for customer_id, count in session.execute(question)}  # noqa: C416  A row is no pair.


def trials_at_hand(
    session: Session, customer_ids: Collection[int], days: Days, *, seen_by: Actor
) -> Sequence[TrialParties]:
    """The current trials of these customers with their parties, the first to expire first."""
    question = (
        select(Trial, Customer, Partner, ConsentRequest.last_on)
        .join(Customer, Customer.id == Trial.customer_id)
        .join(Partner, Partner.id == Trial.partner_id)
        .outerjoin(ConsentRequest, ConsentRequest.trial_id == Trial.id)
        .where(Trial.customer_id.in_(customer_ids), trials_seen_by(seen_by), in_list(TrialShow.CURRENT, days))
        .order_by(Trial.expires_on.is_(None), Trial.expires_on, Trial.id)
    )
    return [TrialParties(*row) for row in session.execute(question)]


class Asked(NamedTuple):
    """A request for more time that waits, or was decided lately."""

    customer_id: int
    id: int
    order_id: int
    number: str
    state: str
    to_on: date
    refused_because: str | None


def time_asked(
    session: Session, customer_ids: Collection[int], *, news_since: datetime, seen_by: Actor
) -> Sequence[Asked]:
    """The requests of these customers' orders that wait or are news, the latest first."""
    is_news = and_(ExtensionRequest.state.in_(_DECIDED), ExtensionRequest.decided_at >= news_since)
    question = (
        select(
            DemoOrder.customer_id,
            ExtensionRequest.id,
            ExtensionRequest.order_id,
            DemoOrder.number,
            ExtensionRequest.state,
            ExtensionRequest.to_on,
            ExtensionRequest.refused_because,
        )
        .join(DemoOrder, DemoOrder.id == ExtensionRequest.order_id)
        .where(
            DemoOrder.customer_id.in_(customer_ids),
            orders_seen_by(seen_by),
            or_(ExtensionRequest.state == ExtensionState.REQUESTED, is_news),
        )
        .order_by(ExtensionRequest.id.desc())
    )
    return [Asked(*row) for row in session.execute(question)]


def counts_charged(session: Session, customer_ids: Collection[int], *, seen_by: Actor) -> dict[int, int]:
    """How many charges are proposed for each customer's units and not yet answered."""
    question = (
        select(DemoOrder.customer_id, func.count())
        .join(Charge, Charge.order_id == DemoOrder.id)
        .where(Charge.state.in_(_TOLD_OF), orders_seen_by(seen_by), DemoOrder.customer_id.in_(customer_ids))
        .group_by(DemoOrder.customer_id)
    )
    return {customer_id: count for customer_id, count in session.execute(question)}  # noqa: C416  A row is no pair.
