"""What a carrier keeps of the shipments that it made."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

LAG = timedelta(minutes=5)
"""How long a look by reference does not know a new shipment yet."""

LATE = timedelta(hours=6)


@dataclass
class Made:
    number: str
    references: frozenset[str]
    known_from: datetime
    void: bool = False


@dataclass
class Book:
    made: dict[str, Made] = field(default_factory=dict)
    places: "count[int]" = field(default_factory=lambda: count(1))

    def add(self, number: str, references: frozenset[str], now: datetime, *, late: bool) -> None:
        self.made[number] = Made(number, references, now + (LATE if late else LAG))

    def under(self, reference: str, now: datetime) -> list[Made]:
        return [one for one in self.made.values() if reference in one.references and one.known_from <= now]

    @property
    def live(self) -> dict[str, Made]:
        return {number: made for number, made in self.made.items() if not made.void}
