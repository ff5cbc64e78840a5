"""Plain bars: how long each is, and where it leads. The templates draw them; the figures follow in a table."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar or the part of one: its value, what to call it, where it leads, and its tone (a CSS class)."""

    value: int
    name: str
    href: str
    tone: str


@dataclass(frozen=True, slots=True)
class Group:
    """The bars of one label: side by side in columns, end to end in rows."""

    label: str
    bars: Sequence[Bar]

    @property
    def total(self) -> int:
        """Return the sum of the bars."""
        return sum(bar.value for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Chart:
    """Groups of bars on one scale, under a title. `legend` names the tones, `unit` heads the labels' column."""

    title: str
    unit: str
    legend: Sequence[Bar]
    groups: Sequence[Group]

    @property
    def highest(self) -> int:
        """Return the largest single bar."""
        return max((bar.value for group in self.groups for bar in group.bars), default=0)

    @property
    def widest(self) -> int:
        """Return the largest group."""
        return max((group.total for group in self.groups), default=0)

    def height(self, bar: Bar) -> float:
        """Return how high a bar stands, of 100."""
        return share(bar.value, self.highest)

    def width(self, bar: Bar) -> float:
        """Return how wide a bar is, of 100."""
        return share(bar.value, self.widest)

    def start(self, group: Group, index: int) -> float:
        """Return where the bar at *index* of its group begins, of 100."""
        return share(sum(bar.value for bar in group.bars[:index]), self.widest)


def share(value: int, most: int) -> float:
    """Return *value* as part of *most*, of 100, to one decimal; nothing is 0, and anything at least 1 is seen."""
    if not value or not most:
        return 0.0
    return max(round(100 * value / most, 1), 1.0)
