"""A shipment that somebody typed or a program sent, read by the very rules that a file's rows are read by."""

from collections.abc import Mapping, Sequence

from rmatrack.domain.shipment_columns import DATES, WORDS, Column
from rmatrack.domain.shipment_problems import ShipmentRefusedError
from rmatrack.domain.shipments import Shipment
from rmatrack.domain.written_dates import DateOrder
from rmatrack.services.shipment_layout import Layout
from rmatrack.services.shipment_rows import shipments_in
from rmatrack.services.spreadsheets import Row, tidied

FIRST_UNIT = 1
"""The `line` of the first unit's problems."""

_PLACES = {column: place for place, column in enumerate(Column)}
_HEADER = Row(0, tuple(WORDS[column] for column in Column))


def read_report(order: Mapping[Column, str], units: Sequence[Mapping[Column, str]]) -> Shipment:
    """Return the shipment of an order and its units, each value as it was typed, dates as year-month-day.

    Raises `ShipmentRefusedError` with every problem; a problem's `line` counts the units from `FIRST_UNIT`.
    """
    rows = [
        Row(line, tuple(tidied({**order, **unit}.get(column, "")) for column in Column))
        for line, unit in enumerate(units or [{}], FIRST_UNIT)
    ]
    layout = Layout(_HEADER, _PLACES, dict.fromkeys(DATES, DateOrder.DAY_FIRST), (), rows)
    reading = shipments_in(layout)
    if reading.problems:
        raise ShipmentRefusedError(tuple(problem for found in reading.problems.values() for problem in found))
    (shipment,) = reading.shipments
    return shipment
