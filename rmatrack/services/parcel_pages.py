"""One parcel as its page shows it: its label, where it is, every report, and what somebody should look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from carriers.parcel_states import journey
from rmatrack.db.flags import FlagsWanted
from rmatrack.db.label_lists import LabelSeen, label_numbered
from rmatrack.db.tracking import Track, TrackingEvent, events_of, tracks_of
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.tracking import Source, Whereabouts
from rmatrack.services.flags import parcels_to_look_at
from rmatrack.services.tracking import event_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One report: in the carrier's words, or a person's with the name, which only people inside see."""

    id: int
    at: datetime
    state: Whereabouts | None
    words: str
    place: str
    source: Source
    by_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFile:
    """All about one parcel; `track` is None where nobody follows it, `happened` has the latest first."""

    label: LabelSeen
    track: Track | None
    whereabouts: Whereabouts | None
    happened: Sequence[Happened]
    flags: Sequence[Row[Any]]


def parcel_file(session: Session, number: str, *, policy: Policy, seen_by: Actor, now: datetime) -> ParcelFile:
    """Return all about the parcel under a label; raises `NotFoundError`."""
    label = label_numbered(session, number, seen_by=seen_by)
    if label is None:
        raise NotFoundError
    track = tracks_of(session, [label.id]).get(label.id)
    flags: Sequence[Row[Any]] = ()
    if track and seen_by.may(Permission.SEE_EVERYTHING):
        wanted = FlagsWanted(label_id=label.id)
        flags = parcels_to_look_at(session, wanted, page=1, policy=policy, seen_by=seen_by, now=now)
    kept = events_of(session, [label.id]).get(label.id, [])
    return ParcelFile(
        label=label,
        track=track,
        whereabouts=Whereabouts(track.state) if track and track.state else None,
        happened=_happened(kept, names=seen_by.may(Permission.SEE_EVERYTHING)),
        flags=flags,
    )


def _happened(kept: Sequence[TrackingEvent], *, names: bool) -> list[Happened]:
    """Return each event once, in its fullest telling, the latest first."""
    by_event = {event_of(event): event for event in kept}
    told = [by_event[event] for event in journey(by_event).events]
    return [
        Happened(
            id=event.id,
            at=event.at,
            state=Whereabouts(event.state) if event.state else None,
            words=event.words,
            place=event.place,
            source=Source(event.source),
            by_name=event.by_name if names else "",
        )
        for event in reversed(told)
    ]
