"""GS1: serial shipping container codes and application identifiers."""

from carriers.errors import BadPrefixError, TooManyDigitsError

DEMONSTRATION_PREFIX = "9520000"
"""Inside 952, the prefix that GS1 keeps for demonstrations and examples."""


def check_digit(digits: str) -> int:
    """Return the mod 10 check digit that belongs behind *digits*: weights 3 and 1, the last digit weighs 3."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -weighted % 10


def holds(digits: str) -> bool:
    """Whether the last of *digits* is the check digit of the others."""
    return check_digit(digits[:-1]) == int(digits[-1])


def sscc(prefix: str, serial: int, *, extension: int = 0) -> str:
    """Return the 18 digits of a container code: extension digit, company *prefix* of 7–10 digits, *serial*, check."""
    if not (prefix.isdecimal() and 7 <= len(prefix) <= 10):
        raise BadPrefixError(value=prefix)
    room = 16 - len(prefix)
    if not 0 <= serial < 10**room:
        raise TooManyDigitsError(value=serial, digits=room)
    digits = f"{extension}{prefix}{serial:0{room}d}"
    return f"{digits}{check_digit(digits)}"


def grouped(sscc_digits: str) -> str:
    """Write an SSCC as it stands under its bars: `(00) 1 0614141 234567890 8`."""
    return f"(00) {sscc_digits[0]} {sscc_digits[1:8]} {sscc_digits[8:17]} {sscc_digits[17:]}"
