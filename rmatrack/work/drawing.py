"""The job that draws a batch of labels: it shows how far it is, can be stopped, and begins again after a crash."""

from datetime import datetime, timedelta

from rmatrack.db.engine import writing
from rmatrack.domain.errors import ConflictError, RmatrackError, _
from rmatrack.domain.sentences import Sentence
from rmatrack.services.buying import wake
from rmatrack.services.label_batches import (
    BatchToDraw,
    begin_batch,
    fail_batch,
    finish_batch,
    note_progress,
    put_back_batch,
    wait_for_carrier,
)
from rmatrack.work.printing import draw, plan_and_buy, release_in_portions
from rmatrack.work.tools import Tools

TELL_EVERY = timedelta(seconds=0.5)

WENT_WRONG = _("The labels could not be drawn. Try again; if that does not help, tell whoever runs this system.")


class StoppedError(Exception):
    """Somebody stopped the batch."""


class EndingError(Exception):
    """The worker ends before the batch does."""


def draw_batch(tools: Tools, batch_id: int) -> None:
    """Draw the batch and keep its file; a second run after a crash uses the numbers that the first one gave.

    Where a carrier has not made all its labels yet, the batch waits for them.
    """
    with writing(tools.engine) as session:
        batch = begin_batch(session, batch_id)
    if batch is None:
        return
    try:
        _draw(tools, batch)
    except StoppedError:
        return
    except EndingError:
        with writing(tools.engine) as session:
            put_back_batch(session, batch_id)
    except RmatrackError as error:
        _fail(tools, batch_id, Sentence(error.message, error.params))
    except Exception:
        _fail(tools, batch_id, Sentence(WENT_WRONG))
        raise


def _draw(tools: Tools, batch: BatchToDraw) -> None:
    progress = _Progress(tools, batch.id)
    plan = plan_and_buy(
        tools.engine,
        batch.unit_ids,
        policy=tools.policy,
        by=batch.by,
        now=tools.now,
        lines=tools.lines,
        refused_since=batch.asked_at,
        stopping=tools.stopping,
    )
    if plan.waiting and not batch.incomplete:
        with writing(tools.engine) as session:
            wait_for_carrier(session, batch.id, now=tools.now())
        with writing(tools.engine) as session:
            wake(session)
        return
    drawn = draw(tools.engine, plan.label_ids, paper=batch.paper, dpi=batch.dpi, progress=progress.tell)
    progress.note()
    release_in_portions(
        tools.engine, drawn, paper=batch.paper, dpi=batch.dpi, by=batch.by, now=tools.now, batch_id=batch.id
    )
    with writing(tools.engine) as session:
        finish_batch(session, batch.id, plan, drawn, now=tools.now())


def _fail(tools: Tools, batch_id: int, why: Sentence) -> None:
    with writing(tools.engine) as session:
        fail_batch(session, batch_id, why, now=tools.now())


class _Progress:
    """Counts labels, and twice a second notes how many, which is also when a stop is heard."""

    def __init__(self, tools: Tools, batch_id: int) -> None:
        self._tools = tools
        self._batch_id = batch_id
        self._done = 0
        self._told_at: datetime = tools.now()

    def tell(self, count: int) -> None:
        """Count *count* more; raises `StoppedError` and `EndingError`."""
        self._done += count
        if self._tools.stopping():
            raise EndingError
        if self._tools.now() - self._told_at >= TELL_EVERY:
            self.note()

    def note(self) -> None:
        """Write down how far it is; raises `StoppedError`."""
        try:
            with writing(self._tools.engine) as session:
                goes_on = note_progress(session, self._batch_id, self._done)
        except ConflictError:
            return  # Somebody else is writing for long; the count is told next time.
        self._told_at = self._tools.now()
        if not goes_on:
            raise StoppedError
