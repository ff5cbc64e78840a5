"""Order numbers, what a unit's status may become, and the ribbon."""

from dataclasses import replace

import pytest

from rmatrack.domain.errors import WrongStatusError
from rmatrack.domain.orders import (
    GIVEN_UP,
    OrderNumberError,
    Progress,
    Stage,
    UnitStatus,
    is_settled,
    move,
    order_number_from,
    partly_reached,
    stage,
    stages_reached,
    take_back_receipt,
)


@pytest.mark.parametrize("text", ["D4100208", " d 4100 208 ", "d-4100208"])
def test_an_order_number_is_read_whatever_its_case_and_blanks(text: str) -> None:
    assert order_number_from(text) == "D4100208"


@pytest.mark.parametrize("text", ["", "D", "D1", "4100208", "D123456789012", "D41A", "D４１００"])
def test_what_is_no_order_number_is_refused(text: str) -> None:
    with pytest.raises(OrderNumberError) as refused:
        order_number_from(text)

    assert refused.value.code == "bad-order-number"


@pytest.mark.parametrize("given_up", sorted(GIVEN_UP))
def test_a_unit_that_was_given_up_can_still_be_received(given_up: UnitStatus) -> None:
    assert move(given_up, UnitStatus.RECEIVED) is UnitStatus.RECEIVED


@pytest.mark.parametrize("target", sorted(UnitStatus))
def test_a_received_unit_goes_nowhere(target: UnitStatus) -> None:
    with pytest.raises(WrongStatusError) as refused:
        move(UnitStatus.RECEIVED, target)

    assert refused.value.code == "wrong-status"


def test_only_a_shipped_unit_is_out() -> None:
    assert [status for status in UnitStatus if not is_settled(status)] == [UnitStatus.SHIPPED]


@pytest.mark.parametrize("before", sorted(set(UnitStatus) - {UnitStatus.RECEIVED}))
def test_an_undone_receipt_leaves_what_was_before(before: UnitStatus) -> None:
    assert take_back_receipt(UnitStatus.RECEIVED, before) is before


def test_only_a_receipt_can_be_undone() -> None:
    with pytest.raises(WrongStatusError):
        take_back_receipt(UnitStatus.LOST, UnitStatus.SHIPPED)


STARTED = Progress(
    units=2, unsettled=2, received=0, inspected=0, labelled=0, on_their_way=0, is_due=False, is_complete=False
)


@pytest.mark.parametrize(
    ("progress", "furthest"),
    [
        (STARTED, Stage.SHIPPED),
        (replace(STARTED, is_due=True), Stage.DUE),
        (replace(STARTED, labelled=2), Stage.LABEL),
        (replace(STARTED, labelled=2, on_their_way=1), Stage.ON_ITS_WAY),
        (replace(STARTED, unsettled=1, received=1), Stage.SHIPPED),
        (replace(STARTED, unsettled=0, received=2), Stage.RECEIVED),
        (replace(STARTED, unsettled=1, received=1, inspected=1), Stage.SHIPPED),
        (replace(STARTED, unsettled=0, received=2, inspected=1), Stage.RECEIVED),
        (replace(STARTED, unsettled=0, received=1, inspected=1), Stage.INSPECTED),
        (replace(STARTED, unsettled=0, is_complete=True), Stage.CLOSED),
    ],
)
def test_the_ribbon_shows_the_furthest_stage(progress: Progress, furthest: Stage) -> None:
    assert stage(progress) is furthest


def test_the_ribbon_counts_where_some_units_have_come_further_than_others() -> None:
    some_back = replace(STARTED, units=5, unsettled=3, received=2, inspected=2, labelled=5)
    one_lost = replace(STARTED, unsettled=0, received=1, inspected=1)

    assert partly_reached(some_back) == {Stage.RECEIVED: 2, Stage.INSPECTED: 2}
    assert partly_reached(one_lost) == {Stage.RECEIVED: 1, Stage.INSPECTED: 1}
    assert partly_reached(replace(STARTED, labelled=2)) == {}


def test_a_label_in_the_box_comes_before_the_due_day() -> None:
    assert stages_reached(replace(STARTED, labelled=2)) == (Stage.SHIPPED, Stage.LABEL)
