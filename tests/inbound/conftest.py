"""The information address, furnished."""

import pytest
from sqlalchemy import Engine

from rmatrack.domain.policy import Policy
from tests.inbound.office import Desk, furnish


@pytest.fixture
def desk(engine: Engine, policy: Policy) -> Desk:
    """An information address at noon, with two orders to ask about."""
    furnish(engine)
    return Desk(engine, policy)
