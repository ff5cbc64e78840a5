"""Telling administrators what accounts want of them: blocks that run out, carriers that are away (SPEC C-9, C-11)."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from carriers.sources import SourceKind
from rmatrack.db.carrier_accounts import accounts_in_use, all_traffic
from rmatrack.db.numbers import ends_of, numbers_left_of
from rmatrack.services.label_numbers import NEARLY_USED_UP, block_name, pieces_name
from rmatrack.services.news import carrier_away, numbers_run_out

AWAY = timedelta(hours=1)
"""So long a carrier may be silent, or refuse our credentials, before somebody is told."""


def tell_of_accounts(session: Session, *, now: datetime) -> None:
    """Tell of every account in use that needs somebody. Asked every minute, it tells of each happening once."""
    accounts = list(accounts_in_use(session).values())
    blocks = {
        name: account
        for account in accounts
        if account.source == SourceKind.RANGE
        for name in (block_name(account), pieces_name(account))
    }
    left, ends = numbers_left_of(session, list(blocks)), ends_of(session, list(blocks))
    for name, end in ends.items():
        remaining = left.get(name) or 0
        if remaining < NEARLY_USED_UP:
            account = blocks[name]
            numbers_run_out(session, account.id, account.name, remaining, block=_block(name, end), now=now)
    lines = all_traffic(session)
    for account in accounts:
        line = lines.get(account.id)
        if line and line.away_since and now - line.away_since >= AWAY:
            carrier_away(session, account.id, account.name, since=line.away_since, now=now)


def _block(name: str, end: int) -> str:
    """Return what tells this block from the one before and after it."""
    return f"{name.rpartition(':')[2]}-{end}"
