"""However the sweeps fall, they tell what a plain reading of the specification tells (SPEC T-16, T-19, T-21 – T-25)."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from rmatrack.db.engine import make_engine
from rmatrack.domain.mails import MailKind
from rmatrack.domain.policy import Policy
from tests.sweep.world import ADA, BEN, OnTrial, Told, World

START = datetime(2026, 2, 20, 12, tzinfo=UTC)
LIFE_HOURS = 24 * 200
ZONES = ("Pacific/Auckland", "Europe/Amsterdam", "Pacific/Honolulu")


class Deed(StrEnum):
    EXTEND = "extend"
    CANCEL = "cancel"
    CONVERT = "convert"


@dataclass(frozen=True)
class Plan:
    """What happens with one trial: in which zone it is, and what somebody does when, in hours from the start."""

    zone: str
    deeds: tuple[tuple[int, Deed], ...]


HOURS = st.integers(1, LIFE_HOURS)
PLANS = st.builds(
    Plan,
    st.sampled_from(ZONES),
    st.lists(st.tuples(HOURS, st.sampled_from(Deed)), max_size=3, unique_by=lambda deed: deed[0]).map(
        lambda deeds: tuple(sorted(deeds))
    ),
)
SWEEPS = st.lists(HOURS, min_size=8, max_size=40).map(sorted)


@given(plans=st.lists(PLANS, min_size=1, max_size=3), sweeps=SWEEPS)
@settings(max_examples=15)
def test_any_sweeps_tell_what_the_specification_tells(
    policy: Policy, sqlite_template: Path, plans: list[Plan], sweeps: list[int]
) -> None:
    with empty_world(sqlite_template, policy) as (world, folder):
        trials = [world.start(START, zone=plan.zone, name=f"c{place}") for place, plan in enumerate(plans)]
        for hour, deed in timeline(plans, sweeps):
            now = START + timedelta(hours=hour)
            if deed is None:
                world.sweep(now)
                world.deliver(now, folder)
            else:
                do(world, trials[deed[0]], deed[1], now)

        for trial, plan in zip(trials, plans, strict=True):
            assert world.told(trial) == Reading(trial).told_by(plan, sweeps)


Step = tuple[int, tuple[int, Deed] | None]


def timeline(plans: Sequence[Plan], sweeps: Sequence[int]) -> list[Step]:
    """Everything in its order; at the same moment somebody's deed comes before the sweep."""
    deeds: list[Step] = [(hour, (place, deed)) for place, plan in enumerate(plans) for hour, deed in plan.deeds]
    swept: list[Step] = [(hour, None) for hour in sweeps]
    return sorted([*deeds, *swept], key=lambda step: (step[0], step[1] is None))


def do(world: World, trial: OnTrial, deed: Deed, now: datetime) -> None:
    """Do it, where the trial is in a phase in which it can be done."""
    if not Reading(trial).allows(world.status(trial).value, world.expires_on(trial), now):
        return
    {Deed.EXTEND: world.extend, Deed.CANCEL: world.cancel, Deed.CONVERT: world.convert}[deed](trial, now)


@contextmanager
def empty_world(template: Path, policy: Policy) -> Iterator[tuple[World, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rmatrack.sqlite3"
        shutil.copyfile(template, file)
        engine = make_engine(f"sqlite:///{file}")
        yield World(engine, policy), Path(folder)
        engine.dispose()


@dataclass
class Reading:
    """The specification, read plainly for one trial of thirty days."""

    trial: OnTrial
    status: str = "active"
    ended_on: date = date.min
    told: dict[tuple[MailKind, date], list[Told]] = field(default_factory=dict)

    def today(self, hour: int) -> date:
        return (START + timedelta(hours=hour)).astimezone(ZoneInfo(self.trial.zone)).date()

    def allows(self, status: str, expires_on: date, now: datetime) -> bool:
        today = now.astimezone(ZoneInfo(self.trial.zone)).date()
        return status == "active" and today <= expires_on + timedelta(days=30)

    def told_by(self, plan: Plan, sweeps: Sequence[int]) -> list[Told]:
        expires_on = self.today(0) + timedelta(days=30)
        for hour, deed in timeline([plan], sweeps):
            today = self.today(hour)
            if deed is None:
                self.sweep(today, expires_on)
            elif self.allows(self.status, expires_on, START + timedelta(hours=hour)):
                if deed[1] is Deed.EXTEND:
                    expires_on = today + timedelta(days=30)
                else:
                    self.status = {Deed.CANCEL: "cancelled", Deed.CONVERT: "converted"}[deed[1]]
                    self.ended_on = today
        return sorted(told for tellings in self.told.values() for told in tellings)

    def sweep(self, today: date, expires_on: date) -> None:
        left = (expires_on - today).days
        if self.status == "active" and left < -30:
            self.status = "lapsed"
        if self.status == "active" and 1 <= left <= 7:
            self.tell(MailKind.EXPIRY_SOON, expires_on, today)
        if self.status == "active" and left <= 0:
            self.tell(MailKind.EXPIRY_DAY, expires_on, today)
        if self.status == "lapsed":
            self.tell(MailKind.ACCESS_ENDED, expires_on, today, (self.trial.user, self.trial.boss))
            self.tell(MailKind.FINAL, expires_on, today)
        if (self.status == "lapsed" and left <= -46) or (
            self.status == "cancelled" and (today - self.ended_on).days > 15
        ):
            self.tell(MailKind.NUMBERS_RELEASED, expires_on, today)

    def tell(self, kind: MailKind, about_on: date, today: date, emails: Sequence[str] = ()) -> None:
        everybody = emails or (ADA, BEN, self.trial.boss, self.trial.deputy)
        self.told.setdefault((kind, about_on), [Told(today, kind, email) for email in everybody])
