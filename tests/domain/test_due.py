"""Due dates, their reasons, the lists' thresholds, and the two clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmatrack.domain.due import (
    DueState,
    Span,
    UnknownZoneError,
    days_left,
    due_on,
    due_reason,
    due_state,
    eula_thresholds,
    is_overdue,
    last_pickup_day,
    today_in,
    two_clocks,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  Zone below.
ZONES = ["Pacific/Kiritimati", "Asia/Tokyo", "Europe/Amsterdam", "UTC", "America/New_York", "Pacific/Pago_Pago"]


def test_a_unit_is_due_fourteen_days_after_its_eula() -> None:
    assert due_on(date(2026, 11, 14), window_days=14) == date(2026, 11, 28)


@given(DAYS, st.integers(0, 60), DAYS)
def test_days_left_run_out_on_the_due_day(eula: date, window: int, today: date) -> None:
    due = due_on(eula, window_days=window)

    assert due - timedelta(days=window) == eula
    assert is_overdue(due, today) == (days_left(due, today) < 0)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 11, 20), DueState.NOT_DUE),
        (date(2026, 11, 21), DueState.DUE_SOON),
        (date(2026, 11, 27), DueState.DUE_SOON),
        (date(2026, 11, 28), DueState.DUE_TODAY),
        (date(2026, 11, 29), DueState.OVERDUE),
    ],
)
def test_the_due_day_itself_is_not_overdue(today: date, state: DueState) -> None:
    assert due_state(date(2026, 11, 28), today, soon_days=7) is state


def test_a_unit_without_eula_date_is_never_overdue() -> None:
    assert not is_overdue(None, date(2026, 11, 29))


def test_today_is_the_customers() -> None:
    now = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)

    assert [today_in(zone, now).day for zone in ZONES] == [23, 22, 22, 22, 22, 22]


@pytest.mark.parametrize("zone", ["Europe/Utrecht", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZoneError) as refused:
        today_in(zone, datetime(2026, 11, 22, tzinfo=UTC))

    assert refused.value.code == "unknown-zone"


@pytest.mark.parametrize(
    ("mailed_on", "today", "sentence"),
    [
        (
            date(2026, 10, 1),
            date(2026, 11, 20),
            "Due 2026-11-28: EULA expired 2026-11-14 (EULA mail of 2026-10-01, +44 days), +14 days",
        ),
        (None, date(2026, 11, 20), "Due 2026-11-28: EULA expired 2026-11-14, +14 days"),
        (
            date(2026, 10, 1),
            date(2026, 11, 14),
            "Due 2026-11-28: EULA expires 2026-11-14 (EULA mail of 2026-10-01, +44 days), +14 days",
        ),
        (None, date(2026, 11, 14), "Due 2026-11-28: EULA expires 2026-11-14, +14 days"),
    ],
)
def test_a_due_date_can_be_unfolded(mailed_on: date | None, today: date, sentence: str) -> None:
    reason = due_reason(date(2026, 11, 14), window_days=14, today=today, eula_mailed_on=mailed_on)

    assert str(reason.sentence) == sentence


@given(DAYS, st.integers(0, 60), DAYS, DAYS)
def test_the_parts_of_a_reason_add_up(eula: date, window: int, mailed: date, today: date) -> None:
    reason = due_reason(eula, window_days=window, today=today, eula_mailed_on=mailed)

    assert reason.eula_days is not None
    assert mailed + timedelta(days=reason.eula_days + reason.window_days) == reason.due_on


def test_the_last_pickup_is_on_the_working_day_before_a_weekend() -> None:
    assert last_pickup_day(date(2026, 11, 29), lambda day: day.weekday() < 5) == date(2026, 11, 27)


def test_a_working_due_day_is_its_own_last_pickup() -> None:
    assert last_pickup_day(date(2026, 11, 27), lambda day: day.weekday() < 5) == date(2026, 11, 27)


def test_without_any_working_day_the_due_day_is_given() -> None:
    assert last_pickup_day(date(2026, 11, 27), lambda _day: False) == date(2026, 11, 27)


@given(MOMENTS, DAYS, st.sampled_from(ZONES), st.integers(-1, 30))
def test_a_threshold_lists_exactly_what_is_due(now: datetime, eula: date, zone: str, in_days: int) -> None:
    thresholds = eula_thresholds(now, ZONES, in_days=in_days, window_days=14)

    listed = eula <= thresholds.fine[zone]

    assert listed == (days_left(due_on(eula, window_days=14), today_in(zone, now)) <= in_days)
    assert thresholds.settled_by <= thresholds.fine[zone] <= thresholds.coarse


@given(MOMENTS)
def test_zones_fall_into_three_groups_at_most(now: datetime) -> None:
    groups = eula_thresholds(now, ZONES, in_days=0, window_days=14).groups

    assert len(groups) <= 3
    assert sorted(zone for zones in groups.values() for zone in zones) == sorted(ZONES)


def test_without_customers_utc_stands_in() -> None:
    thresholds = eula_thresholds(datetime(2026, 11, 22, tzinfo=UTC), [], in_days=-1, window_days=14)

    assert thresholds.coarse == thresholds.settled_by == date(2026, 11, 7)


def test_the_two_clocks_lie_on_one_bar() -> None:
    bar = two_clocks(
        shipped_on=date(2026, 1, 1),
        trial_expires_on=date(2026, 4, 11),
        eula_expires_on=date(2026, 2, 20),
        due=date(2026, 3, 6),
        today=date(2026, 1, 11),
    )

    assert (bar.starts_on, bar.ends_on) == (date(2026, 1, 1), date(2026, 4, 11))
    assert (bar.trial, bar.eula, bar.window) == (Span(0, 1), Span(0, 0.5), Span(0.5, 0.64))
    assert bar.today == pytest.approx(0.1)
    assert not bar.is_beyond


@given(DAYS, st.none() | DAYS, DAYS, DAYS)
def test_nothing_falls_off_the_bar(shipped: date, trial: date | None, eula: date, today: date) -> None:
    due = due_on(eula, window_days=14)

    bar = two_clocks(shipped_on=shipped, trial_expires_on=trial, eula_expires_on=eula, due=due, today=today)

    spans = [span for span in (bar.trial, bar.eula, bar.window) if span]
    assert all(0 <= span.start <= span.end <= 1 for span in spans)
    assert 0 <= bar.today <= 1
    assert bar.is_beyond == (today > bar.ends_on)
