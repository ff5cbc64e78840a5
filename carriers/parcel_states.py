"""Where a parcel is, in one vocabulary for all carriers, and how many reports of it become one story.

Carriers report late, twice, out of order and against each other. So the story is computed anew from the set of all
events, never updated by the latest: the same events tell the same story, whatever order they came in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ParcelState(StrEnum):
    ANNOUNCED = "announced"
    MISSED = "missed"
    IN_TRANSIT = "in-transit"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out-for-delivery"
    HELD_UP = "held-up"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    VOIDED = "voided"


MOVED = frozenset({
    ParcelState.IN_TRANSIT, ParcelState.CUSTOMS, ParcelState.OUT_FOR_DELIVERY, ParcelState.HELD_UP,
    ParcelState.DELIVERED, ParcelState.RETURNING, ParcelState.RETURNED, ParcelState.LOST,
})  # fmt: skip
"""What is only said of a parcel that the carrier has."""

_AT_ONE_MOMENT = {state: rank for rank, state in enumerate(ParcelState)}
"""Of two reports of one moment the one that stands lower in the vocabulary counts."""

_UNDONE_BY = {
    ParcelState.DELIVERED: {ParcelState.RETURNING, ParcelState.RETURNED, ParcelState.LOST},
    ParcelState.RETURNING: {ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.LOST},
    ParcelState.RETURNED: set(),
}
"""What can still happen after these. Any other later report is a scan that came in late, or one on the way back."""


@dataclass(frozen=True, slots=True)
class ParcelEvent:
    """One report, in the carrier's `code` and `words`. `state` is None where it does not say where the parcel is."""

    number: str
    at: datetime
    code: str
    state: ParcelState | None
    words: str = ""
    place: str = ""

    @property
    def identity(self) -> tuple[str, datetime, str]:
        """What two reports of one event have in common, whichever way they came."""
        return self.number, self.at, self.code


@dataclass(frozen=True, slots=True)
class Journey:
    """The story of one parcel. `events` are in order of time; `moved_at` is the carrier's first hold of it."""

    events: tuple[ParcelEvent, ...]
    state: ParcelState | None = None
    since: datetime | None = None
    moved_at: datetime | None = None
    delivered_at: datetime | None = None
    voided_at: datetime | None = None

    @property
    def moves_though_voided(self) -> bool:
        """Whether somebody sends a parcel under a label that was taken back."""
        return self.voided_at is not None and self.moved_at is not None


def journey(events: Iterable[ParcelEvent]) -> Journey:
    """Return what *events* of one parcel say together."""
    ordered = _in_order(events)
    told = [(event.at, event.state) for event in ordered if event.state is not None]
    moves = [(at, state) for at, state in told if state in MOVED]
    steps = list(_steps(moves or told))
    since, state = steps[-1] if steps else (None, None)
    return Journey(
        events=tuple(ordered),
        state=state,
        since=since,
        moved_at=moves[0][0] if moves else None,
        delivered_at=_first(steps, ParcelState.DELIVERED),
        voided_at=_first(told, ParcelState.VOIDED),
    )


def _in_order(events: Iterable[ParcelEvent]) -> list[ParcelEvent]:
    """Drop what was told twice, keeping the fuller telling, and order by time and then by vocabulary."""
    fullest: dict[tuple[str, datetime, str], ParcelEvent] = {}
    for event in sorted(events, key=_fullness):
        fullest[event.identity] = event
    return sorted(fullest.values(), key=_order)


def _fullness(event: ParcelEvent) -> tuple[int, int, int, str, str]:
    return _rank(event), len(event.words), len(event.place), event.words, event.place


def _order(event: ParcelEvent) -> tuple[datetime, int, str, str]:
    return event.at, _rank(event), event.code, event.number


def _rank(event: ParcelEvent) -> int:
    return -1 if event.state is None else _AT_ONE_MOMENT[event.state]


def _steps(told: Iterable[tuple[datetime, ParcelState]]) -> Iterator[tuple[datetime, ParcelState]]:
    """Return what is to be believed of *told*. A parcel that is handed over on its way back is back with its sender."""
    state: ParcelState | None = None
    for at, reported in told:
        if state in _UNDONE_BY and reported not in _UNDONE_BY[state]:
            continue
        home = state is ParcelState.RETURNING and reported is ParcelState.DELIVERED
        state = ParcelState.RETURNED if home else reported
        yield at, state


def _first(told: Iterable[tuple[datetime, ParcelState]], wanted: ParcelState) -> datetime | None:
    return next((at for at, state in told if state is wanted), None)
