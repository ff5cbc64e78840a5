"""Our accounts with carriers as people see them: how they stand, and what somebody should see to (SPEC C-9, C-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.carrier_accounts import CarrierAccount, all_accounts, all_traffic
from rmatrack.db.intents import count_waiting, strays_by_account
from rmatrack.db.numbers import numbers_left_of
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.sentences import Sentence
from rmatrack.services.carrier_accounts import account_numbered
from rmatrack.services.carrier_allowance import Allowed, day_of, hour_of
from rmatrack.services.kept_sentences import told
from rmatrack.services.label_numbers import NEARLY_USED_UP, block_name, nearly_used_up, pieces_name


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSeen:
    """An account as people see it: never its credentials, only whether it has any."""

    account: CarrierAccount
    numbers_left: int | None
    pieces_left: int | None
    waiting: int
    strays: int
    opens_at: datetime | None
    failures: int
    asked: int
    asked_today: int
    allowed: Allowed
    answered_at: datetime | None
    failed_at: datetime | None
    why: Sentence | None

    @property
    def warning(self) -> Sentence | None:
        """Return what somebody should see to soon: a block that is nearly used up."""
        if self.account.source != SourceKind.RANGE:
            return None
        left = min((left for left in (self.numbers_left, self.pieces_left) if left is not None), default=0)
        return nearly_used_up(Carrier(self.account.carrier), left) if left < NEARLY_USED_UP else None


def accounts_seen(session: Session, *, by: Actor, now: datetime) -> list[AccountSeen]:
    """Return all accounts with how they stand."""
    by.must(Permission.MANAGE_PEOPLE)
    return _seen(session, all_accounts(session), now)


def account_seen(session: Session, account_id: int, *, by: Actor, now: datetime) -> AccountSeen:
    """Return one account with how it stands; raises `NotFoundError`."""
    by.must(Permission.MANAGE_PEOPLE)
    [seen] = _seen(session, [account_numbered(session, account_id)], now)
    return seen


def _seen(session: Session, accounts: Sequence[CarrierAccount], now: datetime) -> list[AccountSeen]:
    names = [name for account in accounts for name in (block_name(account), pieces_name(account))]
    left, waiting = numbers_left_of(session, names), count_waiting(session)
    strays, traffic = strays_by_account(session), all_traffic(session)
    seen = []
    for account in accounts:
        line = traffic.get(account.id)
        is_range = account.source == SourceKind.RANGE
        seen.append(
            AccountSeen(
                account=account,
                numbers_left=left.get(block_name(account)) if is_range else None,
                pieces_left=left.get(pieces_name(account)) if is_range else None,
                waiting=waiting.get(account.id, 0),
                strays=strays.get(account.id, 0),
                opens_at=line.opens_at if line and line.opens_at and line.opens_at > now else None,
                failures=line.failures if line else 0,
                asked=line.asked if line and line.hour_at == hour_of(now) else 0,
                asked_today=line.asked_today if line and line.day_at == day_of(now) else 0,
                allowed=Allowed.to(account),
                answered_at=line.answered_at if line else None,
                failed_at=line.failed_at if line else None,
                why=told(line.why) if line and line.why else None,
            )
        )
    return seen
