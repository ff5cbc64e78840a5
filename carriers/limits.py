"""How often a carrier may be asked: so many times in a clock hour, then not before the next one begins."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from carriers.errors import CarrierLimitError


class HourlyLimit:
    """Counts what one account asks in this process; several processes share a limit by dividing it."""

    def __init__(self, carrier: str, most: int, now: Callable[[], datetime]) -> None:
        self._carrier = carrier
        self._most = most
        self._now = now
        self._lock = Lock()
        self._hour: datetime | None = None
        self._taken = 0

    def take(self) -> None:
        """Count one question; raises `CarrierLimitError` when the hour has no more."""
        with self._lock:
            now = self._now()
            self._begin(now)
            if self._taken >= self._most:
                raise CarrierLimitError(carrier=self._carrier, after_seconds=_seconds_left(now))
            self._taken += 1

    def shut(self) -> None:
        """Ask nothing more this hour: the carrier counted more than we did."""
        with self._lock:
            self._begin(self._now())
            self._taken = self._most

    @property
    def seconds_left(self) -> float:
        """How long this hour lasts."""
        return _seconds_left(self._now())

    def _begin(self, now: datetime) -> None:
        hour = _hour_of(now)
        if self._hour is None or hour > self._hour:
            self._hour, self._taken = hour, 0


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _seconds_left(now: datetime) -> float:
    return (_hour_of(now) + timedelta(hours=1) - now).total_seconds()
