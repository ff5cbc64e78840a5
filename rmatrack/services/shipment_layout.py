"""Finding the columns of a shipment file, and asking where the file alone does not tell."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rmatrack.domain.errors import BadInputError, _
from rmatrack.domain.shipment_columns import DATES, OPTIONAL, Column, column_called
from rmatrack.domain.written_dates import DateOrder, date_orders
from rmatrack.services.spreadsheets import Row, Table

_ROWS_BEFORE_HEADERS = 20


class ColumnMissingError(BadInputError):
    """A question: no header is one we know for this column."""

    code = "missing-column"
    message = _("No column is called %(column)s or anything like it. Say which of these it is: %(headers)s.")

    def __init__(self, column: Column, headers: Sequence[str]) -> None:
        self.choices = tuple(headers)
        super().__init__(field=column.value, column=column, headers=", ".join(headers))


class ColumnAbsentError(BadInputError):
    """Every header has its column, and this one is not among them."""

    code = "absent-column"
    message = _("The file has no column %(column)s. Add it, with a value in every line.")

    def __init__(self, column: Column) -> None:
        super().__init__(field=column.value, column=column)


class ColumnDoubledError(BadInputError):
    """A question: two headers mean the same column."""

    code = "doubled-column"
    message = _("More than one column could be %(column)s. Say which of these it is: %(headers)s.")

    def __init__(self, column: Column, headers: Sequence[str]) -> None:
        self.choices = tuple(headers)
        super().__init__(field=column.value, column=column, headers=", ".join(headers))


class DatesAmbiguousError(BadInputError):
    """A question: every date in the column can be read in two ways."""

    code = "ambiguous-dates"
    message = _(
        "The dates under %(header)s, such as %(example)s, can be day/month or month/day. Say which comes first."
    )

    def __init__(self, column: Column, header: str, example: str) -> None:
        self.header = header
        super().__init__(field=column.value, header=header, example=example)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said about a file: the column behind a header, and the order of the dates under one."""

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)


NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column stands, what its dates look like, and what still has to be asked."""

    header: Row
    places: Mapping[Column, int]
    orders: Mapping[Column, DateOrder]
    questions: tuple[BadInputError, ...]
    rows: Sequence[Row]

    def header_of(self, column: Column) -> str:
        """Return what the file calls *column*."""
        return self.header.cells[self.places[column]]


def layout_of(table: Table, answers: Answers = NO_ANSWERS) -> Layout:
    """Return where everything stands in *table*."""
    at = _header_place(table, answers)
    header, rows = table.rows[at], table.rows[at + 1 :]
    found = _columns(header, answers)
    places = {column: indexes[0] for column, indexes in found.items() if len(indexes) == 1}
    orders = {column: _date_orders(rows, place) for column, place in places.items() if column in DATES}
    answered = {column: _answered(answers, header.cells[places[column]]) for column in orders}
    return Layout(
        header=header,
        places=places,
        orders={column: answered[column] or min(orders[column]) for column in orders},
        questions=(
            *_column_questions(header, found),
            *(
                DatesAmbiguousError(column, header.cells[places[column]], _example(rows, places[column]))
                for column, possible in orders.items()
                if len(possible) > 1 and not answered[column]
            ),
        ),
        rows=rows,
    )


def _header_place(table: Table, answers: Answers) -> int:
    """Return the index of the row with the most headers that we know; a title may stand above it."""
    first = list(islice(table.rows, _ROWS_BEFORE_HEADERS))
    return max(range(len(first)), key=lambda place: sum(map(len, _columns(first[place], answers).values())))


def _columns(header: Row, answers: Answers) -> dict[Column, list[int]]:
    found: dict[Column, list[int]] = defaultdict(list)
    said: set[str] = set(answers.columns.values())
    for place, text in enumerate(header.cells):
        answer = answers.columns.get(text)
        known = column_called(text) if answer is None else None
        if answer in _BY_VALUE:
            found[_BY_VALUE[answer]].append(place)
        elif known and known not in said:
            found[known].append(place)
    return found


_BY_VALUE: Mapping[str | None, Column] = {column.value: column for column in Column}


def _column_questions(header: Row, found: Mapping[Column, Sequence[int]]) -> Iterator[BadInputError]:
    placed = {place for places in found.values() for place in places}
    unplaced = [text for place, text in enumerate(header.cells) if text and place not in placed]
    for column in Column:
        places = found.get(column, ())
        if len(places) > 1:
            yield ColumnDoubledError(column, [header.cells[place] for place in places])
        elif not places and column not in OPTIONAL:
            yield ColumnMissingError(column, unplaced) if unplaced else ColumnAbsentError(column)


def _date_orders(rows: Sequence[Row], place: int) -> frozenset[DateOrder]:
    return date_orders({row.cells[place] for row in rows if place < len(row.cells)})


def _answered(answers: Answers, header: str) -> DateOrder | None:
    said = answers.dates.get(header)
    return DateOrder(said) if said in set(DateOrder) else None


def _example(rows: Sequence[Row], place: int) -> str:
    return next((row.cells[place] for row in rows if place < len(row.cells) and "/" in row.cells[place]), "")
