"""Whatever happens on the line, each wanted label exists once, and all that a carrier made is accounted for."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carriers.dhl_api.client import Dhl
from carriers.errors import (
    CarrierError,
    CarrierLimitError,
    CarrierUnavailableError,
    CarrierUnclearError,
    CredentialsRefusedError,
    ShippingError,
)
from carriers.intents import LONGEST_WAIT, Intent, IntentState, begin, buy, doubt, look_back, settle
from carriers.live import LiveDhl, LiveSource, LiveUps
from carriers.tokens import Credentials
from carriers.ups_api.client import Ups
from tests.carriers.samples import DHL_ACCOUNT, MUNICH, NOW, TODAY, UPS_ACCOUNT, VENLO, shipment
from tests.carriers.stand_in import Fault, StandIn

PATIENCE_SECONDS = 30.0
BARELY_PATIENT_SECONDS = 1.0
IMPATIENCE_SECONDS = 0.2
"""Short, because many examples wait it out. A busy machine only adds time-outs to the faults."""
MOST_ROUNDS = 400

EXPECTED: dict[Fault, type[ShippingError]] = {
    Fault.HANGS_UP: CarrierUnclearError,
    Fault.LOST: CarrierUnclearError,
    Fault.CUT: CarrierUnclearError,
    Fault.SLOW: CarrierUnclearError,
    Fault.BUSY: CarrierLimitError,
    Fault.BROKEN: CarrierUnclearError,
    Fault.BROKEN_AFTER: CarrierUnclearError,
    Fault.WRONG_TYPE: CarrierUnclearError,
    Fault.LATE: CarrierUnclearError,
}
"""What is said of a label that was asked for when this happened."""


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def ups(stand_in: StandIn, request: pytest.FixtureRequest) -> Ups:
    """UPS with a token fetched already, so that the next fault meets the next question."""
    slow = "SLOW" in request.node.name
    ups = Ups(UPS_ACCOUNT, host=stand_in.host, seconds=BARELY_PATIENT_SECONDS if slow else PATIENCE_SECONDS)
    ups.events("1Z12345E6605272234")
    return ups


@pytest.mark.parametrize("fault", EXPECTED, ids=lambda fault: fault.name)
def test_a_label_that_goes_wrong_says_whether_it_may_exist(stand_in: StandIn, ups: Ups, fault: Fault) -> None:
    stand_in.faults.append(fault)

    with pytest.raises(ShippingError) as refused:
        ups.return_label(shipment(), "R26000123L1")

    assert type(refused.value) is EXPECTED[fault]


@pytest.mark.parametrize("fault", EXPECTED, ids=lambda fault: fault.name)
def test_a_look_that_goes_wrong_can_always_be_repeated(stand_in: StandIn, ups: Ups, fault: Fault) -> None:
    stand_in.faults.append(fault)

    with pytest.raises(CarrierUnavailableError):
        ups.check(shipment().ship_from)

    assert ups.check(shipment().ship_from).suggestions


def test_a_token_that_ended_early_is_renewed_once(stand_in: StandIn, ups: Ups) -> None:
    stand_in.faults.append(Fault.EXPIRED)

    made = ups.return_label(shipment(), "R26000123L1")

    asked = [heard.path.rsplit("/", 1)[-1] for heard in stand_in.heard[-3:]]
    assert asked == ["ship", "token", "ship"]
    assert list(stand_in.ups.made) == [made.number]


def test_a_token_is_fetched_once_for_many_questions(stand_in: StandIn, ups: Ups) -> None:
    for number in range(5):
        ups.return_label(shipment(), f"R26000123L{number}")

    assert sum(heard.path.endswith("/token") for heard in stand_in.heard) == 1


def test_wrong_credentials_leave_work_waiting(stand_in: StandIn) -> None:
    ups = Ups(replace(UPS_ACCOUNT, credentials=Credentials("ups-key", "an old secret")), host=stand_in.host)

    with pytest.raises(CredentialsRefusedError) as refused:
        ups.return_label(shipment(), "R26000123L1")

    assert refused.value.code == "carrier-credentials"


def test_a_refusal_is_told_in_the_words_of_the_carrier(stand_in: StandIn, ups: Ups) -> None:
    nameless = shipment()
    nameless = replace(nameless, parcel=replace(nameless.parcel, description=""))

    with pytest.raises(CarrierError, match="120623 Invalid merchandise description") as refused:
        ups.return_label(nameless, "R26000123L1")

    assert refused.value.code == "carrier-refused"


def test_nobody_at_home_means_that_nothing_was_done() -> None:
    with StandIn() as gone:
        host = gone.host
    dhl = Dhl(DHL_ACCOUNT, host=host)

    with pytest.raises(CarrierUnavailableError):
        dhl.products(shipment(MUNICH, VENLO), TODAY)


@dataclass
class OrderBook:
    """Intents as a database would keep them: what is not stored here is gone when a worker dies."""

    source: LiveSource
    intents: list[Intent]
    dies: deque[bool]
    now: datetime = NOW
    running: int = 0
    rounds: int = 0
    hidden: list[Intent] = field(default_factory=list)

    def work(self, at: Callable[[datetime], None]) -> None:
        """Take up what is due until nothing is open."""
        while any(intent.is_open for intent in self.intents) and self.rounds < MOST_ROUNDS:
            self.rounds += 1
            self.now = max(self.now, min(intent.due_at for intent in self.intents if intent.is_open))
            at(self.now)
            for place, intent in enumerate(self.intents):
                if intent.is_open and intent.due_at <= self.now:
                    self._step(place, intent)
            self.hidden += [intent for intent in self.intents if intent.is_open and not shows(intent, self.now)]

    def _step(self, place: int, intent: Intent) -> None:
        match intent.state:
            case IntentState.WANTED:
                self.running += 1
                self.intents[place] = intent = begin(intent, self.running, self.now)
                result = buy(intent, self.source, self.now)
            case IntentState.CALLING:
                result = doubt(intent, self.source.carrier, self.now)
            case _:
                result = settle(intent, self.source, self.now)
        if not (self.dies and self.dies.popleft()):
            self.intents[place] = result


def shows(intent: Intent, now: datetime) -> bool:
    """Whether somebody who looks sees that *intent* waits for a call, or why it waits and that it will not forever."""
    untried = intent.running is None and not intent.failures
    told = intent.state is IntentState.CALLING or untried or bool(intent.why)
    return told and intent.due_at - now <= LONGEST_WAIT


faults = st.lists(st.sampled_from(list(Fault)), max_size=12).map(deque)
deaths = st.lists(st.booleans(), max_size=8).map(deque)


@pytest.mark.parametrize("carrier", ["ups", "dhl"])
@settings(max_examples=50)
@given(faults=faults, deaths=deaths, wanted=st.integers(1, 3))
def test_each_label_is_bought_once_whatever_happens(
    carrier: str, faults: deque[Fault], deaths: deque[bool], wanted: int
) -> None:
    unavoidable = faults.count(Fault.TWICE) + faults.count(Fault.LATE)
    with StandIn(faults=faults) as stand_in:
        source = source_of(carrier, stand_in, IMPATIENCE_SECONDS)
        parcels = [shipment(MUNICH, VENLO, f"FOC2345N{place:03d}") for place in range(wanted)]
        book = OrderBook(source, [Intent(shipment=parcel, due_at=NOW) for parcel in parcels], deaths)

        book.work(lambda now: setattr(stand_in, "now", now))
        stand_in.faults.clear()
        stand_in.now += timedelta(days=1)
        calm = source_of(carrier, stand_in, 30)
        settled = [look_back(intent, calm) for intent in book.intents]

    numbers = [intent.issued.number for intent in settled if intent.issued]
    strays = {number for intent in settled for number in intent.stray}
    made = stand_in.ups.made if carrier == "ups" else stand_in.dhl.made
    assert [intent.state for intent in settled] == [IntentState.MADE] * wanted
    assert len(set(numbers)) == wanted
    assert set(numbers) | strays == set(made)
    assert not set(numbers) & strays
    assert all(intent.issued and intent.issued.image for intent in settled)
    assert carrier == "dhl" or len(strays) <= unavoidable
    assert book.hidden == []


def source_of(carrier: str, stand_in: StandIn, seconds: float) -> LiveSource:
    if carrier == "ups":
        return LiveUps(Ups(UPS_ACCOUNT, host=stand_in.host, seconds=seconds))
    return LiveDhl(Dhl(DHL_ACCOUNT, host=stand_in.host, seconds=seconds), leaves_at=NOW)
