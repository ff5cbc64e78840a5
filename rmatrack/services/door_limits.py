"""How often carriers may knock, and anybody may try a wrong secret, counted for all processes together (SPEC C-11).

A secret has 256 bits, so that the limit on wrong ones keeps out noise, not guesses: who knocks wrongly too often costs
one short question from then on. Who knows the secret is held to what the database takes in without effort.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from carriers.shipment import Carrier
from rmatrack.db.knocks import count_knock, knocks_of

KNOCKS_A_MINUTE = 1_200
"""Messages of one carrier; it sends again what is refused."""

REFUSALS_A_MINUTE = 30
"""Wrong secrets from one address."""


def is_shut_out(session: Session, address: str, *, now: datetime) -> bool:
    """Say whether *address* knocked wrongly as often as a minute takes, without counting."""
    return knocks_of(session, _key("refused", address), now=now) >= REFUSALS_A_MINUTE


def count_refusal(session: Session, address: str, *, now: datetime) -> None:
    """Count a knock with a wrong secret."""
    count_knock(session, _key("refused", address), now=now)


def has_room(session: Session, carrier: Carrier, *, now: datetime) -> bool:
    """Count a message of *carrier*, and say whether this minute still takes it."""
    return count_knock(session, _key("heard", carrier.value), now=now) <= KNOCKS_A_MINUTE


def _key(kind: str, who: str) -> str:
    return sha256(f"{kind}\x1f{who}".encode()).hexdigest()
