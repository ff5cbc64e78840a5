"""The lists hold exactly the units that the calendar of each customer's zone says, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from rmatrack.db.due import Sort
from rmatrack.db.due_conditions import Show
from rmatrack.db.engine import reading, writing
from rmatrack.db.orders import Unit
from rmatrack.domain.due import DueState, due_on, due_state, today_in
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Actor, PartnerId, PersonId, Role
from rmatrack.domain.policy import Policy
from rmatrack.services.due import DueFilter, Sorting, due_counts, due_page, due_rows
from rmatrack.services.due_rows import DueRow
from tests.web.shipments import ship

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONES = (
    "Pacific/Kiritimati",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Europe/Amsterdam",
    "UTC",
    "America/St_Johns",
    "America/New_York",
    "Pacific/Honolulu",
    "Pacific/Pago_Pago",
)
EULA_DATES = [date(2026, 10, 1) + timedelta(days=day) for day in range(0, 40, 4)]

# Moments on both sides of midnight somewhere, and around the days on which clocks change.
MOMENTS = st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001  Bounds are naive.


@pytest.fixture
def units_everywhere(engine: Engine) -> Engine:
    """A unit for each zone and each of ten EULA dates."""
    for number, zone in enumerate(ZONES):
        for place, eula_expires_on in enumerate(EULA_DATES):
            ship(engine, f"D41{number}0{place}", eula_expires_on=eula_expires_on, customer=zone)
    with writing(engine) as session:
        orders = session.query(Unit.id).order_by(Unit.id).all()
        for place, (unit_id,) in enumerate(orders):
            zone = ZONES[place // len(EULA_DATES)]
            session.execute(update(Unit).where(Unit.id == unit_id).values(zone=zone))
    return engine


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(now=MOMENTS)
def test_a_unit_is_in_a_list_exactly_when_its_own_calendar_says(
    units_everywhere: Engine, policy: Policy, now: datetime
) -> None:
    with reading(units_everywhere) as session:
        everything = list(rows(session, Show.OUT, policy, now))
        listed = {show: {row.serial for row in rows(session, show, policy, now)} for show in Show}
        counts = due_counts(session, DueFilter(), seen_by=SYSTEM, now=now, policy=policy, most=None)

    states = {row.serial: state_of(row.zone, row.eula_expires_on, now) for row in everything}
    assert listed[Show.OVERDUE] == {serial for serial, state in states.items() if state is DueState.OVERDUE}
    assert listed[Show.TODAY] == {serial for serial, state in states.items() if state is DueState.DUE_TODAY}
    assert listed[Show.SOON] == {
        serial for serial, state in states.items() if state in {DueState.DUE_TODAY, DueState.DUE_SOON}
    }
    assert {row.serial: row.state for row in everything} == states
    assert counts == {show: len(serials) for show, serials in listed.items()}


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("show", [Show.OUT, Show.OVERDUE])
def test_pages_put_together_are_the_list(
    units_everywhere: Engine, policy: Policy, sort: Sort, descending: bool, show: Show
) -> None:
    sorting = Sorting(sort, descending)

    with reading(units_everywhere) as session:
        whole = [
            row.serial
            for row in due_rows(session, DueFilter(show=show), seen_by=SYSTEM, now=NOON, policy=policy, sorting=sorting)
        ]
        paged = list(all_pages(session, DueFilter(show=show), policy, sorting))

    assert paged == whole
    assert len(set(whole)) == len(whole) > 0


def test_going_back_shows_the_page_one_came_from(units_everywhere: Engine, policy: Policy) -> None:
    with reading(units_everywhere) as session:
        first = due_page(session, DueFilter(), seen_by=SYSTEM, now=NOON, policy=policy)
        second = due_page(session, DueFilter(), seen_by=SYSTEM, now=NOON, policy=policy, after=first.after)
        again = due_page(session, DueFilter(), seen_by=SYSTEM, now=NOON, policy=policy, before=second.before)

    assert first.before is None
    assert again.rows == first.rows
    assert (again.before, again.after) == (None, first.after)


def test_customers_of_one_name_are_not_lost_between_pages(engine: Engine, policy: Policy) -> None:
    for number in range(60):
        ship(engine, f"D42{number:02d}", eula_expires_on=EULA_DATES[0], customer=f"Twin{' ' * number}")
    sorting = Sorting(Sort.CUSTOMER)

    with reading(engine) as session:
        paged = list(all_pages(session, DueFilter(), policy, sorting))

    assert len(set(paged)) == 60


def test_counting_stops_where_it_is_told(units_everywhere: Engine, policy: Policy) -> None:
    with reading(units_everywhere) as session:
        counts = due_counts(session, DueFilter(), seen_by=SYSTEM, now=NOON, policy=policy, most=7)

    assert counts[Show.OUT] == 7
    assert counts[Show.RECEIVED] == 0


def test_a_partner_counts_its_own(engine: Engine, policy: Policy) -> None:
    ship(engine, "D4100001", eula_expires_on=EULA_DATES[0], units=2)
    ship(engine, "D4100002", eula_expires_on=EULA_DATES[0], units=3, partner="Contoso Telecom")
    noordzee = Actor(PersonId(1), "Anna", Role.PARTNER_USER, PartnerId(1), PERMISSIONS[Role.PARTNER_USER])

    with reading(engine) as session:
        counts = due_counts(session, DueFilter(), seen_by=noordzee, now=NOON, policy=policy, most=None)
        listed = [row.order for row in due_rows(session, DueFilter(), seen_by=noordzee, now=NOON, policy=policy)]

    assert counts[Show.OVERDUE] == 2
    assert listed == ["D4100001", "D4100001"]


def rows(session: Session, show: Show, policy: Policy, now: datetime) -> Iterator[DueRow]:
    return due_rows(session, DueFilter(show=show), seen_by=SYSTEM, now=now, policy=policy)


def all_pages(session: Session, wanted: DueFilter, policy: Policy, sorting: Sorting) -> Iterator[str]:
    after = None
    while True:
        page = due_page(session, wanted, seen_by=SYSTEM, now=NOON, policy=policy, sorting=sorting, after=after)
        yield from (row.serial for row in page.rows)
        after = page.after
        if after is None:
            return


def state_of(zone: str, eula_expires_on: date, now: datetime) -> DueState:
    return due_state(due_on(eula_expires_on, window_days=14), today_in(zone, now), soon_days=7)
