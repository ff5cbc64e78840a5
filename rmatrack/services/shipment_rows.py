"""From the rows of a file to shipments: each value read, each bad one named with its line and column (SPEC D-10).

A row is a unit; the rows of one order need not stand together, and must agree about it. An order with a bad row is held
back whole. Nothing here asks the database.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from typing import Final, Literal

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.orders import order_number_from
from rmatrack.domain.orgids import org_id_from
from rmatrack.domain.serials import normalise
from rmatrack.domain.shipment_columns import DATES, MOST_CHARACTERS, OF_THE_ORDER, OF_THE_UNIT, OPTIONAL, Column
from rmatrack.domain.shipment_problems import Place, Problem, Remark, Trouble
from rmatrack.domain.shipments import Shipment, ShippedUnit, Value
from rmatrack.domain.written_dates import DateOrder, read_date
from rmatrack.services.countries import country_code
from rmatrack.services.shipment_layout import Layout
from rmatrack.services.spreadsheets import Row

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_CUT_OFF = re.compile(r"[0-9][.,][0-9]+E\+[0-9]+", re.IGNORECASE)
_SERIAL_SIGNS = re.compile(r"[0-9A-Z]")
_POSTAL_DIGITS: Final = {"US": 5, "PR": 5, "DE": 5, "FR": 5, "IT": 5, "ES": 5, "FI": 5, "EE": 5, "HR": 5}
_MOST_LOST_ZEROS = 2

Said = Mapping[Column, Value]


class _WrongError(Exception):
    """A value that cannot be read, with what to say about it."""

    def __init__(self, trouble: Trouble, **params: object) -> None:
        self.trouble = trouble
        self.params = params


@dataclass(frozen=True, slots=True)
class Reading:
    """The shipments of a file that read well; what is wrong with the others, by order, and what is worth a look.

    `headers` is what the file calls the columns.
    """

    shipments: Sequence[Shipment]
    problems: Mapping[str, Sequence[Problem]]
    remarks: Sequence[Problem]
    headers: Mapping[Column, str]


def shipments_in(layout: Layout) -> Reading:
    """Read the rows of a file whose questions are answered."""
    return _Reader(layout).read()


class _Reader:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.headers = {column: layout.header_of(column) for column in layout.places}
        self.order_columns = [column for column in OF_THE_ORDER if column in layout.places]
        self.unit_columns = [column for column in OF_THE_UNIT if column in layout.places]
        self.order_cells = _getter([layout.places[column] for column in self.order_columns])
        self.unit_cells = _getter([layout.places[column] for column in self.unit_columns])
        self.known: dict[Column, dict[str, Value]] = {column: {} for column in self.headers}
        self.readers = {column: _reader_of(column, layout.orders) for column in self.headers}
        self.problems: dict[str, list[Problem]] = {}
        self.remarks: list[Problem] = []

    def read(self) -> Reading:
        orders: dict[str, list[Row]] = {}
        number_at = self.layout.places[Column.NUMBER]
        for row in self._as_wide_as_the_header():
            orders.setdefault(row.cells[number_at], []).append(row)
        shipments = [shipment for rows in self._by_number(orders) if (shipment := self._shipment(*rows))]
        return Reading(shipments, self.problems, self.remarks, self.headers)

    def _as_wide_as_the_header(self) -> Iterator[Row]:
        width = len(self.layout.header.cells)
        for row in self.layout.rows:
            yield row if len(row.cells) == width else replace(row, cells=_cut(row.cells, width))

    def _by_number(self, orders: Mapping[str, list[Row]]) -> list[tuple[str, list[Row]]]:
        """Bring together the rows of one order, however each row writes its number."""
        numbered: dict[str, list[Row]] = {}
        for text, rows in orders.items():
            number = self._value(Column.NUMBER, text)
            numbered.setdefault(number if isinstance(number, str) else text, []).extend(rows)
        return list(numbered.items())

    def _shipment(self, number: str, rows: list[Row]) -> Shipment | None:
        rows.sort(key=lambda row: row.line)
        problems = list(self._problems(number, rows))
        if problems:
            self.problems[number] = problems
            return None
        said = self._said(self.order_columns, self.order_cells(rows[0].cells))
        units = tuple(self._unit(row) for row in rows)
        return self._with_zeros(Shipment(line=rows[0].line, units=units, **{c.value: v for c, v in said.items()}))  # type: ignore[arg-type]  # The readers below give each column its type.

    def _problems(self, number: str, rows: Sequence[Row]) -> Iterator[Problem]:
        first = rows[0]
        agreed = self.order_cells(first.cells)
        fine = False
        seen: dict[Value, int] = {}
        for row in rows:
            if len(row.cells) > len(self.layout.header.cells):
                yield Place(number, row.line).problem(Trouble.TOO_MANY_CELLS, text=row.cells[-1])
                continue
            cells = self.order_cells(row.cells)
            if not (fine and cells == agreed):
                bad = list(self._bad_values(number, row, self.order_columns, cells))
                yield from bad
                fine = fine or (row is first and not bad)
                yield from self._disagreements(number, row, first, cells, agreed)
            yield from self._bad_values(number, row, self.unit_columns, self.unit_cells(row.cells))
            yield from self._repeated(number, row, seen)

    def _bad_values(self, number: str, row: Row, columns: Sequence[Column], cells: Sequence[str]) -> Iterator[Problem]:
        for column, text in zip(columns, cells, strict=True):
            try:
                self._read(column, text)
            except _WrongError as wrong:
                yield self._place(number, row, column).problem(wrong.trouble, **wrong.params)
            except RmatrackError as error:
                yield self._place(number, row, column).problem_of(error)

    def _disagreements(
        self, number: str, row: Row, first: Row, cells: Sequence[str], agreed: Sequence[str]
    ) -> Iterator[Problem]:
        """Yield where two rows say different things; a value that is bad by itself has been named for that."""
        for column, here, there in zip(self.order_columns, cells, agreed, strict=True):
            if here != there and self._differ(column, here, there):
                yield self._place(number, row, column).problem(
                    Trouble.ROWS_DISAGREE, here=here or "–", line=first.line, there=there or "–"
                )

    def _repeated(self, number: str, row: Row, seen: dict[Value, int]) -> Iterator[Problem]:
        text = row.cells[self.layout.places[Column.SERIAL]]
        key = normalise(text)
        if key and seen.setdefault(key, row.line) != row.line:
            place = self._place(number, row, Column.SERIAL)
            yield place.problem(Trouble.SERIAL_TWICE, serial=text, line=seen[key])

    def _unit(self, row: Row) -> ShippedUnit:
        said = self._said(self.unit_columns, self.unit_cells(row.cells))
        mailed, expires = said.get(Column.EULA_MAILED_ON), said[Column.EULA_EXPIRES_ON]
        serial = str(said[Column.SERIAL])
        return ShippedUnit(
            model=str(said[Column.MODEL]),
            serial=serial,
            serial_key=normalise(serial),
            eula_expires_on=expires,  # type: ignore[arg-type]  # A date column that is not optional.
            eula_mailed_on=mailed,  # type: ignore[arg-type]  # A date column.
            line=row.line,
        )

    def _with_zeros(self, shipment: Shipment) -> Shipment:
        """Give a postal code back the zeros that a spreadsheet takes off a number."""
        text, digits = shipment.postal_code, _POSTAL_DIGITS.get(shipment.country, 0)
        if not text or not text.isdecimal() or not digits - _MOST_LOST_ZEROS <= len(text) < digits:
            return shipment
        place = Place(shipment.number, shipment.line, Column.POSTAL_CODE, self.headers[Column.POSTAL_CODE])
        self.remarks.append(place.problem(Remark.ZERO_RESTORED, text=text, value=text.zfill(digits)))
        return replace(shipment, postal_code=text.zfill(digits))

    def _said(self, columns: Sequence[Column], cells: Sequence[str]) -> Said:
        return {column: self._read(column, text) for column, text in zip(columns, cells, strict=True)}

    def _value(self, column: Column, text: str) -> Value:
        try:
            return self._read(column, text)
        except (_WrongError, RmatrackError):
            return text

    def _differ(self, column: Column, here: str, there: str) -> bool:
        try:
            return self._read(column, here) != self._read(column, there)
        except (_WrongError, RmatrackError):
            return False

    def _read(self, column: Column, text: str) -> Value:
        """Return what *text* says in *column*; the same text is read once."""
        known = self.known[column]
        if text not in known:
            known[text] = self.readers[column](text)
        return known[text]

    def _place(self, number: str, row: Row, column: Column) -> Place:
        return Place(number, row.line, column, self.headers[column])


def _getter(places: Sequence[int]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    return itemgetter(*places) if len(places) > 1 else lambda cells: tuple(cells[place] for place in places)


def _cut(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Return *cells* padded to *width*; more than that only where there is something in them."""
    extra = tuple(cell for cell in cells[width:] if cell)
    return (*cells[:width], *[""] * (width - len(cells)), *extra[:1])


def _reader_of(column: Column, orders: Mapping[Column, DateOrder]) -> Callable[[str], Value]:
    if column in DATES:
        return partial(_read_date, column, orders[column])
    return partial(_read_text, column, _READERS.get(column, str))


def _read_date(column: Column, order: DateOrder, text: str) -> Value:
    return read_date(text, order) if text else _nothing(column, None)


def _read_text(column: Column, read: Callable[[str], str], text: str) -> Value:
    if not text:
        return _nothing(column, None if column is Column.SHIP_TO_NAME else "")
    if _CUT_OFF.fullmatch(text):
        raise _WrongError(Trouble.NUMBER_CUT_OFF, text=text)
    most = MOST_CHARACTERS.get(column)
    if most and len(text) > most:
        raise _WrongError(Trouble.TOO_LONG, length=len(text), most=most)
    return read(text)


def _nothing(column: Column, blank: Literal[""] | None) -> Literal[""] | None:
    if column not in OPTIONAL:
        raise _WrongError(Trouble.MISSING_VALUE, column=column)
    return blank


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise _WrongError(Trouble.BAD_EMAIL, text=text)
    return text.lower()


def _country(text: str) -> str:
    code = country_code(text)
    if code is None:
        raise _WrongError(Trouble.UNKNOWN_COUNTRY, text=text)
    return code


def _serial(text: str) -> str:
    if not _SERIAL_SIGNS.search(normalise(text)):
        raise _WrongError(Trouble.BAD_SERIAL, text=text)
    return text


_READERS: Mapping[Column, Callable[[str], str]] = {
    Column.NUMBER: order_number_from,
    Column.ORG_ID: org_id_from,
    Column.ADMIN_EMAIL: _email,
    Column.COUNTRY: _country,
    Column.MODEL: str.upper,
    Column.SERIAL: _serial,
}
