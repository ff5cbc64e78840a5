"""The life of a wish for one label, step by step, told by a carrier whose answers are written down beforehand."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from carriers.errors import CarrierError, CarrierLimitError, CarrierUnavailableError, CarrierUnclearError, ShippingError
from carriers.intents import ASK_AGAIN, LAG, LONGEST_WAIT, Intent, IntentState, begin, buy, doubt, look_back, settle
from carriers.live import own_reference
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, SourceKind
from tests.carriers.samples import NOW, shipment

LABEL = Issued("1Z12345E6605272234", SourceKind.LIVE, image=b"%PDF a label")
BARE = Issued("1103733901", SourceKind.LIVE)
WISH = Intent(shipment=shipment(), due_at=NOW)


@dataclass
class Scripted:
    """Answers what it was told to, and knows what it was asked for."""

    issues: Issued | ShippingError = LABEL
    finds: dict[int, tuple[Issued, ...]] = field(default_factory=dict)
    fails: ShippingError | None = None
    asked: list[tuple[str, int]] = field(default_factory=list)
    carrier: Carrier = Carrier.UPS
    kind: SourceKind = SourceKind.LIVE
    first: int = 1
    last: int = 999

    def issue(self, shipment: Shipment, running: int) -> Issued:
        self.asked.append(("issue", running))
        if isinstance(self.issues, ShippingError):
            raise self.issues
        return self.issues

    def find(self, shipment: Shipment, running: int) -> tuple[Issued, ...]:
        self.asked.append(("find", running))
        if self.fails:
            raise self.fails
        return self.finds.get(running, ())


def unclear() -> Intent:
    return buy(begin(WISH, 7, NOW), Scripted(issues=CarrierUnclearError(carrier="UPS")), NOW)


def test_a_label_is_made() -> None:
    made = buy(begin(WISH, 7, NOW), Scripted(), NOW)

    assert (made.state, made.issued, made.running) == (IntentState.MADE, LABEL, 7)
    assert not made.is_open


def test_a_refusal_is_not_repeated_and_says_why() -> None:
    refused = buy(begin(WISH, 7, NOW), Scripted(issues=CarrierError(carrier="UPS", reason="120500 No")), NOW)

    assert refused.state is IntentState.REFUSED
    assert "120500 No" in refused.why


def test_a_carrier_that_is_away_is_tried_again_later_and_later() -> None:
    away = Scripted(issues=CarrierUnavailableError(carrier="UPS"))
    intent, waits = WISH, []

    for running in range(1, 10):
        intent = buy(begin(intent, running, NOW), away, NOW)
        waits.append(intent.due_at - NOW)

    assert intent.state is IntentState.WANTED
    assert waits[:3] == [ASK_AGAIN, ASK_AGAIN * 2, ASK_AGAIN * 4]
    assert waits[-1] == LONGEST_WAIT
    assert "cannot be reached" in intent.why


def test_a_carrier_that_says_when_is_tried_then() -> None:
    busy = Scripted(issues=CarrierLimitError(carrier="UPS", after_seconds=1234))

    waiting = buy(begin(WISH, 7, NOW), busy, NOW)

    assert waiting.due_at - NOW == timedelta(seconds=1234)


def test_a_lost_answer_is_asked_for_by_reference_before_anything_is_bought() -> None:
    source = Scripted(finds={7: (LABEL,)})

    settled = settle(unclear(), source, NOW)

    assert (settled.state, settled.issued) == (IntentState.MADE, LABEL)
    assert source.asked == [("find", 7)]


def test_what_the_carrier_does_not_know_yet_is_waited_for() -> None:
    early = settle(unclear(), Scripted(), NOW + LAG - timedelta(seconds=1))

    late = settle(early, Scripted(), NOW + LAG)

    assert early.state is IntentState.UNCLEAR
    assert late.state is IntentState.WANTED
    assert late.doubtful == (7,)


def test_a_label_that_the_carrier_gives_only_once_is_bought_anew_and_the_old_number_is_stray() -> None:
    settled = settle(unclear(), Scripted(finds={7: (BARE,)}), NOW)

    assert settled.state is IntentState.WANTED
    assert settled.stray == ("1103733901",)
    assert settled.doubtful == ()


def test_of_two_labels_under_one_reference_one_is_stray() -> None:
    twin = replace(LABEL, number="1Z999AA10123456784")

    settled = settle(unclear(), Scripted(finds={7: (LABEL, twin)}), NOW)

    assert (settled.issued, settled.stray) == (LABEL, (twin.number,))


@pytest.mark.parametrize("error", [CarrierUnavailableError(carrier="UPS"), CarrierError(carrier="UPS", reason="No")])
def test_while_the_carrier_does_not_tell_nothing_is_bought(error: ShippingError) -> None:
    settled = settle(unclear(), Scripted(fails=error), NOW + timedelta(days=9))

    assert settled.state is IntentState.UNCLEAR
    assert settled.why == str(error)


def test_a_call_whose_worker_died_is_a_doubt() -> None:
    doubted = doubt(begin(WISH, 7, NOW), Carrier.UPS, NOW)

    assert doubted.state is IntentState.UNCLEAR
    assert "asked by reference" in doubted.why


def test_what_turns_up_late_is_stray() -> None:
    given_up = settle(unclear(), Scripted(), NOW + LAG)
    made = buy(begin(given_up, 8, NOW + LAG), Scripted(), NOW + LAG)
    late = replace(LABEL, number="1Z999AA10123456784")

    looked = look_back(made, Scripted(finds={7: (late,), 8: (LABEL,)}))

    assert looked.stray == (late.number,)
    assert looked.issued == LABEL


def test_our_reference_is_the_rma_and_a_number_in_letters_and_digits() -> None:
    assert own_reference(shipment(), 12) == "R26000123L12"
    assert len(own_reference(replace(shipment(), rma="R" * 12), 999_999_999)) <= 35
