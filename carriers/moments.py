"""Moments as carriers write them: a day, a clock and an offset from Greenwich, or one text with all three."""

from datetime import UTC, date, datetime, time, timedelta, timezone

_FURTHEST_MINUTES = 14 * 60


def moment(day: str, clock: str, offset: str = "") -> datetime | None:
    """Return the moment in UTC, or None when it cannot be read. `7:47:00` may come as `74700` or `07:47:00`."""
    try:
        on = date.fromisoformat(day)
        at = time.fromisoformat(clock.replace(":", "").zfill(6)) if clock else time()
        return datetime.combine(on, at, zone_of(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def whole_moment(text: str) -> datetime | None:
    """Return the moment of `2026-11-22T10:00:00+11:00`, at Greenwich where no offset is given."""
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def zone_of(offset: str) -> timezone:
    """Return the zone of an offset such as `-05:00`; Greenwich for any other text."""
    sign, digits = offset[:1], offset[1:].replace(":", "")
    if sign not in {"+", "-"} or not (digits.isascii() and digits.isdecimal() and len(digits) == 4):
        return UTC
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > _FURTHEST_MINUTES:
        return UTC
    return timezone(timedelta(minutes=-minutes if sign == "-" else minutes))
