"""RMA numbers and their check character."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rmatrack.domain.rma import RmaNumberError, check_character, is_rma_number, rma_number, rma_number_from

SEQUENCES = st.integers(0, 9 * 10**9 - 1)
CHARACTERS = string.digits + string.ascii_uppercase


@pytest.mark.parametrize(("text", "check"), [("A999914123456", "N"), ("G123489654321", "Y"), ("0", "1"), ("", "1")])
def test_the_check_character_is_that_of_the_standard(text: str, check: str) -> None:
    assert check_character(text) == check


@given(SEQUENCES)
def test_a_number_has_three_to_twelve_letters_and_digits(sequence: int) -> None:
    number = rma_number(sequence)

    assert 3 <= len(number) <= 12
    assert set(number) <= set(CHARACTERS)
    assert is_rma_number(number)


@given(SEQUENCES, SEQUENCES)
def test_no_two_places_share_a_number(one: int, other: int) -> None:
    assert (rma_number(one) == rma_number(other)) == (one == other)


def test_the_first_hundred_thousand_numbers_differ() -> None:
    assert len({rma_number(sequence) for sequence in range(100_000)}) == 100_000


def test_later_numbers_sort_later_while_they_are_as_long() -> None:
    numbers = [rma_number(sequence) for sequence in range(2_000)]

    assert numbers == sorted(numbers)


@given(SEQUENCES, st.data())
def test_every_mistyped_character_is_caught(sequence: int, data: st.DataObject) -> None:
    number = rma_number(sequence)
    place = data.draw(st.integers(0, len(number) - 1))
    typed = data.draw(st.sampled_from(CHARACTERS))
    assume(typed != number[place])

    assert not is_rma_number(number[:place] + typed + number[place + 1 :])


@given(SEQUENCES, st.data())
def test_every_swap_of_neighbours_is_caught(sequence: int, data: st.DataObject) -> None:
    number = rma_number(sequence)
    place = data.draw(st.integers(0, len(number) - 2))
    assume(number[place] != number[place + 1])

    assert not is_rma_number(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


def test_a_number_is_read_whatever_its_case_and_blanks() -> None:
    assert rma_number_from(" r 0000-01l\n") == rma_number(1)


@pytest.mark.parametrize("text", ["", "R000001", "R000001M", "D4100208", "R00001L"])
def test_what_is_no_number_of_ours_is_refused(text: str) -> None:
    with pytest.raises(RmaNumberError) as refused:
        rma_number_from(text)

    assert refused.value.code == "bad-rma-number"


@pytest.mark.parametrize("sequence", [-1, 9 * 10**9])
def test_places_beyond_twelve_characters_are_refused(sequence: int) -> None:
    with pytest.raises(ValueError, match=r"RMA numbers|counts from 0"):
        rma_number(sequence)
