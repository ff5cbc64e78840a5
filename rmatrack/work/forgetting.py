"""The job that forgets, every night, what programs may no longer ask to be answered again (SPEC X-8)."""

from rmatrack.db.engine import writing
from rmatrack.services.idempotency import PRUNED_AT_ONCE, forget_answers
from rmatrack.work.tools import Tools


def forget_old_answers(tools: Tools) -> int:
    """Forget answers older than the policy keeps them, a portion in each transaction, and return how many."""
    forgotten = 0
    while True:
        with writing(tools.engine) as session:
            count = forget_answers(session, policy=tools.policy, now=tools.now())
        forgotten += count
        if count < PRUNED_AT_ONCE:
            return forgotten
