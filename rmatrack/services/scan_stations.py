"""Stations say what they have not sent, and may be declared lost; returns wait for them meanwhile (SPEC R-3, R-7)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db import stations as questions
from rmatrack.db.scans import boxes_with_rma
from rmatrack.db.stations import WaitedFor
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.stations import (
    LONGEST_REASON,
    Announcement,
    LostReasonError,
    NothingToWaitForError,
    StationState,
    checked_announcement,
    silent_since,
    station_mark,
    station_state,
)
from rmatrack.services.history import record
from rmatrack.services.returns import complete_returns

SHOWN = timedelta(days=14)
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class StationSeen:
    """A station as a person sees it: the row of the database, how it stands, and which returns wait for it.

    `is_twin`: another one that is open now has the same name.
    """

    row: Any
    state: StationState
    waiting: Sequence[WaitedFor]
    is_twin: bool = False

    @property
    def mark(self) -> str:
        """Return what tells it from others of its name."""
        return station_mark(self.row.id)

    @property
    def can_be_lost(self) -> bool:
        """Say whether giving it up would change anything."""
        return self.state is not StationState.LOST and bool(self.row.unsent or self.waiting)


@dataclass(frozen=True, slots=True)
class Namesake:
    """Another station that is open under the same name; `person` is signed in at it."""

    mark: str
    person: str | None


def announce(session: Session, said: Announcement, *, by: Actor, now: datetime) -> list[Namesake]:
    """Keep what a station says of itself, and complete the returns that no longer wait for it.

    Returns the other stations of its name that are open now: whoever stands at it should give it another one.
    """
    by.must(Permission.SCAN)
    said = checked_announcement(said)
    known = questions.station_with_id(session, said.id)
    before = questions.returns_of_station(session, said.id)
    questions.keep_station(
        session,
        {
            "id": said.id,
            "name": said.name,
            "person_id": by.person_id,
            "heard_at": now,
            "unsent": said.unsent,
            "unsent_since": said.unsent_since,
        },
    )
    boxes = boxes_with_rma(session, {*said.unsent_of, *([said.box] if said.box else [])})
    busy_with = {box.rma_id: _busy_with(said, number, box.rma_id) for number, box in boxes.items()}
    questions.replace_returns(session, said.id, list(busy_with.values()))
    if known and known.lost_at:
        record(session, [Change("station", said.id, "heard again", new=said.name)], by=by, now=now)
    complete_returns(session, before | busy_with.keys(), by=by, now=now)
    others = questions.namesakes_of(session, said.id, said.name, since=silent_since(now))
    return [Namesake(station_mark(other.id), other.person) for other in others]


def _busy_with(said: Announcement, number: str, rma_id: int) -> dict[str, object]:
    return {"rma_id": rma_id, "unsent": said.unsent_of.get(number, 0), "is_open": number == said.box}


def declare_lost(session: Session, station_id: str, *, reason: str, by: Actor, now: datetime) -> str:
    """Stop waiting for a station whose scans will not come, and return its name.

    Raises `NothingToWaitForError` where nothing waits for it.
    """
    by.must(Permission.SETTLE)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise LostReasonError
    station = questions.station_with_id(session, station_id)
    if station is None:
        raise NotFoundError
    waiting = questions.returns_of_station(session, station_id)
    if not (station.unsent or waiting) or not questions.mark_lost(
        session, station_id, reason=reason, by_name=by.name, now=now
    ):
        raise NothingToWaitForError(called(station.name, station.id))
    lost = Change("station", station_id, "declared lost", field="name", new=station.name, reason=reason)
    record(session, [lost], by=by, now=now)
    complete_returns(session, waiting, by=by, now=now)
    return called(station.name, station.id)


def stations(session: Session, *, now: datetime) -> list[StationSeen]:
    """Return the stations of the last two weeks, and any that still has something to send."""
    waiting: dict[str, list[WaitedFor]] = {}
    for one in questions.stations_waited_for(session, None, silent_since=silent_since(now)):
        waiting.setdefault(one.station_id, []).append(one)
    rows = questions.stations_heard_since(session, now - SHOWN, limit=MOST_SHOWN)
    names = Counter(row.name.lower() for row in rows if _is_open(row, now))
    return [
        StationSeen(
            row,
            _state(row, is_waited_for=row.id in waiting, now=now),
            waiting.get(row.id, ()),
            is_twin=_is_open(row, now) and names[row.name.lower()] > 1,
        )
        for row in rows
    ]


def waited_for(session: Session, rma_ids: Sequence[int], *, now: datetime) -> Sequence[WaitedFor]:
    """Return the stations whose scans the returns *rma_ids* wait for."""
    return questions.stations_waited_for(session, rma_ids, silent_since=silent_since(now)) if rma_ids else ()


def called(name: str, station_id: str) -> str:
    """Return how people tell a station from others of its name."""
    return f"{name} · {station_mark(station_id)}"


def _is_open(row: Any, now: datetime) -> bool:
    return row.lost_at is None and row.heard_at >= silent_since(now)


def _state(row: Any, *, is_waited_for: bool, now: datetime) -> StationState:
    return station_state(
        unsent=row.unsent, heard_at=row.heard_at, lost_at=row.lost_at, is_waited_for=is_waited_for, now=now
    )
