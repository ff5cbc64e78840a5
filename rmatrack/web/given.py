"""What the app was given when it was made, for whoever answers a request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import Engine

from rmatrack.domain.policy import Policy
from rmatrack.settings import Settings

KEY = "rmatrack"


@dataclass(frozen=True, slots=True)
class Given:
    """Settings, database, policy and clock: read once when starting, the same for every request."""

    settings: Settings
    engine: Engine
    policy: Policy
    now: Callable[[], datetime]


def given() -> Given:
    """Return what the app of this request was given."""
    return cast(Given, current_app.extensions[KEY])
