"""What happened to a trial and to the orders of its devices, told as one timeline (SPEC X-2, D-4)."""

from dataclasses import replace

from sqlalchemy.orm import Session

from rmatrack.db.timeline import events_of_trial
from rmatrack.domain.people import Actor
from rmatrack.services.history_reading import entries
from rmatrack.services.timeline import Happening, as_told, grouped


def trial_timeline(session: Session, trial_id: int, *, seen_by: Actor) -> list[Happening]:
    """Return what happened to a trial that *seen_by* may see, the newest first; the trial itself needs no key."""
    log = entries(session, events_of_trial(session, trial_id))
    return [_without_id(happening) for happening in as_told(grouped(log), seen_by)]


def _without_id(happening: Happening) -> Happening:
    return replace(happening, keys=()) if happening.subject == "trial" else happening
