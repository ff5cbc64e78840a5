"""A worker in the test's own process, which may have driven a browser before."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def without_a_browsers_loop() -> Iterator[None]:
    """Set aside the loop that Playwright leaves running in this thread: the job engine does not start beside it."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)
