"""The sweep's part in charges: proposing them after the ladder, and taking back what is true no longer (SPEC R-9)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.charge_questions import ToCharge, units_to_charge, untrue_charges
from rmatrack.db.due import zones_out
from rmatrack.db.ladder import hold_units
from rmatrack.domain.charges import ChargeCause, Withdrawal
from rmatrack.domain.due import eula_thresholds, today_in
from rmatrack.domain.ladder import charge_from, rungs
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.policy import Policy
from rmatrack.services.charges import propose, withdraw_charges


def units_beyond_the_ladder(session: Session, *, policy: Policy, now: datetime) -> list[int]:
    """Return the units of which the last rung was told long enough ago, and for which nothing was proposed."""
    return [one.unit_id for one in _beyond(session, policy=policy, now=now)]


def propose_charges(session: Session, unit_ids: Collection[int], *, policy: Policy, now: datetime) -> int:
    """Propose to charge for those of the units that are still beyond the ladder; return how many."""
    hold_units(session, unit_ids)
    still = {one.unit_id for one in _beyond(session, policy=policy, now=now, only=unit_ids)}
    return len(propose(session, still, ChargeCause.NOT_RETURNED, policy=policy, by=SYSTEM, now=now)) if still else 0


def take_back_charges(session: Session, *, now: datetime) -> int:
    """Withdraw what no longer holds, whoever changed it; return for how many units."""
    found: dict[Withdrawal, set[int]] = defaultdict(set)
    for one in untrue_charges(session):
        found[Withdrawal(one.because)].add(one.unit_id)
    for because, unit_ids in found.items():
        withdraw_charges(session, unit_ids, because, by=SYSTEM, now=now)
    return sum(len(unit_ids) for unit_ids in found.values())


def _beyond(
    session: Session, *, policy: Policy, now: datetime, only: Collection[int] | None = None
) -> Sequence[ToCharge]:
    ladder = rungs(policy, now.date())
    if not ladder:
        return []
    after_days = policy.terms.charge_after_days
    last = ladder[-1]
    reached = eula_thresholds(
        now, zones_out(session), in_days=-(last.first + after_days), window_days=policy.return_window_days
    )
    found = units_to_charge(
        session,
        last,
        reached,
        told_before=now - timedelta(days=after_days - 1),
        quiet_since=now - timedelta(days=policy.terms.announced_quiet_days),
        only=only,
    )
    return [one for one in found if _is_time(one, after_days, now)]


def _is_time(one: ToCharge, after_days: int, now: datetime) -> bool:
    return charge_from(today_in(one.zone, one.told_at), after_days=after_days) <= today_in(one.zone, now)
