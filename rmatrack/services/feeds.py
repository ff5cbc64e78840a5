"""A person's calendar feed: its secret address, and whom a request to that address speaks for."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db import feeds
from rmatrack.db.feeds import CalendarFeed
from rmatrack.db.people import Person
from rmatrack.domain.errors import NotAllowedError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.history import record
from rmatrack.services.people import actor_of

SPAN = timedelta(hours=1)
MOST_FETCHES = 60
"""A calendar program asks a few times a day; one that asks every minute is told to wait."""


class TooManyFetchesError(RuleBrokenError):
    """A calendar program that asks without pause (HTTP 429 at the edge)."""

    code = "too-many-fetches"
    message = _("This calendar was fetched too often. Set your program to fetch it once an hour at most.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar it is, and as whom it is read: to see, and nothing else."""

    feed_id: int
    person: Person
    actor: Actor


def own_feed(session: Session, *, by: Actor) -> CalendarFeed | None:
    """Return the feed of *by*, if there is one."""
    return feeds.feed_of(session, by.person_id) if by.person_id is not None else None


def open_feed(session: Session, *, by: Actor, now: datetime) -> str:
    """Give *by* a new secret address and return its secret, which is shown once; the one before stops working."""
    by.must(Permission.SEE_ORDERS)
    if by.person_id is None:
        raise NotAllowedError
    deed = "renewed" if feeds.feed_of(session, by.person_id) else "opened"
    secret = secrets.token_urlsafe(32)
    feeds.put_feed(session, by.person_id, _digest(secret), now=now)
    record(session, [Change("calendar", str(by.person_id), deed)], by=by, now=now)
    return secret


def close_feed(session: Session, *, by: Actor, now: datetime) -> None:
    """Stop the address of *by* from working."""
    if by.person_id is not None and feeds.remove_feed(session, by.person_id):
        record(session, [Change("calendar", str(by.person_id), "closed")], by=by, now=now)


def reader_of(session: Session, secret: str) -> Reader:
    """Return for whom *secret* speaks; raises `NotFoundError` when it holds no more, or never did."""
    found = feeds.feed_with_digest(session, _digest(secret))
    if found is None:
        raise NotFoundError
    feed, person = found
    actor = actor_of(person)
    seeing = frozenset({Permission.SEE_ORDERS, Permission.SEE_EVERYTHING})
    return Reader(feed.id, person, replace(actor, permissions=actor.permissions & seeing))


def note_fetch(session: Session, feed_id: int, *, now: datetime) -> None:
    """Count a fetch, so that its owner sees that it is used; raises `TooManyFetchesError`."""
    if not feeds.count_fetch(session, feed_id, span=SPAN, most=MOST_FETCHES, now=now):
        raise TooManyFetchesError


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
