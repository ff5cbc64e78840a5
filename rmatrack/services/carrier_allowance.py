"""How often a carrier may be asked over an account: in a clock hour and in a day by Greenwich time (SPEC C-11).

The counts stand in the account's one row of traffic, so that all processes together keep to them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from carriers.kinds import KINDS
from carriers.shipment import Carrier
from rmatrack.db.carrier_accounts import CarrierAccount, CarrierTraffic
from rmatrack.domain.errors import _

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

FOR_TRACKING = 0.8
"""Of what an hour or a day allows, following parcels takes no more than this: labels can still be made at its end."""

ENOUGH_ASKED = _("%(carrier)s was asked as often as this hour allows.")
ENOUGH_TODAY = _("%(carrier)s was asked as often as this day allows.")


@dataclass(frozen=True, slots=True)
class Allowed:
    """How many questions an account may ask in a clock hour and in a day by Greenwich time; None is any number."""

    per_hour: int | None
    per_day: int | None

    @classmethod
    def to(cls, account: CarrierAccount) -> "Allowed":
        """Return what was entered with *account*, else what its carrier gives anybody."""
        kind = KINDS[Carrier(account.carrier)]
        return cls(account.asks_per_hour or kind.asks_per_hour, account.asks_per_day or kind.asks_per_day)


def used_up_until(
    traffic: CarrierTraffic, allowed: Allowed, *, now: datetime, share: float = 1.0
) -> tuple[datetime, str] | None:
    """Return until when nothing more is asked and the sentence that says why; None where something may be.

    Begins the counts anew where an hour or a day is over.
    """
    hour, day = hour_of(now), day_of(now)
    if traffic.hour_at is None or traffic.hour_at < hour:
        traffic.hour_at, traffic.asked = hour, 0
    if traffic.day_at is None or traffic.day_at < day:
        traffic.day_at, traffic.asked_today = day, 0
    if _is_used_up(traffic.asked_today, allowed.per_day, share):
        return day + DAY, ENOUGH_TODAY
    if _is_used_up(traffic.asked, allowed.per_hour, share):
        return hour + HOUR, ENOUGH_ASKED
    return None


def count_asked(traffic: CarrierTraffic, questions: int) -> None:
    """Count what was asked."""
    traffic.asked += questions
    traffic.asked_today += questions


def hour_of(moment: datetime) -> datetime:
    """Return when the clock hour of *moment* began."""
    return moment.replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> datetime:
    """Return when the day of *moment* began, by Greenwich time."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _is_used_up(asked: int, most: int | None, share: float) -> bool:
    return most is not None and asked >= max(1, int(most * share))
