"""What the app was given when it was made, for whoever answers a request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import Engine

from rmatrack.domain.policy import Policy
from rmatrack.services.carrier_lines import Lines
from rmatrack.settings import Settings, credentials_keys
from rmatrack.vault import Vault

KEY = "rmatrack"


@dataclass(frozen=True, slots=True)
class Given:
    """Settings, database, policy, clock and carriers: read once when starting, the same for every request."""

    settings: Settings
    engine: Engine
    policy: Policy
    now: Callable[[], datetime]
    lines: Lines

    @property
    def vault(self) -> Vault:
        """What locks and unlocks carriers' credentials."""
        return Vault(credentials_keys(self.settings))


def given() -> Given:
    """Return what the app of this request was given."""
    return cast(Given, current_app.extensions[KEY])
