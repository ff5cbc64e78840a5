""" "What is our demo order number?": told to who proves to know the order, and to nobody else (SPEC F-2).

Whatever was claimed, the same questions are asked, and one answer stands for all that is not proven. The edge makes
every answer take as long (`rmatrack.web.steady`).
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from rmatrack.db import demo_numbers as questions
from rmatrack.db.attempts import count_try
from rmatrack.db.sight import orders_seen_by
from rmatrack.domain.demo_numbers import (
    PER_ADDRESS,
    PER_PARTNER,
    PER_PERSON,
    WINDOW,
    Claim,
    NothingProvenError,
    TooManyLookUpsError,
    is_same,
    orders_proven,
)
from rmatrack.domain.people import Actor


def count_ask(session: Session, *, by: Actor, address: str, now: datetime) -> None:
    """Count one more try of this person, this partner and this *address*; raises `TooManyLookUpsError`.

    It is counted in a step of its own, before anything is looked at: who asks many times at once is counted too.
    """
    limits = {
        _key("person", str(by.person_id)): PER_PERSON,
        _key("partner", str(by.partner_id)): PER_PARTNER,
        _key("address", address): PER_ADDRESS,
    }
    counted = count_try(session, limits, now=now, window=WINDOW)
    over = [tries.since + WINDOW for key, tries in counted.items() if tries.tries > limits[key]]
    if over:
        raise TooManyLookUpsError(max(over), now)


def demo_numbers(session: Session, claim: Claim, *, seen_by: Actor) -> list[str]:
    """Return the numbers of the open orders that *claim* proves; raises `NothingProvenError`."""
    return numbers_proven(session, claim, seen=orders_seen_by(seen_by))


def numbers_proven(session: Session, claim: Claim, *, seen: ColumnElement[bool], exactly: bool = True) -> list[str]:
    """Do so among the orders that are *seen*; without *exactly*, other serials may be among those given."""
    of_organisation = questions.orders_of_organisation(session, claim.org_id, seen=seen)
    beside = questions.units_beside(session, claim.serials, seen=seen)
    by_pair = {row.order_id for row in of_organisation if sum(is_same(email, row.email) for email in claim.emails)}
    by_serials = orders_proven(claim.serials, beside, exactly=exactly)
    numbers = questions.numbers_of(session, by_pair | by_serials)
    if not numbers:
        raise NothingProvenError
    return numbers


def _key(kind: str, value: str) -> str:
    return sha256(f"{kind}\x1f{value}".encode()).hexdigest()
