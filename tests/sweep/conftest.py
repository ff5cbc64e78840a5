"""A partner on an empty database."""

import pytest
from sqlalchemy import Engine

from rmatrack.domain.policy import Policy
from tests.sweep.world import World


@pytest.fixture
def world(engine: Engine, policy: Policy) -> World:
    """A certified partner with two sales administrators and a user."""
    return World(engine, policy)
