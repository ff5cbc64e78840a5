"""The carriers' numbers, against numbers that they published themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers import dhl, gs1, ups
from carriers.errors import BadNumberError
from carriers.recognise import Kind, recognise

PUBLISHED_UPS = (
    "1Z5R89390357567127",
    "1Z879E930346834440",
    "1Z410E7W0392751591",
    "1Z8V92A70367203024",
    "1ZXX3150YW44070023",
    "1Z12345E6605272234",
    "1Z999AA10123456784",
    "1ZCIETST0422222228",
    "1ZCIETST0111111114",
)
PUBLISHED_WAYBILLS = (
    "9356579890", "4818240420", "5584773180", "5786694550", "2449648740", "5980622760", "5980622970", "5980623180",
    "5980770460", "6781059250", "9077880070", "5786694760", "7957673080", "5786696720", "8066924740", "1103733901",
    "5374534546", "5310907744", "5374534616", "3318810025", "8487135506",
)  # fmt: skip
PUBLISHED_SSCC = ("106141412345678908", "006141411234567890", "376104250021234569", "340123450000000000")

capitals_and_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@pytest.mark.parametrize("number", PUBLISHED_UPS)
def test_a_published_ups_number_holds(number: str) -> None:
    assert ups.holds(number)
    assert ups.check_digit(number[2:-1]) == int(number[-1])


@pytest.mark.parametrize("number", ["1Z12345E0205271688", "1Z12345E0305271640", "1Z1443YY0161231327"])
def test_the_test_numbers_of_ups_do_not_hold(number: str) -> None:
    assert not ups.holds(number)


@pytest.mark.parametrize("number", PUBLISHED_WAYBILLS)
def test_a_published_waybill_number_holds(number: str) -> None:
    assert dhl.holds(number)
    assert dhl.waybill(int(number[:9])) == number


@pytest.mark.parametrize("number", ["3318810010", "3318810034", "3318810011", "1234567890"])
def test_an_invented_waybill_number_does_not_hold(number: str) -> None:
    assert not dhl.holds(number)


@pytest.mark.parametrize("digits", PUBLISHED_SSCC)
def test_a_published_container_code_holds(digits: str) -> None:
    assert gs1.holds(digits)


def test_a_container_code_is_put_together_from_its_parts() -> None:
    assert gs1.sscc("0614141", 234567890, extension=1) == "106141412345678908"
    assert gs1.grouped("106141412345678908") == "(00) 1 0614141 234567890 8"


@given(
    shipper=st.text(capitals_and_digits, min_size=6, max_size=6),
    service=st.sampled_from(["01", "02", "03", "YW"]),
    sequence=st.integers(0, 9_999_999),
)
def test_every_ups_number_we_make_is_recognised_and_holds(shipper: str, service: str, sequence: int) -> None:
    found = recognise(ups.number(shipper, service, sequence))

    assert found is not None
    assert (found.kind, found.holds) == (Kind.UPS_TRACKING, True)


@given(st.integers(0, 999_999_999))
def test_every_waybill_number_we_make_holds(sequence: int) -> None:
    assert dhl.holds(dhl.waybill(sequence))


@given(sequence=st.integers(0, 999_999_999), place=st.integers(0, 17), digit=st.integers(1, 9))
def test_a_mistyped_digit_of_a_container_code_is_caught(sequence: int, place: int, digit: int) -> None:
    right = gs1.sscc("9520000", sequence)

    wrong = right[:place] + str((int(right[place]) + digit) % 10) + right[place + 1 :]

    assert not gs1.holds(wrong)


@pytest.mark.parametrize("shipper", ["A1B2C", "a1b2c3", "A1-2C3"])
def test_a_shipper_account_of_another_shape_is_refused(shipper: str) -> None:
    with pytest.raises(BadNumberError) as refused:
        ups.number(shipper, "03", 1)

    assert refused.value.code == "bad-carrier-number"
    assert shipper in str(refused.value)


def test_numbers_are_grouped_as_the_carriers_print_them() -> None:
    assert ups.grouped("1Z0FH3446831744085") == "1Z 0FH 344 68 3174 4085"
    assert dhl.grouped_waybill("1103733901") == "11 0373 3901"
    assert dhl.grouped_piece("JD014600004617230770") == "(J) JD01 4600 0046 1723 0770"
