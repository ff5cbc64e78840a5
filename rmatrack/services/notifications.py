"""Telling people inside the product what waits for them, in the transaction of the deed that they are told of.

A mail goes where somebody must act without being asked to look (`services/mail.py`). A notification is for who is here
anyway: the bell on every page counts those that were not read.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from rmatrack.db import notifications as questions
from rmatrack.db.notifications import Notification
from rmatrack.db.people import Person
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import PERMISSIONS, Actor, PartnerId, Permission, PersonId
from rmatrack.domain.sentences import Sentence
from rmatrack.services.kept_sentences import kept

MOST_COUNTED = 100
SHOWN = 100
KEPT = timedelta(days=90)
DROPPED_AT_ONCE = 500


class Tone(StrEnum):
    """How a notification looks: by icon and colour beside its words."""

    NEWS = ""
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


def tell_everybody(
    session: Session,
    may: Permission,
    sentence: Sentence,
    *,
    about: str,
    href: str,
    now: datetime,
    tone: Tone = Tone.NEWS,
    by: Actor | None = None,
) -> None:
    """Tell whoever of our own may do *may*, except the person *by* whom it was done.

    *about* names the happening (`batch:12`): who was told of it is not told again.
    """
    roles = [role for role, permissions in PERMISSIONS.items() if {may, Permission.SEE_EVERYTHING} <= permissions]
    _tell(session, Person.role.in_(roles), sentence, about=about, href=href, now=now, tone=tone, by=by)


def tell_partner(
    session: Session,
    partner_id: PartnerId | int,
    may: Permission,
    sentence: Sentence,
    *,
    about: str,
    href: str,
    now: datetime,
    tone: Tone = Tone.NEWS,
    by: Actor | None = None,
) -> None:
    """Tell whoever of a partner may do *may*, except the person *by* whom it was done; see `tell_everybody`."""
    tell_partners(session, [partner_id], may, sentence, about=about, href=href, now=now, tone=tone, by=by)


def tell_partners(
    session: Session,
    partner_ids: Collection[int],
    may: Permission,
    sentence: Sentence,
    *,
    about: str,
    href: str,
    now: datetime,
    tone: Tone = Tone.NEWS,
    by: Actor | None = None,
) -> None:
    """Tell whoever of some partners may do *may* the same; see `tell_everybody`."""
    roles = [role for role, permissions in PERMISSIONS.items() if may in permissions]
    people = and_(Person.partner_id.in_(partner_ids), Person.role.in_(roles))
    _tell(session, people, sentence, about=about, href=href, now=now, tone=tone, by=by)


def tell_person(
    session: Session,
    person_id: PersonId | int,
    sentence: Sentence,
    *,
    about: str,
    href: str,
    now: datetime,
    tone: Tone = Tone.NEWS,
    by: Actor | None = None,
) -> None:
    """Tell one person, unless it was done *by* them; see `tell_everybody`."""
    _tell(session, Person.id == person_id, sentence, about=about, href=href, now=now, tone=tone, by=by)


def unread(session: Session, *, by: Actor) -> int:
    """How many notifications this person has not read; `MOST_COUNTED` means that many or more."""
    return 0 if by.person_id is None else questions.unread_count(session, by.person_id, most=MOST_COUNTED)


def own_notifications(
    session: Session, *, after: int | None = None, limit: int = SHOWN, by: Actor
) -> Sequence[Notification]:
    """This person's notifications, the newest first; *after* is the id of the last one before them."""
    if by.person_id is None:
        return ()
    return questions.notifications_of(session, by.person_id, after=after, limit=limit)


def mark_read(session: Session, ids: Collection[int] | None = None, *, by: Actor, now: datetime) -> int:
    """Mark one's own notifications as read, those with *ids* or all, and return how many were unread."""
    return 0 if by.person_id is None else questions.mark_read(session, by.person_id, ids=ids, now=now)


def open_notification(session: Session, notification_id: int, *, by: Actor, now: datetime) -> str:
    """Mark a notification as read, and return the page that shows more. Raises `NotFoundError`."""
    found = session.get(Notification, notification_id)
    if found is None or found.person_id != by.person_id:
        raise NotFoundError
    mark_read(session, [notification_id], by=by, now=now)
    return found.href


def forget_notifications(session: Session, *, now: datetime) -> int:
    """Drop a portion of the notifications that are older than anybody looks, and return how many."""
    return questions.drop_notifications(session, before=now - KEPT, limit=DROPPED_AT_ONCE)


def _tell(
    session: Session,
    people: ColumnElement[bool],
    sentence: Sentence,
    *,
    about: str,
    href: str,
    now: datetime,
    tone: Tone,
    by: Actor | None,
) -> None:
    others = people if by is None or by.person_id is None else and_(people, Person.id != by.person_id)
    questions.write_notifications(session, others, about=about, sentence=kept(sentence), tone=tone, href=href, now=now)
