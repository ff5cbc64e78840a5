"""Answers that all take as long, so that the time tells nothing of what was found (SPEC F-2)."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app

from rmatrack.web.sessions import close_read_session

KEY = "STEADY_SECONDS"

STEADY_SECONDS = 0.25
"""Far more than the work takes (`benchmarks/lookup_answers.py`), and no wait for a person. Work that takes longer all
the same is answered at the next multiple."""


@contextmanager
def steadily() -> Iterator[None]:
    """Wait at the end of the block until a whole number of budgets has passed, with no transaction open."""
    budget = float(current_app.config.get(KEY, STEADY_SECONDS))
    started = time.monotonic()
    try:
        yield
    finally:
        close_read_session()
        _wait_until_whole(started, budget)


def _wait_until_whole(started: float, budget: float) -> None:
    spent = time.monotonic() - started
    if budget:
        time.sleep(math.ceil(spent / budget) * budget - spent)
