"""The lists of trials: by what the calendar says in each customer's zone, set-based, a page at a time (SPEC T-20)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select
from sqlalchemy.orm import Session

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.customers import Customer
from rmatrack.db.distinct import distinct_values
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.sight import trials_seen_by
from rmatrack.db.trials import Trial, TrialService
from rmatrack.domain.people import Actor
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import TrialStatus


class TrialShow(StrEnum):
    """The lists. `current` is what needs somebody: pending, running, in grace, or ended with devices out."""

    CURRENT = "current"
    PENDING = "pending"
    RUNNING = "running"
    EXPIRING = "expiring"
    GRACE = "grace"
    INTERESTED = "interested"
    ENDED = "ended"


class TrialSort(StrEnum):
    """What a list can be sorted by."""

    EXPIRES = "expires"
    CUSTOMER = "customer"
    PARTNER = "partner"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialCriteria:
    """What narrows a list; `name` is a part of a customer's name, folded."""

    name: str = ""
    service: Service | None = None
    partner_id: int | None = None
    customer_id: int | None = None
    requested_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Today's date in every customer's zone, and how long grace and the time before expiry are."""

    zones: Mapping[date, Sequence[str]]
    grace_days: int
    soon_days: int

    def expires_from(self, days: int) -> ColumnElement[bool]:
        """The condition that a trial expires *days* after the customer's today, or later."""
        return _by_zone(self.zones, lambda today: Trial.expires_on >= today + timedelta(days=days))

    def expires_by(self, days: int) -> ColumnElement[bool]:
        """The condition that a trial expires *days* after the customer's today, or earlier."""
        return _by_zone(self.zones, lambda today: Trial.expires_on <= today + timedelta(days=days))


def _by_zone(zones: Mapping[date, Sequence[str]], condition: Any) -> ColumnElement[bool]:
    """The condition, with the date of each zone; where all agree the zone is not looked at."""
    if len(zones) == 1:
        (today,) = zones
        return and_(condition(today))
    return or_(false(), *(and_(Customer.zone.in_(names), condition(today)) for today, names in zones.items()))


def zones_of_customers(session: Session) -> Sequence[str]:
    """The zones in which customers count their days."""
    return session.scalars(distinct_values(Customer.zone)).all()


_ACTIVE = Trial.status == TrialStatus.ACTIVE
_PENDING = Trial.status.in_([TrialStatus.PENDING_CONSENT, TrialStatus.PENDING_PROVISIONING])
_ENDED = Trial.status.in_([TrialStatus.CONVERTED, TrialStatus.CANCELLED, TrialStatus.LAPSED])
_UNITS_OUT = (
    select(Unit.id)
    .join(DemoOrder, DemoOrder.id == Unit.order_id)
    .where(DemoOrder.trial_id == Trial.id, Unit.settled_at.is_(None))
    .correlate(Trial)
    .exists()
)


def in_list(show: TrialShow, days: Days) -> ColumnElement[bool]:
    """The condition that a trial is in the list *show*; a request that came to nothing is in none (SPEC T-14)."""
    over = days.expires_by(-days.grace_days - 1)
    match show:
        case TrialShow.CURRENT:
            standing = and_(_ACTIVE, days.expires_from(-days.grace_days))
            return or_(_PENDING, standing, and_(or_(_ENDED, and_(_ACTIVE, over)), _UNITS_OUT))
        case TrialShow.PENDING:
            return _PENDING
        case TrialShow.RUNNING:
            return and_(_ACTIVE, days.expires_from(0))
        case TrialShow.EXPIRING:
            return and_(_ACTIVE, days.expires_from(0), days.expires_by(days.soon_days))
        case TrialShow.GRACE:
            return and_(_ACTIVE, days.expires_by(-1), days.expires_from(-days.grace_days))
        case TrialShow.INTERESTED:
            return and_(_ACTIVE, Trial.interest_at.is_not(None), days.expires_from(-days.grace_days))
        case TrialShow.ENDED:
            return or_(_ENDED, and_(_ACTIVE, over))


_SORTS: dict[TrialSort, Sequence[ColumnElement[Any]]] = {
    TrialSort.EXPIRES: (Trial.expires_on.is_(None), Trial.expires_on, Trial.id),  # type: ignore[dict-item]
    TrialSort.CUSTOMER: (Customer.name_key, Trial.id),  # type: ignore[dict-item]  # Columns are clauses too.
    TrialSort.PARTNER: (Partner.name_key, Trial.expires_on, Trial.id),  # type: ignore[dict-item]
    TrialSort.ASKED: (Trial.created_at, Trial.id),  # type: ignore[dict-item]
}


def trials_in(
    session: Session,
    show: TrialShow | None,
    criteria: TrialCriteria,
    days: Days,
    *,
    seen_by: Actor,
    sort: TrialSort = TrialSort.EXPIRES,
    descending: bool = False,
    limit: int | None,
    offset: int = 0,
) -> Sequence[Row[Trial, Customer, Partner, date | None]]:
    """Trials of a list (of all that began or may begin, where none is named), with their parties."""
    question = (
        select(Trial, Customer, Partner, ConsentRequest.last_on)
        .join(Customer, Customer.id == Trial.customer_id)
        .join(Partner, Partner.id == Trial.partner_id)
        .outerjoin(ConsentRequest, ConsentRequest.trial_id == Trial.id)
        .where(*_conditions(criteria, seen_by), *_within(show, days))
        .order_by(*(key.desc() if descending else key.asc() for key in _SORTS[sort]))
    )
    return session.execute(question.limit(limit).offset(offset)).all()


def count_trials(session: Session, criteria: TrialCriteria, days: Days, *, seen_by: Actor) -> Mapping[TrialShow, int]:
    """How many trials each list holds, in one statement."""
    counts = [func.count().filter(in_list(show, days)).label(show.name) for show in TrialShow]
    question = (
        select(*counts)
        .select_from(Trial)
        .join(Customer, Customer.id == Trial.customer_id)
        .where(*_conditions(criteria, seen_by))
    )
    row = session.execute(question).one()
    return dict(zip(TrialShow, row, strict=True))


def _within(show: TrialShow | None, days: Days) -> Iterable[ColumnElement[bool]]:
    if show is not None:
        yield in_list(show, days)
    else:
        yield or_(_ACTIVE, _PENDING, _ENDED)


def _conditions(criteria: TrialCriteria, seen_by: Actor) -> Iterable[ColumnElement[bool]]:
    yield trials_seen_by(seen_by)
    if criteria.name:
        yield Customer.name_key.contains(criteria.name, autoescape=True)
    if criteria.partner_id is not None:
        yield Trial.partner_id == criteria.partner_id
    if criteria.customer_id is not None:
        yield Trial.customer_id == criteria.customer_id
    if criteria.requested_by_id is not None:
        yield Trial.requested_by_id == criteria.requested_by_id
    if criteria.service is not None:
        running = select(TrialService.id).where(
            TrialService.trial_id == Trial.id, TrialService.service == criteria.service, TrialService.ended_at.is_(None)
        )
        yield running.correlate(Trial).exists()
