"""Dates as spreadsheets write them, and which of day and month comes first in a column (SPEC D-10).

`03/04/2026` alone says nothing; the column it stands in usually does, because one `28/04/2026` in it decides for all.
With dashes or points the day comes first unless that cannot be; with slashes it is asked where nothing decides.
"""

import re
from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, _


class BadDateError(BadInputError):
    """The text is no date, or none in the order its column has."""

    code = "bad-date"
    message = _("%(text)s is not a date. Write it as year-month-day, such as 2026-07-28.")

    def __init__(self, text: str) -> None:
        super().__init__(text=text)


class DateOrder(StrEnum):
    """Which number comes first in a date that ends with its year."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


_YEAR_FIRST = re.compile(
    r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_DAY_MONTH_WORD = re.compile(r"(\d{1,2})[. -]+([a-z]{3,})\.?,?[ -]+(\d{4}|\d{2})")
_MONTH_WORD_DAY = re.compile(r"([a-z]{3,})\.? (\d{1,2}),? (\d{4})")
_SERIAL_DAY = re.compile(r"\d{5}")
_SERIAL_DAY_ZERO = date(1899, 12, 30)
_CENTURY = 2000
_YEARS = range(1990, 2100)
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januari",
            "feb february februari",
            "mar march mrt maart",
            "apr april",
            "may mei",
            "jun june juni",
            "jul july juli",
            "aug august augustus",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for word in words.split()
}


def date_orders(texts: Collection[str]) -> frozenset[DateOrder]:
    """Return the orders in which a column of dates can be read; two mean that somebody has to be asked.

    A value that is no date in either order decides nothing. Where values contradict each other, most of them win.
    """
    readings = [(day, month) for text in texts if (numbers := _year_last(text)) for day, month in [numbers]]
    votes_day = sum(1 for day, month in readings if day is not None and month is None)
    votes_month = sum(1 for day, month in readings if month is not None and day is None)
    if votes_day != votes_month:
        return frozenset({DateOrder.DAY_FIRST if votes_day > votes_month else DateOrder.MONTH_FIRST})
    undecided = any(day != month for day, month in readings)
    if undecided and any("/" in text for text in texts):
        return frozenset(DateOrder)
    return frozenset({DateOrder.DAY_FIRST})


def _year_last(text: str) -> tuple[date | None, date | None] | None:
    """Return a year-last date read day first and month first."""
    found = _YEAR_LAST.fullmatch(text.strip())
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[3]), _full_year(found[4])
    return _day(year, second, first), _day(year, first, second)


def read_date(text: str, order: DateOrder) -> date:
    """Return the date that *text* says; raises `BadDateError`. Days counted by Excel are understood too."""
    bare = text.strip().lower()
    if (found := _read(bare, order)) is None:
        raise BadDateError(text.strip())
    return found


def _read(text: str, order: DateOrder) -> date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if both := _year_last(text):
        return both[0] if order is DateOrder.DAY_FIRST else both[1]
    if found := _DAY_MONTH_WORD.fullmatch(text):
        return _day(_full_year(found[3]), _MONTHS.get(found[2], 0), int(found[1]))
    if found := _MONTH_WORD_DAY.fullmatch(text):
        return _day(int(found[3]), _MONTHS.get(found[1], 0), int(found[2]))
    if _SERIAL_DAY.fullmatch(text):
        counted = _SERIAL_DAY_ZERO + timedelta(days=int(text))
        return counted if counted.year in _YEARS else None
    return None


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == len("2026") else _CENTURY + int(digits)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
