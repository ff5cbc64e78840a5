"""A letter as it leaves: subject, plain text, and the HTML that says the same."""

import re
from dataclasses import dataclass, replace
from typing import Self

_BREAKS_LINES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_TURNS_TEXT_AROUND = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, rendered."""

    subject: str
    text: str
    html: str

    def without(self, secret: str) -> Self:
        """Return the letter with *secret* blotted out, for others than its reader."""
        return replace(self, text=self.text.replace(secret, BLOT), html=self.html.replace(secret, BLOT))


BLOT = "••••••"


def on_one_line(text: str) -> str:
    """Return *text* without anything that begins a new line, or a new header, or turns the letters around it."""
    return _BREAKS_LINES.sub(" ", _TURNS_TEXT_AROUND.sub("", text)).strip()
