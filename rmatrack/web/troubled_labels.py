"""A label, or the place where one is missing, that somebody must look at, and why: a row of the lists of labels."""

from dataclasses import dataclass

from rmatrack.domain.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Troubled:
    """`label` is its number, where it has one."""

    label: str | None
    serial: str
    order: str
    why: Sentence | None
