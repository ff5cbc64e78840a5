"""What day it is where the customers are: at any moment two dates, sometimes three, are somebody's today (SPEC X-4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rmatrack.domain.due import today_in


@dataclass(frozen=True, slots=True)
class Todays:
    """The customers' zones by the date that it is there."""

    zones: Mapping[date, tuple[str, ...]]

    @property
    def earliest(self) -> date:
        """Return the date where the day comes last."""
        return min(self.zones)

    @property
    def latest(self) -> date:
        """Return the date where the day comes first."""
        return max(self.zones)


def todays(now: datetime, zones: Iterable[str]) -> Todays:
    """Return the dates at *now* in IANA *zones*; without any, UTC stands in. Raises `UnknownZoneError`."""
    found: dict[date, list[str]] = defaultdict(list)
    for zone in sorted(zones) or ["UTC"]:
        found[today_in(zone, now)].append(zone)
    return Todays({day: tuple(names) for day, names in found.items()})
