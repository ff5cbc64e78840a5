"""Whether a message that claims to come from a carrier does, is fresh, and is new.

Carriers themselves send a secret along (`knows`); who passes messages on signs them (`judge`): `<timestamp>.<body>`
with a secret that both know (HMAC-SHA256, in hexadecimal). The timestamp, in seconds since 1970, keeps old messages
out; within that window the message's own id says whether it was here before.
"""

import hmac
from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(minutes=5)


class Verdict(StrEnum):
    GENUINE = "genuine"
    REPEATED = "repeated"
    STALE = "stale"
    FORGED = "forged"


def judge(
    body: bytes,
    *,
    timestamp: str,
    signature: str,
    message_id: str,
    secrets: Sequence[str],
    seen: Container[str],
    now: datetime,
    window: timedelta = WINDOW,
) -> Verdict:
    """Return what to think of a message. Any of *secrets* will do, so that one can be replaced while both are known.

    *seen* holds the ids of the messages of the last two windows. The id must be part of the signed body: an id that
    only stands in a header can be changed by whoever repeats the message.
    """
    signed = f"{timestamp}.".encode(errors="replace") + body
    offered = signature.removeprefix("sha256=").lower().encode(errors="replace")
    if not any(hmac.compare_digest(sign(signed, secret).encode(), offered) for secret in secrets if secret):
        return Verdict.FORGED
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 11):
        return Verdict.FORGED
    if abs(now.timestamp() - int(timestamp)) > window.total_seconds():
        return Verdict.STALE
    return Verdict.REPEATED if message_id in seen else Verdict.GENUINE


def knows(offered: str, secrets: Sequence[str]) -> bool:
    """Say whether *offered* is one of *secrets*, in the same time whatever it is."""
    told = offered.encode(errors="replace")
    return any([hmac.compare_digest(secret.encode(), told) for secret in secrets if secret])  # noqa: C419  All of them.


def sign(signed: bytes, secret: str) -> str:
    """Return the signature of *signed*."""
    return hmac.new(secret.encode(), signed, "sha256").hexdigest()
