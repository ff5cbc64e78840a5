"""One unit as a list shows it: both clocks, its due day and why, who fetches it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from rmatrack.domain import due
from rmatrack.domain.due import DueReason, DueState, TimeBar
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.policy import Carrier, Policy, carrier_for
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.services.working_days import working_days


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A unit with what the calendar says about it on its customer's `today`.

    `state` is None once the loan has ended. `pickup_on` is the last working day for a pickup where the due day is none
    in the customer's country. `carrier` is None where nobody is appointed.
    """

    unit_id: int
    order: str
    rma: str | None
    serial: str
    model: str
    status: UnitStatus
    customer_id: int
    customer: str
    partner: str
    country: str
    zone: str
    carrier: Carrier | None
    shipped_on: date
    trial_expires_on: date | None
    eula_expires_on: date
    eula_mailed_on: date | None
    today: date
    due_on: date
    state: DueState | None
    reason: DueReason
    pickup_on: date | None
    received_at: datetime | None

    @property
    def days_left(self) -> int | None:
        """Return the days to the due day, below 0 when overdue; None once the loan has ended."""
        return due.days_left(self.due_on, self.today) if self.state else None

    @property
    def bar(self) -> TimeBar:
        """Return the drawing of both clocks."""
        return due.two_clocks(
            shipped_on=self.shipped_on,
            trial_expires_on=self.trial_expires_on,
            eula_expires_on=self.eula_expires_on,
            due=self.due_on,
            today=self.today,
        )


@dataclass(slots=True)
class RowReader:
    """Makes rows of what the database found; each zone's today and each place's carrier is worked out once."""

    policy: Policy
    now: datetime
    _todays: dict[str, date] = field(default_factory=dict)
    _carriers: dict[tuple[str, str, date], Carrier | None] = field(default_factory=dict)

    def read_all(self, rows: Iterable[Any]) -> list[DueRow]:
        """Return a row for each of *rows*."""
        return [self.read(row) for row in rows]

    def read(self, row: Any) -> DueRow:
        """Return what a list shows of *row*, which has the columns that `rmatrack.db.due` asks for."""
        today = self.today(row.zone)
        status = UnitStatus(row.status)
        reason = self.reason(row.eula_expires_on, row.eula_mailed_on, today)
        return DueRow(
            unit_id=row.id,
            order=row.number,
            rma=row.rma_number,
            serial=row.serial,
            model=row.model,
            status=status,
            customer_id=row.customer_id,
            customer=row.customer,
            partner=row.partner,
            country=row.country,
            zone=row.zone,
            carrier=self.carrier(row.country, row.state, today),
            shipped_on=row.shipped_on,
            trial_expires_on=row.trial_expires_on,
            eula_expires_on=row.eula_expires_on,
            eula_mailed_on=row.eula_mailed_on,
            today=today,
            due_on=reason.due_on,
            state=self.state(reason.due_on, today) if status is UnitStatus.SHIPPED else None,
            reason=reason,
            pickup_on=last_pickup(reason.due_on, row.customer_country, row.customer_state),
            received_at=row.received_at,
        )

    def today(self, zone: str) -> date:
        """Return the calendar date in *zone*."""
        if zone not in self._todays:
            self._todays[zone] = due.today_in(zone, self.now)
        return self._todays[zone]

    def reason(self, eula_expires_on: date, eula_mailed_on: date | None, today: date) -> DueReason:
        """Return the due day with what it was derived from."""
        return due.due_reason(
            eula_expires_on,
            window_days=self.policy.return_window_days,
            today=today,
            eula_mailed_on=eula_mailed_on,
        )

    def state(self, due_on: date, today: date) -> DueState:
        """Return what the calendar says about a unit that is out."""
        return due.due_state(due_on, today, soon_days=self.policy.terms.due_soon_days)

    def carrier(self, country: str, state: str, today: date) -> Carrier | None:
        """Return who fetches returns from there."""
        place = country, state, today
        if place not in self._carriers:
            self._carriers[place] = appointed_carrier(self.policy, *place)
        return self._carriers[place]


def last_pickup(due_on: date, country: str, state: str | None) -> date | None:
    """Return the last working day up to *due_on*, where that day itself is none there (SPEC D-5)."""
    day = due.last_pickup_day(due_on, working_days(country, state))
    return day if day != due_on else None


def appointed_carrier(policy: Policy, country: str, state: str, on: date) -> Carrier | None:
    """Return who fetches returns from there on that day; None where nobody is appointed."""
    try:
        return carrier_for(policy, country, state, on).carrier
    except NoCarrierError:
        return None
