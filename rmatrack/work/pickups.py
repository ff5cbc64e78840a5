"""The job that tells carriers when to come: a visit is taken, the carrier is called with no transaction open, settled.

It runs when somebody wants a visit and every minute besides, so that a carrier that was down loses nothing.
"""

import logging
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from carriers.errors import ShippingError
from rmatrack.db.engine import writing
from rmatrack.db.pickups import let_fetched_go
from rmatrack.domain.errors import ConflictError, RmatrackError
from rmatrack.services.carrier_lines import Lines, ask
from rmatrack.services.pickup_calls import Call, begin_call, fail_call, finish_call, make_call, wait
from rmatrack.work.tools import Tools

log = logging.getLogger(__name__)


def call_carriers(tools: Tools) -> int:
    """Call about every visit that is due; return how many carriers agreed to."""
    if tools.lines is None:
        return 0
    with writing(tools.engine) as session:
        let_fetched_go(session, before=tools.now().date())
    agreed = 0
    while not tools.stopping():
        try:
            with writing(tools.engine) as session:
                call = begin_call(session, policy=tools.policy, now=tools.now())
        except ConflictError:
            log.info("Somebody else was at the same pickup.")
            continue
        if call is None:
            return agreed
        agreed += _call(tools, tools.lines, call)
    return agreed


def _call(tools: Tools, lines: Lines, call: Call) -> bool:
    def step() -> AbstractContextManager[Session]:
        return writing(tools.engine)

    try:
        number = ask(step, lines, call.account, lambda line: make_call(line, call), now=tools.now)
    except RmatrackError as closed:
        log.info("%s", closed)
        with step() as session:
            wait(session, call, now=tools.now())
        return False
    except ShippingError as error:
        with step() as session:
            fail_call(session, call, error, now=tools.now())
        return False
    with step() as session:
        finish_call(session, call, number, now=tools.now())
    return True
