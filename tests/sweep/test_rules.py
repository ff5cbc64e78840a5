"""The reminders as a table, and what day it is where the customers are."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rmatrack.domain.due import UnknownZoneError
from rmatrack.domain.policy import Policy
from rmatrack.domain.reminding import Reminder, reminders
from rmatrack.domain.todays import todays

EXPIRES = date(2026, 3, 29)
LONG_AGO = date(2026, 1, 1)


@pytest.fixture
def rules(policy: Policy) -> dict[str, Reminder]:
    return {rule.name: rule for rule in reminders(policy.terms)}


def test_the_rules_are_those_of_the_specification(rules: dict[str, Reminder]) -> None:
    table = {name: (rule.first, rule.last, [str(who) for who in rule.audiences]) for name, rule in rules.items()}

    assert table == {
        "expiry-soon-7": (-7, -1, ["customer", "partner"]),
        "expiry-day": (0, 30, ["customer", "partner"]),
        "access-ended": (31, None, ["user"]),
        "final": (31, None, ["customer", "partner"]),
        "numbers-released": (46, None, ["customer", "partner"]),
        "consent-expired": (1, None, ["partner"]),
    }


def test_the_policy_may_remind_more_often(policy: Policy) -> None:
    terms = replace(policy.terms, expiry_reminder_days=(7, 14, 0))

    spans = {rule.name: (rule.first, rule.last) for rule in reminders(terms)}

    assert spans["expiry-soon-14"] == (-14, -8)
    assert spans["expiry-soon-7"] == (-7, -1)
    assert spans["expiry-day"] == (0, 30)


def test_the_policy_may_leave_the_day_itself_out(policy: Policy) -> None:
    terms = replace(policy.terms, expiry_reminder_days=(3,))

    spans = {rule.name: (rule.first, rule.last) for rule in reminders(terms)}

    assert spans["expiry-soon-3"] == (-3, -1)
    assert "expiry-day" not in spans


@pytest.mark.parametrize(("days", "due"), [(-8, False), (-7, True), (-1, True), (0, False)])
def test_a_reminder_holds_until_the_next_is_due(rules: dict[str, Reminder], days: int, due: bool) -> None:
    today = EXPIRES + timedelta(days=days)

    assert rules["expiry-soon-7"].is_due(EXPIRES, today, known_on=LONG_AGO) is due


@pytest.mark.parametrize(("known", "due"), [(-1, True), (0, True), (1, False)])
def test_what_was_over_before_we_knew_is_not_due(rules: dict[str, Reminder], known: int, due: bool) -> None:
    known_on = EXPIRES + timedelta(days=known)

    assert rules["expiry-day"].is_due(EXPIRES, EXPIRES + timedelta(days=3), known_on=known_on) is due


def test_no_name_is_too_long_to_be_kept(policy: Policy) -> None:
    terms = replace(policy.terms, expiry_reminder_days=(365, 0))

    assert max(len(rule.name) for rule in reminders(terms)) <= 32


def test_it_can_be_three_days_at_once() -> None:
    now = datetime(2026, 3, 29, 10, 30, tzinfo=UTC)

    found = todays(now, ["Pacific/Kiritimati", "Europe/Amsterdam", "Pacific/Pago_Pago", "Pacific/Auckland"])

    assert found.zones == {
        date(2026, 3, 28): ("Pacific/Pago_Pago",),
        date(2026, 3, 29): ("Europe/Amsterdam", "Pacific/Auckland"),
        date(2026, 3, 30): ("Pacific/Kiritimati",),
    }
    assert (found.earliest, found.latest) == (date(2026, 3, 28), date(2026, 3, 30))


def test_without_customers_it_is_today_in_utc() -> None:
    assert todays(datetime(2026, 3, 29, 23, 59, tzinfo=UTC), []).zones == {date(2026, 3, 29): ("UTC",)}


def test_a_zone_that_is_none_is_named() -> None:
    with pytest.raises(UnknownZoneError) as refused:
        todays(datetime(2026, 3, 29, tzinfo=UTC), ["Mars/Olympus"])

    assert refused.value.code == "unknown-zone"
