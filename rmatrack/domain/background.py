"""Background work as people look after it: what each job does, and how far it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rmatrack.domain.errors import RuleBrokenError, _


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


WORDS: dict[JobState, str] = {
    JobState.WAITING: _("waiting its turn"),
    JobState.RUNNING: _("running"),
    JobState.DONE: _("done"),
    JobState.FAILED: _("failed"),
    JobState.CANCELLED: _("not done any more"),
}

DEEDS: dict[str, str] = {
    "draw-labels": _("Draw a batch of labels"),
    "deliver-mail": _("Send mail"),
    "deliver-mail-again": _("Send mail that could not be sent"),
    "buy-labels": _("Get labels from a carrier"),
    "ask-carriers-again": _("Ask carriers again that did not answer"),
    "read-mail": _("Read incoming mail"),
    "follow-parcels": _("Ask carriers where parcels are"),
    "call-carriers-again": _("Book pickups with carriers"),
    "seal-history": _("Seal the history"),
    "seal-all-history": _("Seal all of the history"),
    "sweep": _("See what is due"),
    "forget-answers": _("Forget what is no longer needed"),
}
"""What a job does, by its name to the job engine."""


class JobNotEndedError(RuleBrokenError):
    """A job that is not over cannot begin anew."""

    code = "job-not-ended"
    message = _("This job is not over yet. Wait until it has failed or is done.")


class JobOfTheClockError(RuleBrokenError):
    """A job that comes by the clock needs nobody to begin it."""

    code = "job-of-the-clock"
    message = _("This job comes again by itself, at its hour. What it did not do is done then.")


@dataclass(frozen=True, slots=True)
class Job:
    """A job and how it went; `problem` is what it failed with, as programmers read it."""

    id: str
    name: str
    state: JobState
    began_at: datetime
    ended_at: datetime | None
    worker: str
    problem: str

    @property
    def deed(self) -> str:
        """Return what it does, as a message id; its bare name, where it has none."""
        return DEEDS.get(self.name, self.name)
