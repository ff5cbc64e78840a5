"""RMA numbers: R, digits, and a check character that catches every mistyped character and swap (SPEC C-5).

The check character is ISO/IEC 7064, MOD 37-2. A number whose check would be `*` is skipped, so that letters and digits
are enough for all three carriers' reference fields.
"""

import re

from rmatrack.domain.errors import BadInputError, _

_LETTER = "R"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_MODULUS, _RADIX = 37, 2
_LEAST_DIGITS, _MOST_DIGITS = 6, 10
_USED_LAST_DIGITS = 9
_SHAPE = re.compile(rf"R[0-9]{{{_LEAST_DIGITS},{_MOST_DIGITS}}}[0-9A-Z]")
_BLANKS = re.compile(r"[\s-]+")


class RmaNumberError(BadInputError):
    """The text is no RMA number, or has a typing error in it."""

    code = "bad-rma-number"
    message = _(
        "%(text)s is not an RMA number of ours. It begins with R and its last character must fit the others: check it"
        " for a typing error."
    )

    def __init__(self, text: str) -> None:
        super().__init__(field="rma", text=text)


def rma_number(sequence: int) -> str:
    """Return the RMA number at place *sequence*, counted from 0; no two places share a number.

    Of the ten numbers that differ in their last digit only, at most one has the check `*`; nine of the others are used,
    so the place alone tells the number. Raises `ValueError` beyond twelve characters.
    """
    if sequence < 0:
        raise ValueError("a sequence counts from 0")
    tens, nth = divmod(sequence, _USED_LAST_DIGITS)
    stem = f"{_LETTER}{tens:0{_LEAST_DIGITS - 1}d}"
    if len(stem) > _MOST_DIGITS:
        raise ValueError("the RMA numbers of twelve characters are used up")
    numbers = (f"{stem}{digit}{check_character(f'{stem}{digit}')}" for digit in "0123456789")
    return [number for number in numbers if not number.endswith("*")][nth]


def check_character(text: str) -> str:
    """Return the ISO 7064 MOD 37-2 check character of upper-case letters and digits; `*` stands for 36."""
    return _ALPHABET[(1 - _weighted(text)) % _MODULUS]


def is_rma_number(text: str) -> bool:
    """Say whether *text*, exactly as it stands, is a number that `rma_number` could have made."""
    return _SHAPE.fullmatch(text) is not None and check_character(text[:-1]) == text[-1]


def is_mistyped_rma_number(text: str) -> bool:
    """Say whether *text* is shaped like a number of ours, and its last character does not fit the others."""
    return _SHAPE.fullmatch(text) is not None and not is_rma_number(text)


def rma_number_from(text: str) -> str:
    """Return the RMA number in *text*, whatever its case and blanks; raises `RmaNumberError`."""
    number = _BLANKS.sub("", text).upper()
    if not is_rma_number(number):
        raise RmaNumberError(text.strip())
    return number


def _weighted(text: str) -> int:
    total = 0
    for character in text:
        total = (total + _VALUES[character]) * _RADIX % _MODULUS
    return total
