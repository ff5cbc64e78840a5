"""The job that forgets, every night, what programs may no longer ask again (SPEC X-8), and what nobody reads."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from rmatrack.db.engine import writing
from rmatrack.services.idempotency import PRUNED_AT_ONCE, forget_answers
from rmatrack.services.notifications import DROPPED_AT_ONCE, forget_notifications
from rmatrack.work.tools import Tools


def forget_old_answers(tools: Tools) -> int:
    """Forget answers older than the policy keeps them, and return how many."""
    return _all(tools, lambda session: forget_answers(session, policy=tools.policy, now=tools.now()), PRUNED_AT_ONCE)


def forget_old_notifications(tools: Tools) -> int:
    """Forget notifications that are older than anybody looks, and return how many."""
    return _all(tools, lambda session: forget_notifications(session, now=tools.now()), DROPPED_AT_ONCE)


def _all(tools: Tools, forget: Callable[[Session], int], at_once: int) -> int:
    """Forget a portion of *at_once* in each transaction until there are no more."""
    forgotten = 0
    while True:
        with writing(tools.engine) as session:
            count = forget(session)
        forgotten += count
        if count < at_once:
            return forgotten
