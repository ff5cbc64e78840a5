"""The job that seals the log: every minute what is new, every night whatever was missed."""

from rmatrack.db.engine import writing
from rmatrack.domain.errors import ConflictError
from rmatrack.services.seals import seal_pending
from rmatrack.work.tools import Tools

PORTION = 2_000


def seal_history(tools: Tools, *, everything: bool = False) -> int:
    """Seal all that is committed, a portion in each transaction, and return how many entries that was."""
    sealed = 0
    while True:
        try:
            with writing(tools.engine) as session:
                count = seal_pending(session, limit=PORTION, everything=everything)
        except ConflictError:
            return sealed  # Another worker is sealing; what is left is its work.
        sealed += count
        if count < PORTION:
            return sealed
