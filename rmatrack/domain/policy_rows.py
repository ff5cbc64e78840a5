"""One row of a policy file, read column by column; whatever is wrong is said with file, row and remedy."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from rmatrack.domain.countries import COUNTRIES
from rmatrack.domain.errors import BadInputError, _

LANGUAGES = ("en", "nl")

_Made = TypeVar("_Made")
_Word = TypeVar("_Word", bound=StrEnum)


class PolicyError(BadInputError):
    """A policy file says something that cannot be."""

    code = "bad-policy"
    message = _("Policy file %(file)s.toml, %(place)s: %(problem)s.")

    def __init__(self, file: str, place: str, problem: str) -> None:
        super().__init__(file=file, place=place, problem=problem)


class Row:
    """A row that remembers which of its columns were read, so that a misspelt one is not passed over."""

    def __init__(self, file: str, place: str, columns: Mapping[str, object]) -> None:
        self._file, self._place, self._columns = file, place, columns
        self._read: set[str] = set()

    def wrong(self, problem: str) -> PolicyError:
        """Return the error that *problem* makes of this row."""
        return PolicyError(self._file, self._place, problem)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; not empty unless there is a *default*."""
        value = self._column(name, default)
        if not isinstance(value, str) or not (value.strip() or default is not None):
            raise self.wrong(f"{name} must be a text")
        return value

    def whole(self, name: str) -> int:
        """Return a whole number."""
        value = self._column(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(f"{name} must be a whole number")
        return value

    def wholes(self, name: str) -> tuple[int, ...]:
        """Return a list of whole numbers, not empty."""
        value = self._column(name)
        if not isinstance(value, list) or not value or not all(type(item) is int for item in value):
            raise self.wrong(f"{name} must be a list of whole numbers")
        return tuple(value)

    def yes(self, name: str) -> bool:
        """Return true or false."""
        value = self._column(name)
        if not isinstance(value, bool):
            raise self.wrong(f"{name} must be true or false")
        return value

    def clock(self, name: str) -> time:
        """Return a time of day such as 09:30."""
        try:
            return time.fromisoformat(self.text(name))
        except ValueError:
            raise self.wrong(f'{name} must be a time such as "09:30"') from None

    def amount(self, name: str) -> Decimal:
        """Return a number above zero."""
        value = self._column(name)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or value <= 0:
            raise self.wrong(f"{name} must be a number above zero")
        return Decimal(str(value))

    def since(self) -> date:
        """Return the day from which the row counts: its column `from`."""
        value = self._column("from")
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong("from must be a date such as 2026-01-31, without quotes")
        return value

    def reason(self) -> str:
        """Return why the row is there."""
        return self.text("reason")

    def country(self, name: str) -> str:
        """Return an ISO 3166 code."""
        return self.known_country(self.text(name))

    def countries(self, name: str) -> frozenset[str]:
        """Return ISO 3166 codes; none where the column is absent."""
        return frozenset(self.known_country(code) for code in self.texts(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; none where the column is absent."""
        value = self._column(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(f"{name} must be a list of texts")
        return tuple(value)

    def word(self, name: str, words: type[_Word]) -> _Word:
        """Return one of our own words."""
        value = self.text(name)
        try:
            return words(value)
        except ValueError:
            raise self.wrong(f"{name} is {value}, and must be one of {', '.join(words)}") from None

    def mapping(self, name: str) -> dict[str, str]:
        """Return texts by name."""
        value = self._column(name)
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.wrong(f'{name} must be texts by name, such as {{ en = "...", nl = "..." }}')
        return dict(value)

    def names(self, name: str) -> dict[str, str]:
        """Return a text in each of our languages."""
        value = self.mapping(name)
        if missing := [language for language in LANGUAGES if not value.get(language, "").strip()]:
            raise self.wrong(f"{name} lacks its text in {' and '.join(missing)}")
        return value

    def known_country(self, code: str) -> str:
        """Return *code*, if it is one of ISO 3166."""
        if code not in COUNTRIES:
            raise self.wrong(f"{code} is not a country code of ISO 3166")
        return code

    def done(self) -> None:
        """Refuse columns that nobody asked for."""
        if unknown := sorted(set(self._columns) - self._read):
            raise self.wrong(f"there is no column called {unknown[0]}")

    def _column(self, name: str, default: object = None) -> object:
        self._read.add(name)
        value = self._columns.get(name, default)
        if value is None:
            raise self.wrong(f"{name} is missing")
        return value


def rows_of(tables: Mapping[str, object], file: str, table: str) -> list[Mapping[str, object]]:
    """Return the rows `[[table]]` of a file; raises `PolicyError` where there are none."""
    content = tables.get(file)
    rows = content.get(table) if isinstance(content, Mapping) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise PolicyError(file, table, f"rows of the form [[{table}]] are missing")
    return rows


def read(
    tables: Mapping[str, object], file: str, table: str, make: Callable[[Row], _Made]
) -> tuple[tuple[Row, _Made], ...]:
    """Make something of each row of a table; the row is given back with it, for what can only be judged together."""
    made = []
    for number, columns in enumerate(rows_of(tables, file, table), start=1):
        row = Row(file, f"{table} {number}", columns)
        made.append((row, make(row)))
        row.done()
    return tuple(made)
