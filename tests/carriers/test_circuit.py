"""A carrier that fails is left alone for a while, and then asked by one before all."""

from datetime import timedelta

from carriers.circuit import FAILURES, LONGEST_PAUSE, PAUSE, Circuit
from tests.carriers.samples import NOW


def failed(times: int) -> Circuit:
    circuit = Circuit()
    for _ in range(times):
        circuit = circuit.after(NOW, answered=False)
    return circuit


def test_a_few_failures_stop_nobody() -> None:
    assert failed(FAILURES - 1).may_ask(NOW)


def test_many_failures_in_a_row_make_a_pause_that_grows() -> None:
    pauses = [failed(times).opens_at for times in range(FAILURES, FAILURES + 8)]

    assert pauses[:3] == [NOW + PAUSE, NOW + 2 * PAUSE, NOW + 4 * PAUSE]
    assert pauses[-1] == NOW + LONGEST_PAUSE
    assert not failed(FAILURES).may_ask(NOW + PAUSE - timedelta(seconds=1))


def test_after_the_pause_one_asks_and_the_others_wait_for_how_it_ends() -> None:
    later = NOW + PAUSE
    circuit = failed(FAILURES)

    asking = circuit.asking(later)

    assert circuit.may_ask(later)
    assert not asking.may_ask(later)
    assert asking.after(later, answered=True) == Circuit()
    assert asking.after(later, answered=False).opens_at == later + 2 * PAUSE


def test_a_carrier_that_asks_for_time_gets_it_at_once() -> None:
    waiting = Circuit().after(NOW, answered=False, wait=timedelta(hours=1))

    assert not waiting.may_ask(NOW + timedelta(minutes=59))
    assert waiting.may_ask(NOW + timedelta(hours=1))
