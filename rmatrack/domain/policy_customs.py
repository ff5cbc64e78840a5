"""The rows of the policy about customs: who exports a return and who imports it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Party(StrEnum):
    """One end of a return."""

    SENDER = "sender"
    DEPOT = "depot"


@dataclass(frozen=True, slots=True)
class CustomsTerms:
    """From a day on: who exports and who imports returns out of some countries (all, where none is named)."""

    countries: frozenset[str]
    exporter: Party
    importer: Party
    incoterm: str
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Importer:
    """The company that imports for a depot, and the numbers by which customs know it."""

    depot: str
    company: str
    numbers: tuple[str, ...]
    since: date
    reason: str
