"""How often a door may be knocked at: so many times in a minute by each caller, counted in this process."""

from collections import Counter
from datetime import datetime
from threading import Lock

_MINUTE_SECONDS = 60


class Turnstile:
    """Lets *most* through in each minute, for every key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._minute = 0
        self._passed: Counter[str] = Counter()

    def lets(self, key: str, now: datetime) -> bool:
        """Count one knock, and say whether it is among those let through."""
        with self._lock:
            self._begin(now)
            self._passed[key] += 1
            return self._passed[key] <= self._most

    def is_shut(self, key: str, now: datetime) -> bool:
        """Say whether *key* has used up its minute, without counting."""
        with self._lock:
            self._begin(now)
            return self._passed[key] >= self._most

    def _begin(self, now: datetime) -> None:
        minute = int(now.timestamp()) // _MINUTE_SECONDS
        if minute != self._minute:
            self._minute, self._passed = minute, Counter()
