"""A sentence we may have to say: a constant message id and what fills its placeholders.

The edge translates it. Dates and numbers among the parameters are written as the reader's country does, a `StrEnum`
among them is a word of ours (`rmatrack.domain.words`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Sentence:
    """What to say, before it is translated; `str()` gives the English."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Several(tuple[StrEnum, ...]):
    """Several words of ours in one place of a sentence."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(self)
