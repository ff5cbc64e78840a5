"""The product before the stand-in, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.carriers.stand_in import StandIn
from tests.live.world import Live


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """A server that speaks the carriers' HTTP."""
    with StandIn() as running:
        yield running


@pytest.fixture
def live(engine: Engine, stand_in: StandIn) -> Live:
    """The product at work before it; no account is entered yet."""
    return Live(engine, stand_in)
