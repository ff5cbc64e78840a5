"""The lives of returns and labels, and what every table of statuses has in common."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from rmatrack.domain import labels, orders, returns
from rmatrack.domain.errors import WrongStatusError
from rmatrack.domain.labels import DEAD, PRINTABLE, LabelState
from rmatrack.domain.returns import RmaStatus, is_complete, status_of

TABLES: list[Mapping[StrEnum, frozenset[StrEnum]]] = [
    dict(labels.NEXT),  # type: ignore[arg-type]  # A mapping is not read through its key's parent type.
    dict(orders.NEXT),  # type: ignore[arg-type]
    dict(returns.NEXT),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("table", TABLES, ids=["labels", "orders", "returns"])
def test_every_status_has_its_row_and_none_leads_to_itself(table: Mapping[StrEnum, frozenset[StrEnum]]) -> None:
    statuses = set(type(next(iter(table))))

    assert set(table) == statuses
    assert all(status not in row for status, row in table.items())


@pytest.mark.parametrize("dead", sorted(DEAD))
def test_a_dead_label_on_a_box_still_travels(dead: LabelState) -> None:
    assert labels.move(dead, LabelState.IN_TRANSIT) is LabelState.IN_TRANSIT


@pytest.mark.parametrize("state", [LabelState.INTENT, LabelState.HELD])
def test_a_label_that_was_not_read_back_is_neither_printed_nor_printable(state: LabelState) -> None:
    assert state not in PRINTABLE
    with pytest.raises(WrongStatusError):
        labels.move(state, LabelState.PRINTED)


def test_no_dead_label_is_printable() -> None:
    assert not DEAD & PRINTABLE


def test_a_delivered_label_can_only_turn_out_to_be_on_its_way_or_back() -> None:
    assert labels.NEXT[LabelState.DELIVERED] == {LabelState.IN_TRANSIT, LabelState.RETURNED}


@pytest.mark.parametrize(
    ("unsettled", "discrepancies", "complete"), [(0, 0, True), (1, 0, False), (0, 1, False), (2, 3, False)]
)
def test_a_return_is_complete_without_units_out_and_discrepancies_open(
    unsettled: int, discrepancies: int, complete: bool
) -> None:
    assert is_complete(unsettled, discrepancies) is complete


@pytest.mark.parametrize(
    ("unsettled", "carrier_has_parcel", "status"),
    [(2, False, RmaStatus.OPEN), (2, True, RmaStatus.IN_PROCESS), (0, True, RmaStatus.COMPLETE)],
)
def test_a_return_is_in_process_once_a_carrier_has_a_parcel(
    unsettled: int, carrier_has_parcel: bool, status: RmaStatus
) -> None:
    assert status_of(unsettled=unsettled, open_discrepancies=0, carrier_has_parcel=carrier_has_parcel) is status
