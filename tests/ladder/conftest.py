"""Devices on loan, on an empty database."""

import pytest
from sqlalchemy import Engine

from rmatrack.domain.policy import Policy
from tests.ladder.loans import Loans


@pytest.fixture
def loans(engine: Engine, policy: Policy) -> Loans:
    """A partner with two sales administrators and a user, and nothing on loan yet."""
    return Loans(engine, policy)
