"""The sweep: notes what the calendar has ended, and sends the reminders that are due and not sent (SPEC T-25).

It goes in portions, a short transaction for each. Cut short at any point, run twice, or run by two at once, it sends
nothing twice and the next one sends what is left. It runs every hour, because somewhere a day begins every hour.
"""

import logging
from collections.abc import Callable, Mapping
from itertools import islice

from rmatrack.db.engine import reading, writing
from rmatrack.domain.errors import ConflictError
from rmatrack.services.charge_proposals import propose_charges, take_back_charges, units_beyond_the_ladder
from rmatrack.services.ladder import people_to_tell
from rmatrack.services.lapsing import end_left_out_services, expire_requests, lapse, release_numbers
from rmatrack.services.sweep import people_to_remind, remind
from rmatrack.work.tools import Tools

PEOPLE_AT_ONCE = 100
"""A person's notices stay together, so that they leave in one mail."""
UNITS_AT_ONCE = 200

_NOTES: tuple[Callable[..., list[int]], ...] = (lapse, end_left_out_services, expire_requests, release_numbers)

log = logging.getLogger(__name__)


def sweep(tools: Tools) -> int:
    """Sweep once; return how many reminders were queued."""
    for note in _NOTES:
        _note_all(tools, note)
    _charge_all(tools)
    with reading(tools.engine) as session:
        trials = people_to_remind(session, policy=tools.policy, now=tools.now())
        units = people_to_tell(session, policy=tools.policy, now=tools.now())
    everybody = iter(sorted({*trials, *units}))
    told = 0
    while (some := list(islice(everybody, PEOPLE_AT_ONCE))) and not tools.stopping():
        told += _remind(tools, _of(some, trials), _of(some, units))
    return told


def _of(people: list[str], about: Mapping[str, set[int]]) -> dict[str, set[int]]:
    return {email: about[email] for email in people if email in about}


def _charge_all(tools: Tools) -> None:
    """Take back the charges that no longer hold, and propose those that are due, in portions."""
    try:
        with writing(tools.engine) as session:
            take_back_charges(session, now=tools.now())
        with reading(tools.engine) as session:
            beyond = iter(units_beyond_the_ladder(session, policy=tools.policy, now=tools.now()))
        while (some := set(islice(beyond, UNITS_AT_ONCE))) and not tools.stopping():
            with writing(tools.engine) as session:
                propose_charges(session, some, policy=tools.policy, now=tools.now())
    except ConflictError:
        log.info("Somebody else was at the same charges; what is left is for the next sweep.")


def _note_all(tools: Tools, note: Callable[..., list[int]]) -> None:
    noted = True
    while noted and not tools.stopping():
        try:
            with writing(tools.engine) as session:
                noted = bool(note(session, policy=tools.policy, now=tools.now()))
        except ConflictError:
            log.info("Somebody else was at the same trials; what is left is for the next sweep.")
            return


def _remind(tools: Tools, trials: dict[str, set[int]], units: dict[str, set[int]]) -> int:
    try:
        with writing(tools.engine) as session:
            return remind(session, trials, units, policy=tools.policy, now=tools.now())
    except ConflictError:
        log.info("Somebody else was at the same trials; what is left is for the next sweep.")
        return 0
