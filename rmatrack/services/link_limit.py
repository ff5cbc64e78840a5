"""How often the signed links of mails are opened from one address: counted before a link is read, good or bad."""

import math
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from rmatrack.db.attempts import count_try
from rmatrack.domain.errors import RuleBrokenError, _

WINDOW = timedelta(hours=1)
PER_ADDRESS = 60
"""Openings and answers in a window; who got a mail needs a few, and colleagues may share an address."""


class TooManyLinksError(RuleBrokenError):
    """Somebody tries links, or a program opens them over and over (HTTP 429 at the edge)."""

    code = "too-many-links"
    message = _("Links were opened from your network too often. Nothing is lost: try again in %(minutes)s minutes.")

    def __init__(self, until: datetime, now: datetime) -> None:
        super().__init__(minutes=max(1, math.ceil((until - now) / timedelta(minutes=1))))


def count_opening(session: Session, address: str, *, now: datetime) -> TooManyLinksError | None:
    """Count one more request for a link from *address*; return what refuses it where there were too many.

    It is returned, not raised, so that the count is kept.
    """
    key = sha256(f"link\x1f{address}".encode()).hexdigest()
    tries = count_try(session, [key], now=now, window=WINDOW)[key]
    return TooManyLinksError(tries.since + WINDOW, now) if tries.tries > PER_ADDRESS else None
