"""Buying one label from a carrier so that it is bought once: the life of a wish, whatever happens to the line.

An intent is stored before each call and after it, and no call is made that was not stored first:

    WANTED --begin--> CALLING --buy--> MADE | REFUSED | WANTED (the carrier is away) | UNCLEAR (the answer was lost)
    UNCLEAR --settle--> MADE | WANTED (the carrier does not have it) | UNCLEAR (ask again)

One that is found in CALLING by somebody else belonged to a worker that died: `doubt` makes it UNCLEAR.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from carriers.errors import CarrierError, CarrierUnavailableError, CarrierUnclearError, ShippingError
from carriers.live import LiveSource
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued

LAG = timedelta(minutes=15)
"""A carrier that does not know a reference for so long after it was asked did not make anything under it."""

ASK_AGAIN = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


class IntentState(StrEnum):
    WANTED = "wanted"
    CALLING = "calling"
    UNCLEAR = "unclear"
    MADE = "made"
    REFUSED = "refused"


OPEN = frozenset({IntentState.WANTED, IntentState.CALLING, IntentState.UNCLEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A label that somebody wants. `running` is the reference of the last call, `due_at` when the next may be.

    `doubtful` are earlier references under which something may still turn up; `stray` are numbers that the carrier
    made and nobody uses: to be taken back, and looked out for.
    """

    shipment: Shipment
    due_at: datetime
    state: IntentState = IntentState.WANTED
    running: int | None = None
    called_at: datetime | None = None
    failures: int = 0
    issued: Issued | None = None
    doubtful: tuple[int, ...] = ()
    stray: tuple[str, ...] = ()
    why: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def begin(intent: Intent, running: int, now: datetime) -> Intent:
    """Return what to store before the call; *running* was never used before."""
    return replace(intent, state=IntentState.CALLING, running=running, called_at=now)


def buy(intent: Intent, source: LiveSource, now: datetime) -> Intent:
    """Call the carrier for an intent that `begin` made, and return what to store then."""
    if intent.running is None:
        return intent
    try:
        issued = source.issue(intent.shipment, intent.running)
    except CarrierUnclearError as unclear:
        return _waiting(intent, IntentState.UNCLEAR, unclear, now)
    except CarrierUnavailableError as away:
        return _waiting(intent, IntentState.WANTED, away, now)
    except ShippingError as refusal:
        return replace(intent, state=IntentState.REFUSED, why=str(refusal))
    return replace(intent, state=IntentState.MADE, issued=issued, failures=0, why="")


def doubt(intent: Intent, carrier: Carrier, now: datetime) -> Intent:
    """Take over an intent whose worker died during its call."""
    return _waiting(intent, IntentState.UNCLEAR, CarrierUnclearError(carrier=carrier.name), now)


def settle(intent: Intent, source: LiveSource, now: datetime) -> Intent:
    """Ask the carrier what it made under the last reference, and return what to store then.

    What it made without giving the label again is stray, and a label is wanted as before.
    """
    if intent.running is None or intent.called_at is None:
        return intent
    try:
        found = source.find(intent.shipment, intent.running)
    except (CarrierUnavailableError, CarrierError) as error:
        return _waiting(intent, IntentState.UNCLEAR, error, now)
    if found:
        return _found(intent, found)
    if now - intent.called_at < LAG:
        return replace(intent, state=IntentState.UNCLEAR, due_at=now + ASK_AGAIN)
    return _wanted_anew(intent, now)


def look_back(intent: Intent, source: LiveSource) -> Intent:
    """Ask once more about all references that were used: what turned up beside the label is stray.

    Raises what `LiveSource.find` raises.
    """
    used = (*intent.doubtful, *filter(None, (intent.running,)))
    found = [one.number for running in used for one in source.find(intent.shipment, running)]
    ours = intent.issued.number if intent.issued else ""
    return replace(intent, stray=_joined(intent.stray, [number for number in found if number != ours]))


def _found(intent: Intent, found: tuple[Issued, ...]) -> Intent:
    usable = next((one for one in found if one.image is not None), None)
    stray = _joined(intent.stray, [one.number for one in found if one is not usable])
    if usable:
        return replace(intent, state=IntentState.MADE, issued=usable, stray=stray, failures=0, why="")
    return replace(intent, state=IntentState.WANTED, running=None, stray=stray, failures=0)


def _wanted_anew(intent: Intent, now: datetime) -> Intent:
    doubtful = intent.doubtful if intent.running is None else (*intent.doubtful, intent.running)
    return replace(intent, state=IntentState.WANTED, running=None, doubtful=doubtful, due_at=now)


def _waiting(intent: Intent, state: IntentState, error: ShippingError, now: datetime) -> Intent:
    """Wait longer after each failure, or as long as the carrier said."""
    failures = intent.failures + 1
    wait = min(ASK_AGAIN * 2 ** min(failures - 1, 10), LONGEST_WAIT)
    if isinstance(error, CarrierUnavailableError) and error.after_seconds is not None:
        wait = timedelta(seconds=error.after_seconds)
    return replace(intent, state=state, failures=failures, due_at=now + wait, why=str(error))


def _joined(known: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))
