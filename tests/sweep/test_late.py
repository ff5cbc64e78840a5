"""Sweeps that come late, and trials that went another way: only what still holds is told (SPEC T-16, T-25)."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from rmatrack.db.customer_users import CustomerUser, PhoneNumber
from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.mail import OutboxMail
from rmatrack.db.people import Person
from rmatrack.db.trials import Trial, TrialService
from rmatrack.domain.mails import MailKind
from rmatrack.domain.outbox import MailState
from rmatrack.domain.trials import Door, TrialStatus
from tests.sweep.world import ADA, BEN, OnTrial, World, everything_due, local
from tests.trials.trying import MESSAGING

ZONE = "Europe/Amsterdam"
START = date(2026, 3, 1)
EXPIRES = date(2026, 3, 31)
EVERYBODY = 4
"""Administrators of the customer and of the partner."""


@pytest.fixture
def trial(world: World) -> OnTrial:
    """A trial of thirty days in Amsterdam, over the night in which summer time begins."""
    return world.start(local(ZONE, START), zone=ZONE)


def kinds(world: World, trial: OnTrial) -> list[str]:
    return sorted({told.kind for told in world.told(trial)})


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (-8, []),
        (-7, ["expiry-soon"]),
        (-1, ["expiry-soon"]),
        (0, ["expiry-day"]),
        (30, ["expiry-day"]),
        (31, ["access-ended", "final"]),
        (45, ["access-ended", "final"]),
        (46, ["access-ended", "final", "numbers-released"]),
        (300, ["access-ended", "final", "numbers-released"]),
    ],
)
def test_a_first_sweep_tells_what_holds_that_day(world: World, trial: OnTrial, days: int, told: list[str]) -> None:
    world.sweep(local(ZONE, EXPIRES + timedelta(days=days)))

    assert kinds(world, trial) == told


def test_the_last_day_told_late_is_not_called_today(world: World, trial: OnTrial, tmp_path: Path) -> None:
    now = local(ZONE, EXPIRES + timedelta(days=2))

    world.sweep(now)
    world.deliver(now, tmp_path)

    with reading(world.engine) as session:
        mails = session.scalars(select(OutboxMail).where(OutboxMail.kind == MailKind.EXPIRY_DAY)).all()
    assert len(mails) == EVERYBODY
    assert not [mail for mail in mails if "oday" in f"{mail.subject} {mail.text} {mail.html}"]


def test_an_extension_moves_what_is_to_come(world: World, trial: OnTrial, tmp_path: Path) -> None:
    world.sweep(local(ZONE, EXPIRES - timedelta(days=10)))
    now_expires = world.extend(trial, local(ZONE, EXPIRES - timedelta(days=10), 13))

    for days in range(-10, 80):
        now = local(ZONE, EXPIRES + timedelta(days=days), 14)
        world.sweep(now)
        world.deliver(now, tmp_path)

    assert now_expires == EXPIRES + timedelta(days=20)
    assert world.told(trial) == everything_due(trial, now_expires)


def test_after_an_extension_each_reminder_comes_again_for_the_new_date(
    world: World, trial: OnTrial, tmp_path: Path
) -> None:
    for days in range(-10, 90):
        now = local(ZONE, EXPIRES + timedelta(days=days))
        if days == 5:
            world.extend(trial, now)
        world.sweep(now)
        world.deliver(now, tmp_path)

    first = [told for told in everything_due(trial, EXPIRES) if told.on <= EXPIRES]
    assert world.told(trial) == sorted([*first, *everything_due(trial, EXPIRES + timedelta(days=35))])


def test_a_reminder_that_did_not_leave_is_taken_back_by_an_extension(world: World, trial: OnTrial) -> None:
    world.sweep(local(ZONE, EXPIRES - timedelta(days=7)))
    before = kinds(world, trial)

    world.extend(trial, local(ZONE, EXPIRES - timedelta(days=7), 13))

    assert (before, kinds(world, trial)) == (["expiry-soon"], [])


def test_a_reminder_that_did_not_leave_makes_way_for_the_next(world: World, trial: OnTrial) -> None:
    world.sweep(local(ZONE, EXPIRES - timedelta(days=7)))
    world.sweep(local(ZONE, EXPIRES))

    with reading(world.engine) as session:
        states = dict(
            session.execute(
                select(OutboxMail.kind, OutboxMail.state).where(OutboxMail.kind.in_(["expiry-soon", "expiry-day"]))
            ).all()
        )
    assert states == {"expiry-soon": MailState.WITHDRAWN, "expiry-day": MailState.WAITING}


@pytest.mark.parametrize("days", [-20, 3])
def test_nobody_reminds_of_a_converted_trial(world: World, trial: OnTrial, tmp_path: Path, days: int) -> None:
    told_before = [told for told in everything_due(trial, EXPIRES) if told.on <= EXPIRES + timedelta(days=days)]

    for day in range(-29, 80):
        now = local(ZONE, EXPIRES + timedelta(days=day))
        world.sweep(now)
        world.deliver(now, tmp_path)
        if day == days:
            world.convert(trial, now)

    assert world.told(trial) == told_before
    assert world.status(trial) is TrialStatus.CONVERTED


def test_of_a_cancelled_trial_only_the_numbers_are_told(world: World, trial: OnTrial) -> None:
    cancelled_on = EXPIRES - timedelta(days=20)
    world.cancel(trial, local(ZONE, cancelled_on))

    for days in range(100):
        world.sweep(local(ZONE, cancelled_on + timedelta(days=days), 0))

    assert {(told.on, told.kind) for told in world.told(trial)} == {
        (cancelled_on + timedelta(days=16), MailKind.NUMBERS_RELEASED)
    }


def test_a_trial_without_numbers_tells_of_none(world: World) -> None:
    trial = world.start(local(ZONE, START), zone=ZONE, name="wur", services=MESSAGING)

    for days in range(80):
        world.sweep(local(ZONE, START + timedelta(days=days)))

    assert kinds(world, trial) == ["access-ended", "final"]


def test_a_trial_that_ended_notes_it_in_the_history(world: World, trial: OnTrial) -> None:
    for days in (31, 46):
        world.sweep(local(ZONE, EXPIRES + timedelta(days=days)))

    with reading(world.engine) as session:
        written = session.execute(
            select(Event.deed, Event.old, Event.new).where(
                Event.subject == "trial", Event.subject_key == str(trial.id), Event.actor == "system"
            )
        ).all()
        numbers = session.scalars(select(PhoneNumber.released_at)).all()
        moved = session.scalars(select(CustomerUser.moved_at)).all()
    assert [tuple(row) for row in written] == [("lapsed", "active", "lapsed"), ("numbers released", None, None)]
    assert numbers == [local(ZONE, EXPIRES + timedelta(days=46))]
    assert moved == [local(ZONE, EXPIRES + timedelta(days=31))] * 2


def test_whoever_becomes_an_administrator_is_reminded_too(world: World, trial: OnTrial) -> None:
    world.sweep(local(ZONE, EXPIRES - timedelta(days=7)))
    with writing(world.engine) as session:
        session.execute(update(Person).where(Person.email == "pia.1@sales.example").values(role="sales-admin"))

    world.sweep(local(ZONE, EXPIRES - timedelta(days=6)))

    assert [told.email for told in world.told(trial) if told.email.endswith("@sales.example")] == [
        ADA,
        BEN,
        "pia.1@sales.example",
    ]


def test_whoever_left_the_partner_is_not_written_to(world: World, trial: OnTrial) -> None:
    with writing(world.engine) as session:
        session.execute(update(Person).where(Person.email == BEN).values(active=False))

    world.sweep(local(ZONE, EXPIRES))

    assert sorted(told.email for told in world.told(trial)) == [ADA, trial.boss, trial.deputy]


@pytest.mark.parametrize(
    ("known", "told"), [(-7, ["expiry-soon"]), (-6, []), (0, ["expiry-day"]), (12, []), (31, ["final"]), (90, [])]
)
def test_who_imports_the_past_reminds_nobody(world: World, trial: OnTrial, known: int, told: list[str]) -> None:
    now = local(ZONE, EXPIRES + timedelta(days=known))
    recorded_only(world, trial, now)

    world.sweep(now)

    assert kinds(world, trial) == told


def test_a_trial_known_from_its_shipment_is_one_of_devices(world: World, trial: OnTrial, tmp_path: Path) -> None:
    recorded_only(world, trial, local(ZONE, START))
    now = local(ZONE, EXPIRES)

    world.sweep(now)
    world.deliver(now, tmp_path)

    with reading(world.engine) as session:
        subjects = set(session.scalars(select(OutboxMail.subject).where(OutboxMail.to_email == trial.boss)))
    assert "Trial expires today: Webex Devices" in subjects


def recorded_only(world: World, trial: OnTrial, known_at: datetime) -> None:
    """Make *trial* one that came with a shipment at a moment."""
    with writing(world.engine) as session:
        for table in (TrialService, CustomerUser, PhoneNumber):
            session.query(table).delete()
        session.execute(update(Trial).where(Trial.id == trial.id).values(door=Door.RECORDED.value, created_at=known_at))
