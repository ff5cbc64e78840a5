"""What somebody asks of the log, from days and words to a filter."""

from datetime import UTC, date, datetime, time, timedelta

from rmatrack.db.history import EventFilter


def wanted(
    *,
    subject: str | None = None,
    key: str | None = None,
    person_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> EventFilter:
    """Return the filter; both days are included and counted in UTC, as the log is."""
    return EventFilter(
        subject=subject or None,
        key=key or None,
        actor_id=person_id,
        since=_begin(since) if since else None,
        until=_begin(until + timedelta(days=1)) if until and until < date.max else None,
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
