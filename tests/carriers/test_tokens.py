"""Tokens are fetched seldom, and by one at a time."""

from collections.abc import Iterator
from threading import Thread

import pytest

from carriers.errors import CarrierLimitError
from carriers.http import keep_nothing
from carriers.tokens import Tokens, token_line
from carriers.ups_api.client import TOKEN
from carriers.ups_api.wording import reason_in
from tests.carriers.samples import UPS_ACCOUNT
from tests.carriers.stand_in import StandIn

LIFE_SECONDS = 14_399


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


class Seconds:
    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


def tokens_of(stand_in: StandIn, seconds: Seconds) -> Tokens:
    line = token_line("UPS", stand_in.host, UPS_ACCOUNT.credentials, reason_in, seconds=30, keep=keep_nothing)
    return Tokens(line, TOKEN, clock=seconds)


def test_a_token_is_kept_until_shortly_before_it_ends(stand_in: StandIn) -> None:
    seconds = Seconds()
    tokens = tokens_of(stand_in, seconds)

    first = tokens.header()
    seconds.passed = LIFE_SECONDS - 61
    kept = tokens.header()
    seconds.passed = LIFE_SECONDS - 59
    renewed = tokens.header()

    assert first == kept
    assert renewed != first


def test_many_threads_share_one_token(stand_in: StandIn) -> None:
    tokens = tokens_of(stand_in, Seconds())
    threads = [Thread(target=tokens.header) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(stand_in.heard) == 1


def test_a_refused_token_is_forgotten_once_even_if_many_were_refused_with_it(stand_in: StandIn) -> None:
    tokens = tokens_of(stand_in, Seconds())
    old = tokens.header()

    tokens.renew(old)
    new = tokens.header()
    tokens.renew(old)

    assert tokens.header() == new
    assert len(stand_in.heard) == 2


def test_a_carrier_that_counts_tokens_is_not_asked_for_more(stand_in: StandIn) -> None:
    def shut() -> None:
        raise CarrierLimitError(carrier="UPS", after_seconds=60)

    line = token_line("UPS", stand_in.host, UPS_ACCOUNT.credentials, reason_in, seconds=30, keep=keep_nothing)

    with pytest.raises(CarrierLimitError):
        Tokens(line, TOKEN, limit=shut).header()

    assert stand_in.heard == []
