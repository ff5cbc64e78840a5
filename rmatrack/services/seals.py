"""Sealing the log: committed events are appended to a chain of digests, in the chain's own order (SPEC X-2).

An event's id is given before its transaction commits, so that a lower id can appear after a higher one was sealed. The
chain therefore has an order of its own, and each pass looks back over ids that may have come late.
"""

from itertools import accumulate

from sqlalchemy.orm import Session

from rmatrack.db import seals
from rmatrack.domain.history import chained

LATE_IDS = 100_000
"""How far below the newest sealed id a pass looks for late ones; `everything` looks at all."""


def seal_pending(session: Session, *, limit: int, everything: bool = False) -> int:
    """Seal up to *limit* events and return how many; fewer than *limit* means that none is left.

    Two sealers at once are safe: the second finds the position taken, and its step is refused as a conflict.
    """
    above = 0 if everything else max(0, seals.newest_sealed(session) - LATE_IDS)
    pending = seals.unsealed(session, above=above, limit=limit)
    if not pending:
        return 0
    last = seals.last_link(session)
    digests = accumulate((digest for _, digest in pending), chained, initial=last.digest)
    next(digests)
    seals.append_links(
        session,
        [
            {"position": position, "event_id": event_id, "digest": digest}
            for position, ((event_id, _), digest) in enumerate(zip(pending, digests, strict=True), last.position + 1)
        ],
    )
    return len(pending)
