"""What may become of a device: the whole table, and the shape that it has."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmatrack.domain.inspection import (
    Condition,
    Disposition,
    DispositionError,
    Finding,
    UnknownPartError,
    WipeMethod,
    certificate_number,
    decided,
    missing_parts,
    open_to,
    refusal,
)
from rmatrack.domain.rma import check_character

C, D, W = Condition, Disposition, WipeMethod

findings = st.builds(
    lambda condition, lacks, needed, holds_data, wiped: Finding(
        condition=condition,
        lacks=frozenset(lacks),
        lacks_needed=needed and bool(lacks),
        holds_data=holds_data,
        wiped=wiped,
    ),
    st.sampled_from(Condition),
    st.sets(st.sampled_from(["cables", "stylus"])),
    st.booleans(),
    st.booleans(),
    st.none() | st.sampled_from(WipeMethod),
)


@pytest.mark.parametrize(
    ("found", "open_"),
    [
        (Finding(condition=C.AS_NEW), [D.RESTOCK]),
        (Finding(condition=C.USED), [D.RESTOCK, D.REPAIR, D.SCRAP]),
        (Finding(condition=C.DAMAGED), [D.REPAIR, D.SCRAP, D.CHARGE]),
        (Finding(condition=C.BROKEN), [D.REPAIR, D.SCRAP, D.CHARGE]),
        (Finding(condition=C.USED, lacks=frozenset({"cables"})), [D.RESTOCK, D.REPAIR, D.SCRAP, D.CHARGE]),
        (Finding(condition=C.USED, lacks=frozenset({"camera"}), lacks_needed=True), [D.REPAIR, D.SCRAP, D.CHARGE]),
        (Finding(condition=C.USED, holds_data=True), [D.REPAIR]),
        (Finding(condition=C.BROKEN, holds_data=True), [D.REPAIR, D.CHARGE]),
        (Finding(condition=C.USED, holds_data=True, wiped=W.ERASED), [D.RESTOCK, D.REPAIR, D.SCRAP]),
        (Finding(condition=C.USED, holds_data=True, wiped=W.DESTROYED), [D.REPAIR, D.SCRAP]),
    ],
)
def test_the_table(found: Finding, open_: list[Disposition]) -> None:
    assert open_to(found) == open_


@given(findings)
def test_faulty_incomplete_or_unwiped_is_no_stock(found: Finding) -> None:
    is_stock = refusal(D.RESTOCK, found) is None

    assert not (is_stock and (found.condition in {C.DAMAGED, C.BROKEN} or found.lacks_needed or found.still_holds_data))


@given(findings, st.sampled_from([W.FACTORY_RESET, W.REINSTALLED, W.ERASED]))
def test_wiping_closes_nothing_that_was_open(found: Finding, method: WipeMethod) -> None:
    unwiped = replace(found, wiped=None)

    assert set(open_to(unwiped)) <= set(open_to(replace(found, wiped=method)))


@given(findings)
def test_a_wiped_device_always_has_a_way_to_go(found: Finding) -> None:
    assert open_to(replace(found, wiped=found.wiped or W.ERASED))


@given(findings, st.sampled_from(Disposition))
def test_what_is_open_is_decided_and_nothing_else(found: Finding, target: Disposition) -> None:
    if target in open_to(found):
        assert decided(target, found) is target
    else:
        with pytest.raises(DispositionError) as refused:
            decided(target, found)
        assert refused.value.field == "disposition"


def test_missing_parts_stand_in_the_order_of_the_checklist() -> None:
    checklist = {"camera": True, "cables": False}

    assert missing_parts(["cables", "camera"], checklist) == (["camera", "cables"], True)
    assert missing_parts(["cables"], checklist) == (["cables"], False)
    with pytest.raises(UnknownPartError):
        missing_parts(["anvil"], checklist)


def test_certificates_have_numbers_of_their_own() -> None:
    numbers = [certificate_number(place) for place in range(500)]

    assert len(set(numbers)) == 500
    assert all(number[-1] == check_character(number[:-1]) and number.isalnum() for number in numbers)
