"""Drafts: the answers of a person who is starting a trial, kept from page to page until it is started."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db.trial_drafts import TrialDraft, draft_with_id, drafts_of, forget_drafts
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Actor, PersonId
from rmatrack.domain.starting import must_be_sales_administrator
from rmatrack.domain.trials import Door

KEPT = timedelta(days=30)


def begin_draft(
    session: Session, door: Door, answers: Mapping[str, Mapping[str, Any]], *, by: Actor, now: datetime
) -> TrialDraft:
    """Begin a draft at a door with what is known already, and drop those that were left long ago."""
    must_be_sales_administrator(by)
    forget_drafts(session, before=now - KEPT)
    known = {step: dict(given) for step, given in answers.items()}
    draft = TrialDraft(person_id=_person(by), door=door.value, answers=known, changed_at=now)
    session.add(draft)
    session.flush()
    return draft


def draft(session: Session, draft_id: int, *, by: Actor) -> TrialDraft:
    """Return a draft of *by*; raises `NotFoundError` where it is somebody else's."""
    found = draft_with_id(session, draft_id, person_id=_person(by))
    if found is None:
        raise NotFoundError
    return found


def keep_answers(
    session: Session, draft_id: int, step: str, answers: Mapping[str, Any], *, by: Actor, now: datetime
) -> TrialDraft:
    """Keep what was typed at a step, right or wrong."""
    kept = draft(session, draft_id, by=by)
    kept.answers = {**kept.answers, step: dict(answers)}
    kept.changed_at = now
    session.flush()
    return kept


def finish_draft(session: Session, draft_id: int, trial_id: int, *, by: Actor, now: datetime) -> None:
    """Say which trial came of a draft, and forget what was typed."""
    finished = draft(session, draft_id, by=by)
    finished.trial_id, finished.answers, finished.changed_at = trial_id, {}, now
    session.flush()


def drop_draft(session: Session, draft_id: int, *, by: Actor) -> None:
    """Forget a draft."""
    session.delete(draft(session, draft_id, by=by))
    session.flush()


def unfinished_drafts(session: Session, *, by: Actor) -> Sequence[TrialDraft]:
    """Return what *by* has begun and not finished, the latest first."""
    return drafts_of(session, _person(by))


def _person(by: Actor) -> PersonId:
    if by.person_id is None:
        raise NotFoundError
    return by.person_id
