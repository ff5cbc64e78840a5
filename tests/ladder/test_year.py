"""A year of a lent device, day by day: each rung is told once and on the right day of its customer (SPEC R-8, R-9).

Nights are missed, sweeps are doubled, and the changes of the clocks lie on the days that matter.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from rmatrack.domain.labels import LabelState
from tests.ladder.loans import CHARGED_AFTER, PARTNERS, RUNGS, Loans, Told, everything_due, local

YEARS = [
    pytest.param("Europe/Amsterdam", date(2026, 3, 29), id="Amsterdam is due on the short day"),
    pytest.param("Europe/Amsterdam", date(2026, 10, 18), id="Amsterdam is a week overdue on the long day"),
    pytest.param("Pacific/Auckland", date(2026, 4, 5), id="Auckland is due on the long day"),
    pytest.param("Pacific/Auckland", date(2026, 9, 13), id="Auckland is two weeks overdue on the short day"),
    pytest.param("Pacific/Honolulu", date(2026, 3, 29), id="Honolulu has no such days"),
]


def moments(zone: str, due_on: date) -> Iterator[datetime]:
    """When the sweep runs: last thing and first thing on the days that matter, twice, and not at all on some others."""
    matters = {due_on + timedelta(days=after) for after in (*RUNGS.values(), CHARGED_AFTER)}
    for days in range(-10, 40):
        day = due_on + timedelta(days=days)
        if day in matters:
            yield local(zone, day - timedelta(days=1), 23, 59)
            yield local(zone, day, 0, 1)
            yield local(zone, day, 0, 1)
            yield local(zone, day, 23, 59)
        elif days % 5 == 0:
            yield local(zone, day)


@pytest.mark.parametrize(("zone", "due_on"), YEARS)
def test_every_rung_is_told_once_and_on_its_day(loans: Loans, zone: str, due_on: date) -> None:
    loan = loans.ship(due_on, zone=zone)

    for now in moments(zone, due_on):
        loans.sweep(now)

    assert loans.told(loan) == everything_due(loan, due_on)
    assert loans.kinds(loan, loan.boss) == ["return-due"] * 2 + ["return-overdue"] * 3
    charged_on = due_on + timedelta(days=CHARGED_AFTER)
    proposed = [told for told in loans.told(loan, charges=True) if told.step == "charge"]
    assert proposed == [Told(charged_on, "charge", email) for email in PARTNERS[:2]]
    assert loans.states(loan) == ["notified"]


def test_after_missed_nights_only_the_latest_rung_is_told(loans: Loans) -> None:
    due_on = date(2026, 5, 11)
    loan = loans.ship(due_on)

    for after in (-20, -3, 16, 17, 29):
        loans.sweep(local(loan.zone, due_on + timedelta(days=after)))

    told = [(told.on, told.step) for told in loans.told(loan) if told.email == loan.boss]
    assert told == [(due_on - timedelta(days=3), "due-soon"), (due_on + timedelta(days=16), "overdue-14")]


@pytest.mark.parametrize("state", [LabelState.IN_TRANSIT, LabelState.DELIVERED])
def test_nothing_is_told_once_the_carrier_has_it(loans: Loans, state: LabelState) -> None:
    due_on = date(2026, 5, 11)
    loan = loans.ship(due_on)
    loans.label(loan, LabelState.PRINTED)
    loans.sweep(local(loan.zone, due_on))

    loans.move_label(loan, state)
    for days in range(1, 60, 7):
        loans.sweep(local(loan.zone, due_on + timedelta(days=days)))

    assert {told.step for told in loans.told(loan)} == {"due"}
    assert loans.states(loan) == []


def test_nothing_is_told_after_receipt(loans: Loans) -> None:
    due_on = date(2026, 5, 11)
    loan = loans.ship(due_on)
    loans.sweep(local(loan.zone, due_on))

    loans.receive(loan, local(loan.zone, due_on + timedelta(days=1)))
    for days in range(2, 60, 7):
        loans.sweep(local(loan.zone, due_on + timedelta(days=days)))

    assert {told.step for told in loans.told(loan)} == {"due"}
    assert loans.states(loan) == []


def test_an_extension_begins_the_ladder_anew(loans: Loans) -> None:
    due_on, new_due_on = date(2026, 5, 11), date(2026, 7, 6)
    loan = loans.ship(due_on)
    for days in (-7, 0, 7):
        loans.sweep(local(loan.zone, due_on + timedelta(days=days)))

    loans.extend(loan, new_due_on)
    for days in (-8, *RUNGS.values()):
        loans.sweep(local(loan.zone, new_due_on + timedelta(days=days)))

    of_old_day = [told for told in everything_due(loan, due_on) if told.step in {"due-soon", "due", "overdue-7"}]
    assert loans.told(loan) == sorted([*of_old_day, *everything_due(loan, new_due_on)])


@pytest.mark.parametrize(
    ("known", "steps"),
    [
        (-8, ["due", "due-soon", "overdue-14", "overdue-30", "overdue-7"]),
        (0, ["due", "overdue-14", "overdue-30", "overdue-7"]),
        (9, ["overdue-14", "overdue-30"]),
        (31, []),
        (200, []),
    ],
)
def test_an_imported_unit_goes_on_with_the_next_rung(loans: Loans, known: int, steps: list[str]) -> None:
    due_on = date(2026, 5, 11)
    known_on = due_on + timedelta(days=known)
    loan = loans.ship(due_on, known_at=local("Europe/Amsterdam", known_on, 9))

    for days in range(0, 60, 6):
        loans.sweep(local(loan.zone, known_on + timedelta(days=days)))

    assert sorted({told.step for told in loans.told(loan)}) == steps
    assert loans.states(loan) == (["notified"] if steps else [])


def test_one_person_gets_one_mail_a_sweep(loans: Loans) -> None:
    due_on = date(2026, 5, 11)
    first = loans.ship(due_on, serials=("FOC21213GKV", "FNS17231KZ7"))
    loans.ship(due_on, number="D4100209", serials=("SSI16460ARS",))

    loans.sweep(local(first.zone, due_on))

    assert list(loans.mails(PARTNERS[0]).values()) == [1]
    assert list(loans.mails(first.boss).values()) == [1]
    assert loans.kinds(first, first.boss) == ["return-due"]


def test_where_the_day_begins_first_it_is_told_first(loans: Loans) -> None:
    due_on = date(2026, 3, 29)
    auckland = loans.ship(due_on, zone="Pacific/Auckland")
    honolulu = loans.ship(due_on, zone="Pacific/Honolulu", number="D4100209", serials=("FNS17231KZ7",))

    loans.sweep(local("Pacific/Auckland", due_on, 0, 5))

    assert [told.step for told in loans.told(auckland)] == ["due"] * 4
    assert loans.told(honolulu) == [told for told in loans.told(honolulu) if told.step == "due-soon"]
