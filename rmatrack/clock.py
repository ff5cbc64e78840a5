"""The one place that reads the clock. The edges ask it; everything below is told."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment, in UTC with its zone."""
    return datetime.now(UTC)  # noqa: TID251  This is the place.
