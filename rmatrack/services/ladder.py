"""The ladder: who is to be told of which units, asked from state, and told once (SPEC R-8, R-9, T-25)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db.due import zones_out
from rmatrack.db.ladder import Standing, Untold, hold_units, untold
from rmatrack.db.unit_notices import UnitNoticeKey, write_unit_notices
from rmatrack.domain.due import EulaThresholds, due_on, eula_thresholds, today_in
from rmatrack.domain.ladder import rungs
from rmatrack.domain.mails import Mail
from rmatrack.domain.policy import Policy
from rmatrack.services.charges import note_partner_told
from rmatrack.services.ladder_mails import ladder_mails


def people_to_tell(session: Session, *, policy: Policy, now: datetime) -> dict[str, set[int]]:
    """Return the addresses to which something of the ladder is due, and the units that it is about."""
    found: dict[str, set[int]] = defaultdict(set)
    for one in _due(session, policy=policy, now=now):
        found[one.email].add(one.unit_id)
    return found


def climb(
    session: Session, people: Mapping[str, Collection[int]], *, policy: Policy, now: datetime
) -> tuple[int, list[Mail]]:
    """Note what is due to *people* about the units named with them as told; return how much, and the mails to queue.

    What somebody else told in the meantime, or what is true no longer, is left out.
    """
    unit_ids = {id_ for ids in people.values() for id_ in ids}
    if not unit_ids:
        return 0, []
    hold_units(session, unit_ids)
    due = {_key(one): one for one in _due(session, policy=policy, now=now, only=people)}
    written = write_unit_notices(session, list(due), now=now)
    told = [one for key, one in due.items() if key in written]
    note_partner_told(session, {one.unit_id for one in told if one.charge_id is not None}, now=now)
    return len(told), list(ladder_mails(session, told, policy=policy, now=now)) if told else []


def _due(
    session: Session, *, policy: Policy, now: datetime, only: Mapping[str, Collection[int]] | None = None
) -> Iterator[Untold]:
    standings = {standing.rung.code: standing for standing in standings_of(session, policy=policy, now=now)}
    quiet_since = now - timedelta(days=policy.terms.announced_quiet_days)
    window_days = policy.return_window_days
    found = untold(session, list(standings.values()), window_days=window_days, quiet_since=quiet_since, only=only)
    for one in found:
        if one.charge_id is not None:
            yield one
            continue
        known_on, today = today_in(one.zone, one.known_at), today_in(one.zone, now)
        due = due_on(one.eula_expires_on, window_days=window_days)
        if standings[one.step].rung.is_due(due, today, known_on=known_on):
            yield one


def standings_of(session: Session, *, policy: Policy, now: datetime) -> list[Standing]:
    """Return the rungs in force, with the EULA dates of the units on each."""
    zones = zones_out(session)

    def thresholds(days: int) -> EulaThresholds:
        return eula_thresholds(now, zones, in_days=-days, window_days=policy.return_window_days)

    return [Standing(rung, thresholds(rung.first), thresholds(rung.last + 1)) for rung in rungs(policy, now.date())]


def _key(one: Untold) -> UnitNoticeKey:
    return UnitNoticeKey(one.unit_id, one.step, one.eula_expires_on, one.email)
