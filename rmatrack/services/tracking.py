"""Reports of carriers and people become the one story of a parcel, and the story moves label and return (C-5, C-11).

Every report is kept; what follows from them is computed anew from all of them, so that it does not matter in which
order they come, how often, or whether two arrive at one moment.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from carriers.parcel_states import Journey, ParcelEvent, ParcelState, journey
from carriers.shipment import Carrier
from rmatrack.db import strays
from rmatrack.db import tracking as parcels
from rmatrack.db.strays import StrayEvent
from rmatrack.db.tracking import ToFollow, Track, TrackingEvent
from rmatrack.domain.charges import Withdrawal
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.labels import MOVING, LabelState
from rmatrack.domain.people import SYSTEM, Actor, Permission
from rmatrack.domain.tracking import (
    NotYoursToWithdrawError,
    Source,
    Standing,
    Whereabouts,
    label_state,
    must_be_sayable,
    next_ask,
)
from rmatrack.services.charges import withdraw_charges
from rmatrack.services.history import record

BY_HAND = "hand"
"""The code of what a person recorded; several at one moment differ by their state."""

_ADOPTED_AT_ONCE = 500
_SAID_BY_CARRIER = frozenset({LabelState.IN_TRANSIT, LabelState.DELIVERED, LabelState.RETURNED})
_LONGEST = {"code": 40, "words": 300, "place": 120}


@dataclass(frozen=True, slots=True)
class Taken:
    """How many labels have news, how many reports were laid aside."""

    changed: int = 0
    aside: int = 0


def take_reports(
    session: Session,
    reports: Mapping[int, Sequence[ParcelEvent]],
    *,
    source: Source,
    now: datetime,
    by: Actor = SYSTEM,
    withdraws: int | None = None,
) -> int:
    """Keep *reports*, by label, and let what is new among them move labels and returns; return how many have news."""
    told = {label_id: events for label_id, events in reports.items() if events}
    if not told:
        return 0
    labels = parcels.labels_to_follow(session, told)
    parcels.follow(session, labels.values(), now=now)
    tracks = parcels.hold_tracks(session, labels)
    rows = [
        _row(label_id, event, source=source, by=by, now=now, withdraws=withdraws)
        for label_id in labels
        for event in told[label_id]
    ]
    new = parcels.add_events(session, rows)
    _follow_up(session, {id_: labels[id_] for id_ in sorted(new)}, tracks, by=by, now=now)
    return len(new)


def take_pushed(session: Session, carrier: Carrier, events: Sequence[ParcelEvent], *, now: datetime) -> Taken:
    """Keep what a carrier told of itself; what is about numbers that we do not know is laid aside."""
    known = parcels.labels_numbered(session, carrier, {_clean(event.number) for event in events})
    reports: dict[int, list[ParcelEvent]] = {}
    unknown: list[ParcelEvent] = []
    for event in events:
        label_id = known.get(_clean(event.number))
        if label_id is None:
            unknown.append(event)
        else:
            reports.setdefault(label_id, []).append(event)
    strays.add_strays(session, [_stray_row(carrier, event, now) for event in unknown])
    return Taken(take_reports(session, reports, source=Source.TOLD, now=now), len(unknown))


def ask_soon(session: Session, carrier: Carrier, numbers: Collection[str], *, now: datetime) -> int:
    """Have a carrier asked about parcels of which it told something that cannot be placed in time."""
    known = parcels.labels_numbered(session, carrier, {_clean(number) for number in numbers})
    labels = parcels.labels_to_follow(session, known.values())
    parcels.follow(session, labels.values(), now=now)
    parcels.nudge(session, labels, now=now)
    return len(labels)


def adopt_strays(session: Session, *, now: datetime) -> int:
    """Give reports that were laid aside to the labels that are there by now; return how many."""
    waiting = strays.strays_to_adopt(session, limit=_ADOPTED_AT_ONCE)
    reports: dict[int, list[ParcelEvent]] = {}
    for stray, label_id in waiting:
        reports.setdefault(label_id, []).append(event_of(stray))
    take_reports(session, reports, source=Source.TOLD, now=now)
    if waiting:
        strays.mark_adopted(session, [stray.id for stray, _label in waiting], now=now)
    return len(waiting)


def record_by_hand(
    session: Session,
    label_id: int,
    state: Whereabouts,
    *,
    at: datetime,
    evidence: str,
    by: Actor,
    now: datetime,
) -> None:
    """Record where a parcel is, as a person knows it; raises what `must_be_sayable` raises."""
    by.must(Permission.FOLLOW_PARCELS)
    said = must_be_sayable(state, at, evidence, now)
    label = parcels.labels_to_follow(session, [label_id]).get(label_id)
    if label is None:
        raise NotFoundError
    event = ParcelEvent(label.number, at, f"{BY_HAND}/{state}", ParcelState(state.value), said)
    take_reports(session, {label_id: [event]}, source=Source.PERSON, now=now, by=by)
    _tell(session, label, "reported", state, said, by=by, now=now)


def withdraw_by_hand(session: Session, event_id: int, *, why: str, by: Actor, now: datetime) -> None:
    """Take back what a person recorded; both stay in the log. Raises `NotYoursToWithdrawError`."""
    by.must(Permission.FOLLOW_PARCELS)
    found = parcels.event_with_id(session, event_id)
    if found is None:
        raise NotFoundError
    parcels.hold_tracks(session, [found.label_id])
    if found.source != Source.PERSON or found.withdraws_id or parcels.is_withdrawn(session, event_id):
        raise NotYoursToWithdrawError
    event = ParcelEvent(found.number, now, f"{BY_HAND}/withdrawn", None, why.strip())
    take_reports(session, {found.label_id: [event]}, source=Source.PERSON, now=now, by=by, withdraws=found.id)
    label = parcels.labels_to_follow(session, [found.label_id])[found.label_id]
    _tell(session, label, "report withdrawn", Whereabouts(found.state), why.strip() or None, by=by, now=now)


def story_of(events: Iterable[TrackingEvent]) -> Journey:
    """Return what the kept *events* of one parcel say together."""
    return journey(event_of(event) for event in events)


def _follow_up(
    session: Session, labels: Mapping[int, ToFollow], tracks: Mapping[int, Track], *, by: Actor, now: datetime
) -> None:
    """Compute the parcels of *labels* anew, and move what follows from it."""
    if not labels:
        return
    events = parcels.events_of(session, labels)
    computed, moves, changes = [], [], []
    for label_id, label in labels.items():
        track = tracks[label_id]
        standing = _standing(story_of(events.get(label_id, ())))
        was, resting = LabelState(label.state), _resting(label, track)
        becomes = label_state(resting, standing)
        computed.append(_computed(label_id, track, standing, resting, now))
        if becomes is not was:
            moves.append({"label": label_id, "was": was.value, "becomes": becomes.value})
            changes.append(
                Change(
                    "label",
                    label.number,
                    "followed",
                    "state",
                    was,
                    becomes,
                    order_id=label.order_id,
                    unit_id=label.unit_id,
                )
            )
    parcels.write_tracks(session, computed)
    parcels.write_label_states(session, moves)
    scanned = {labels[int(move["label"])].unit_id for move in moves if move["becomes"] in MOVING}
    withdraw_charges(session, scanned, Withdrawal.MOVED, by=by, now=now)
    for number, order_id, with_carrier in parcels.set_in_process(
        session, {label.rma_id for label in labels.values()}
    ).values():
        changes.append(
            Change("rma", number, "in process" if with_carrier else "no longer in process", order_id=order_id)
        )
    record(session, changes, by=by, now=now)


def _resting(label: ToFollow, track: Track) -> LabelState:
    """Return the state that the label had, or would have, without its carrier."""
    state = LabelState(label.state)
    by_carrier = state in _SAID_BY_CARRIER or (state is LabelState.VOIDED and track.voided_at is not None)
    if not by_carrier:
        return state
    return LabelState(track.resting) if track.resting else LabelState.PRINTED


def _standing(story: Journey) -> Standing:
    return Standing(
        whereabouts=Whereabouts(story.state.value) if story.state else None,
        since=story.since,
        moved_at=story.moved_at,
        delivered_at=story.delivered_at,
        voided_at=story.voided_at,
    )


def _computed(label_id: int, track: Track, standing: Standing, resting: LabelState, now: datetime) -> dict[str, object]:
    due_at = next_ask(standing.whereabouts, now, now)
    return {
        "label": label_id,
        "new_state": standing.whereabouts.value if standing.whereabouts else None,
        "new_since": standing.since,
        "new_moved_at": standing.moved_at,
        "new_delivered_at": standing.delivered_at,
        "new_voided_at": standing.voided_at,
        "new_resting": resting.value,
        "new_news_at": now,
        "new_due_at": track.due_at if track.lease_until else due_at,
    }


def _row(
    label_id: int, event: ParcelEvent, *, source: Source, by: Actor, now: datetime, withdraws: int | None
) -> dict[str, object]:
    return {
        "label_id": label_id,
        **_kept(event),
        "source": source.value,
        "by_name": by.name if source is Source.PERSON else "",
        "recorded_at": now,
        "withdraws_id": withdraws,
    }


def _stray_row(carrier: Carrier, event: ParcelEvent, now: datetime) -> dict[str, object]:
    return {"carrier": carrier.value, **_kept(event), "recorded_at": now}


def _kept(event: ParcelEvent) -> dict[str, object]:
    """Return the columns of an event; carriers' texts are cut to their room."""
    return {
        "number": _clean(event.number)[:40],
        "at": event.at,
        "code": _clean(event.code)[: _LONGEST["code"]],
        "state": event.state.value if event.state else "",
        "words": _clean(event.words)[: _LONGEST["words"]],
        "place": _clean(event.place)[: _LONGEST["place"]],
    }


def _clean(words: str) -> str:
    """Return *words* as a database can keep them."""
    return words.replace("\x00", "").encode(errors="replace").decode()


def event_of(kept: TrackingEvent | StrayEvent) -> ParcelEvent:
    """Return the kit's event for what is kept."""
    state = ParcelState(kept.state) if kept.state else None
    return ParcelEvent(kept.number, kept.at, kept.code, state, kept.words, kept.place)


def _tell(
    session: Session, label: ToFollow, deed: str, state: Whereabouts, why: str | None, *, by: Actor, now: datetime
) -> None:
    change = Change(
        "label",
        label.number,
        deed,
        "whereabouts",
        None,
        state,
        reason=why,
        order_id=label.order_id,
        unit_id=label.unit_id,
    )
    record(session, [change], by=by, now=now)
