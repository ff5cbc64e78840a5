"""A partner's desk on an empty database."""

import pytest
from sqlalchemy.orm import Session

from rmatrack.domain.policy import Policy
from tests.trials import trying
from tests.trials.trying import Desk


@pytest.fixture
def desk(session: Session, policy: Policy) -> Desk:
    """Ada, sales full administrator of a certified tier-1 partner, on 2 March 2026 at noon in UTC."""
    return Desk(session, policy, trying.seller(session, trying.partner(session)))
