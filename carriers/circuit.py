"""When to leave a carrier alone: after some failures in a row nobody asks for a while, then one does.

Each account has a circuit of its own. It is a value: keep what `after` returns.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAILURES = 5
PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Circuit:
    """`failures` came in a row; nothing is asked before `opens_at`."""

    failures: int = 0
    opens_at: datetime | None = None

    def may_ask(self, now: datetime) -> bool:
        return self.opens_at is None or now >= self.opens_at

    def asking(self, now: datetime) -> "Circuit":
        """Return what to keep before the first question after a pause: all others wait for how it ends."""
        return self if self.opens_at is None else replace(self, opens_at=now + PAUSE)

    def after(self, now: datetime, *, answered: bool, wait: timedelta | None = None) -> "Circuit":
        """Return what to keep after a question. A refusal is an answer too; *wait* is what the carrier asked for."""
        if answered:
            return Circuit()
        failures = self.failures + 1
        if wait is not None:
            return Circuit(failures, now + wait)
        if failures < FAILURES:
            return Circuit(failures)
        return Circuit(failures, now + min(PAUSE * 2 ** min(failures - FAILURES, 10), LONGEST_PAUSE))
