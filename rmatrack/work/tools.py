"""What every job works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from rmatrack.domain.policy import Policy
from rmatrack.services.carrier_lines import Lines


@dataclass(frozen=True, slots=True)
class Tools:
    """Database, policy and clock, the same for every job of a worker.

    `stopping` says that the worker is about to end: a long job then puts itself back in line. `lines` lead to carriers;
    without them nobody asks one.
    """

    engine: Engine
    policy: Policy
    now: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False
    lines: Lines | None = None
