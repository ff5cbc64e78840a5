"""Which days are worked where: weekends and public holidays of a country, or of a state of it."""

from collections.abc import Callable
from datetime import date
from functools import cache

import holidays

_SATURDAY = 5


def working_days(country: str, state: str | None) -> Callable[[date], bool]:
    """Return the question whether a day is worked there.

    Where the calendar of *country* is not known, Saturdays and Sundays are free and nothing else.
    """
    return _calendar(country, (state or "").strip().upper())


@cache
def _calendar(country: str, state: str) -> Callable[[date], bool]:
    known = _supported()
    if country not in known:
        return _is_weekday
    return holidays.country_holidays(country, subdiv=state if state in known[country] else None).is_working_day


@cache
def _supported() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)


def _is_weekday(day: date) -> bool:
    return day.weekday() < _SATURDAY
