"""Parcels to look at: which there are by today's calendar, and laying one aside with a reason (SPEC C-6, C-11)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from rmatrack.db import flags as questions
from rmatrack.db.flags import FlagsWanted, Patience
from rmatrack.domain.errors import BadInputError, NotFoundError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.tracking import FlagKind, LaidAsideError, working_days_before
from rmatrack.services.history import record
from rmatrack.services.working_days import working_days

LONGEST_NOTE = 300


class NoNoteError(BadInputError):
    """A flag is laid aside without a word."""

    code = "no-note"
    message = _("Say what you found, for whoever looks at this later.")

    def __init__(self) -> None:
        super().__init__(field="note")


def parcels_to_look_at(
    session: Session, wanted: FlagsWanted, *, page: int, policy: Policy, seen_by: Actor, now: datetime
) -> Sequence[Row[Any]]:
    """Return a page of them and one beyond, the oldest first."""
    return questions.flags_page(session, wanted, patience(session, policy, now), page=page, seen_by=seen_by)


def parcels_to_look_at_counted(
    session: Session, wanted: FlagsWanted, *, page: int, policy: Policy, seen_by: Actor, now: datetime
) -> tuple[Sequence[Row[Any]], dict[tuple[FlagKind, str], int]]:
    """Return such a page, and how many there are by why and carrier whatever is wanted."""
    return questions.flags_page_counted(session, wanted, patience(session, policy, now), page=page, seen_by=seen_by)


def all_parcels_to_look_at(
    session: Session, wanted: FlagsWanted, *, policy: Policy, seen_by: Actor, now: datetime
) -> Iterable[Row[Any]]:
    """Return all of them, read while they are used."""
    return questions.all_flags(session, wanted, patience(session, policy, now), seen_by=seen_by)


def count_to_look_at(
    session: Session, *, policy: Policy, seen_by: Actor, now: datetime
) -> dict[tuple[FlagKind, str], int]:
    """Return how many there are, by why and carrier."""
    return questions.count_flags(session, patience(session, policy, now), seen_by=seen_by)


def flags_of_order(
    session: Session, order_id: int, *, policy: Policy, seen_by: Actor, now: datetime
) -> Sequence[Row[Any]]:
    """Return what is to be looked at on one order."""
    wanted = FlagsWanted(order_id=order_id)
    return questions.flags_page(session, wanted, patience(session, policy, now), page=1, seen_by=seen_by)


def lay_aside(
    session: Session, label_id: int, kind: FlagKind, *, note: str, policy: Policy, by: Actor, now: datetime
) -> None:
    """Say what was found about a parcel, so that it is not shown any more for this reason.

    Raises `NoNoteError`, `NotFoundError` where nothing of the kind is so, `LaidAsideError`.
    """
    by.must(Permission.FOLLOW_PARCELS)
    said = note.strip()[:LONGEST_NOTE]
    if not said:
        raise NoNoteError
    found = _flag(session, label_id, kind, aside=False, policy=policy, by=by, now=now)
    if found is None:
        if _flag(session, label_id, kind, aside=True, policy=policy, by=by, now=now):
            raise LaidAsideError
        raise NotFoundError
    questions.lay_aside(session, label_id, kind, note=said, by=by.name, now=now)
    _tell(session, found, "laid aside", kind, said, by=by, now=now)


def take_up(session: Session, label_id: int, kind: FlagKind, *, policy: Policy, by: Actor, now: datetime) -> None:
    """Show a parcel again that was laid aside; raises `NotFoundError`."""
    by.must(Permission.FOLLOW_PARCELS)
    found = _flag(session, label_id, kind, aside=True, policy=policy, by=by, now=now)
    if found is None or not questions.take_up(session, label_id, kind):
        raise NotFoundError
    _tell(session, found, "taken up", kind, None, by=by, now=now)


def patience(session: Session, policy: Policy, now: datetime) -> Patience:
    """Return the moments before which things are late, by the working days of each country that parcels go to."""
    countries = {"", *questions.countries_followed(session)}
    terms = policy.terms

    def before(days: int) -> dict[str, datetime]:
        return {country: _ago(now, days, working_days(country, None)) for country in countries}

    return Patience(
        not_scanned=before(terms.delivered_not_scanned_working_days),
        not_delivered=before(terms.scanned_not_delivered_working_days),
        held_up=before(terms.held_up_working_days),
        now=now,
    )


def _ago(now: datetime, days: int, is_working: Callable[[date], bool]) -> datetime:
    """Return the end of the day that lies so many working days back."""
    day = working_days_before(now.date(), days, is_working)
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


def _flag(
    session: Session, label_id: int, kind: FlagKind, *, aside: bool, policy: Policy, by: Actor, now: datetime
) -> Row[Any] | None:
    wanted = FlagsWanted(label_id=label_id, kind=kind, aside=aside)
    found = questions.flags_page(session, wanted, patience(session, policy, now), page=1, seen_by=by)
    return found[0] if found else None


def _tell(
    session: Session, found: Any, deed: str, kind: FlagKind, why: str | None, *, by: Actor, now: datetime
) -> None:
    change = Change(
        "label", found.number, deed, "flag", None, kind, reason=why, order_id=found.order_id, unit_id=found.unit_id
    )
    record(session, [change], by=by, now=now)
