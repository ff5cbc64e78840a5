"""A letter as it leaves: subject, plain text, and the HTML that says the same."""

import re
from dataclasses import dataclass

_BREAKS_LINES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_TURNS_TEXT_AROUND = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, rendered."""

    subject: str
    text: str
    html: str


BLOT = "••••••"
"""In place of what only the reader may see."""


def on_one_line(text: str) -> str:
    """Return *text* without anything that begins a new line, or a new header, or turns the letters around it."""
    return _BREAKS_LINES.sub(" ", _TURNS_TEXT_AROUND.sub("", text)).strip()
