"""Scan stations and what they have not sent yet: a return is not complete while one may still say otherwise.

Ruling (R-3, R-7): that a return is complete follows from its units and discrepancies; scans that wait in a station's
browser may change both. So a station says which returns its waiting scans are of, and which box is open at it. A return
waits

- while a station that is not lost has announced scans of it and not sent them, and
- while its box is open at a station that has gone silent: without a network it cannot announce anything.

It completes by itself with the announcement that ends the waiting, or when a person who may settle declares the
station lost, with a reason. A lost station that is heard of again counts again, and its scans are recorded as late as
they come.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.scans import LONGEST_STATION, StationError, canonical_id

HEARTBEAT_SECONDS = 60
SILENT_AFTER = timedelta(seconds=3 * HEARTBEAT_SECONDS)
LONGEST_REASON = 200
MOST_RETURNS = 200


class StationState(StrEnum):
    """How a station stands. Computed, since silence is the clock's to say."""

    UP_TO_DATE = "up-to-date"
    UNSENT = "unsent"
    SILENT = "silent"
    CLOSED = "closed"
    LOST = "lost"


WORDS: dict[StationState, str] = {
    StationState.UP_TO_DATE: _("up to date"),
    StationState.UNSENT: _("has unsent scans"),
    StationState.SILENT: _("silent"),
    StationState.CLOSED: _("closed"),
    StationState.LOST: _("lost"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a station says of itself. `unsent_of` counts waiting scans by RMA number; `unsent` counts all of them."""

    id: str
    name: str
    unsent: int = 0
    unsent_since: datetime | None = None
    unsent_of: Mapping[str, int] = field(default_factory=dict)
    box: str | None = None


class AnnouncementError(BadInputError):
    """What a station says of itself does not add up."""

    code = "bad-announcement"
    message = _(
        "A station counts its unsent scans from 0, and since when they wait with a zone. Send the announcement again."
    )

    def __init__(self) -> None:
        super().__init__(field="unsent")


class LostReasonError(BadInputError):
    """Giving up on scans needs a reason, for whoever reads the history."""

    code = "lost-reason-missing"
    message = _("Say in a few words why the scans of this station will not come. The reason stands in the history.")

    def __init__(self) -> None:
        super().__init__(field="reason")


class NothingToWaitForError(RuleBrokenError):
    """Nothing waits for this station."""

    code = "nothing-to-wait-for"
    message = _("Nothing waits for %(station)s: it is up to date, or was declared lost before.")

    def __init__(self, station: str) -> None:
        super().__init__(station=station)


def station_mark(station_id: str) -> str:
    """Return the few characters that tell a station from others of its name; it shows them itself."""
    return station_id[:4].upper()


def silent_since(now: datetime) -> datetime:
    """Return the moment before which a station was last heard of that is silent *now*."""
    return now - SILENT_AFTER


def station_state(
    *, unsent: int, heard_at: datetime, lost_at: datetime | None, is_waited_for: bool, now: datetime
) -> StationState:
    """Return how a station stands; one that went with everything sent, and that no return waits for, is closed."""
    if lost_at:
        return StationState.LOST
    if unsent:
        return StationState.UNSENT
    if heard_at >= silent_since(now):
        return StationState.UP_TO_DATE
    return StationState.SILENT if is_waited_for else StationState.CLOSED


def checked_announcement(said: Announcement) -> Announcement:
    """Return what a station *said*, with its id in the usual form; raises what is wrong with it."""
    if not 0 < len(said.name.strip()) <= LONGEST_STATION:
        raise StationError
    counts = [said.unsent, *said.unsent_of.values()]
    since = said.unsent_since
    if min(counts) < 0 or max(counts) > 1_000_000 or len(said.unsent_of) > MOST_RETURNS or (since and not since.tzinfo):
        raise AnnouncementError
    return Announcement(
        id=canonical_id(said.id),
        name=said.name.strip(),
        unsent=said.unsent,
        unsent_since=since if said.unsent else None,
        unsent_of={rma.strip().upper(): count for rma, count in said.unsent_of.items() if count},
        box=said.box.strip().upper() if said.box else None,
    )
