"""One turn with a carrier about one label: what is asked with no transaction open, and what came of it (SPEC C-6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from carriers import intents as kit
from carriers.customs import Goods
from carriers.errors import ShippingError
from carriers.http import Exchange
from carriers.intents import Intent
from carriers.live import LAST, LiveSource
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, SourceKind
from rmatrack.domain.errors import RmatrackError
from rmatrack.services.carrier_lines import AccountLine, Lines

LOOK_AGAIN = timedelta(hours=1)


class Deed(Enum):
    BUY = auto()
    SETTLE = auto()
    LOOK_BACK = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a turn: the intent to store, what was said, and the error that the carrier's line is told of."""

    intent: Intent
    heard: Sequence[Exchange]
    error: ShippingError | RmatrackError | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What one worker asks about one intent, free of any session; `version` tells whether it is still its own."""

    intent_id: int
    version: int
    deed: Deed
    account: AccountLine
    intent: Intent
    leaves_at: datetime
    goods: tuple[Goods, ...]

    def take(self, lines: Lines, *, now: datetime) -> Outcome:
        """Ask the carrier. No transaction may be open."""
        with lines.listening() as heard:
            try:
                made = lines.to(self.account).source(self.leaves_at, lambda shipment: self.goods)
            except RmatrackError as error:
                return Outcome(self._waiting(now), heard, error)
            if made is None:
                return Outcome(self._waiting(now), heard, None)
            source = _Noting(made)
            return Outcome(self._asked(source, now), heard, source.error)

    def _asked(self, source: "_Noting", now: datetime) -> Intent:
        match self.deed:
            case Deed.BUY:
                return kit.buy(self.intent, source, now)
            case Deed.SETTLE:
                return kit.settle(self.intent, source, now)
            case Deed.LOOK_BACK:
                try:
                    return kit.look_back(self.intent, source)
                except ShippingError:
                    return replace(self.intent, due_at=now + LOOK_AGAIN)

    def _waiting(self, now: datetime) -> Intent:
        """Return the intent as it was before the call, which could not be made."""
        before = kit.IntentState.UNCLEAR if self.deed is Deed.SETTLE else kit.IntentState.WANTED
        return replace(self.intent, state=before, failures=self.intent.failures + 1, due_at=now + LOOK_AGAIN)


@dataclass(slots=True)
class _Noting:
    """A live source that keeps the last error, which the pure machine turns into a state."""

    source: LiveSource
    error: ShippingError | None = None
    first: int = 1
    last: int = LAST
    carrier: Carrier = field(init=False)
    kind: SourceKind = field(init=False)

    def __post_init__(self) -> None:
        self.carrier, self.kind = self.source.carrier, self.source.kind

    def issue(self, shipment: Shipment, running: int) -> Issued:
        try:
            return self.source.issue(shipment, running)
        except ShippingError as error:
            self.error = error
            raise

    def find(self, shipment: Shipment, running: int) -> tuple[Issued, ...]:
        try:
            return self.source.find(shipment, running)
        except ShippingError as error:
            self.error = error
            raise
