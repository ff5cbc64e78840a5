"""A database of its own where one kind is enough, because the promise is not about databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from rmatrack.db.engine import make_engine


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """An engine on the test's own SQLite database."""
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()
