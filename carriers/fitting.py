"""Addresses in the room that a carrier gives them: names may be cut, a street may not."""

import re
from collections.abc import Sequence

from carriers.errors import AddressTooLongError


def cut(text: str, width: int) -> str:
    """Return *text* in *width* characters at most."""
    return " ".join(text.split())[:width].rstrip()


def street(lines: Sequence[str], *, width: int, count: int) -> list[str]:
    """Return *lines* in at most *count* lines of *width*, broken between words; raises `AddressTooLongError`."""
    kept = [" ".join(line.split()) for line in lines if line.strip()]
    if len(kept) <= count and all(len(line) <= width for line in kept):
        return kept
    broken = _broken(" ".join(kept).split(), width)
    if len(broken) > count or any(len(line) > width for line in broken):
        raise AddressTooLongError(lines=", ".join(kept))
    return broken


def digits(phone: str, most: int) -> str:
    """Return the digits of *phone*, the last *most* of them."""
    return re.sub(r"\D", "", phone)[-most:]


def _broken(words: Sequence[str], width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
