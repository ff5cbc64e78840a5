"""Batches of labels: asked for, drawn in the background, stopped, taken up again, ready (SPEC C-7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db import jobs
from rmatrack.db.blobs import keep_blob
from rmatrack.db.label_batches import (
    LabelBatch,
    add_items,
    batch_with_id,
    move_batch,
    note_items,
    person_of_batch,
    units_in_batch,
)
from rmatrack.db.people import Person
from rmatrack.db.units_to_label import units_to_label
from rmatrack.domain.errors import BadInputError, NotFoundError, WrongStatusError, _
from rmatrack.domain.history import Change
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.people import SYSTEM, Actor, Permission
from rmatrack.domain.sentences import Sentence
from rmatrack.paper.papers import Paper
from rmatrack.services import news
from rmatrack.services.history import record
from rmatrack.services.kept_sentences import kept
from rmatrack.services.label_sheets import Drawn
from rmatrack.services.labels import PORTION, LabelPlan
from rmatrack.services.people import actor_of
from rmatrack.services.thermal import ThermalFile


class NothingToPrintError(BadInputError):
    """A batch without units."""

    code = "nothing-to-print"
    message = _("Choose at least one unit to print a label for.")


@dataclass(frozen=True, slots=True)
class BatchToDraw:
    """What the worker needs of a batch: whom it is for, on which paper, its units in their order, since when.

    One that is `incomplete` leaves out what a carrier has not made yet, rather than wait for it.
    """

    id: int
    by: Actor
    paper: Paper
    unit_ids: tuple[int, ...]
    asked_at: datetime
    incomplete: bool
    dpi: int | None = None


def ask_for_batch(
    session: Session,
    unit_ids: Sequence[int],
    *,
    paper: Paper,
    language: str,
    by: Actor,
    now: datetime,
    dpi: int | None = None,
) -> LabelBatch:
    """Ask for one file with a label for each unit, with *dpi* for a thermal printer; it is drawn in the background.

    Raises `NothingToPrintError` and `NotThermalError`.
    """
    by.must(Permission.PRINT_LABELS)
    if dpi is not None:
        ThermalFile(paper, dpi)
    units = tuple(dict.fromkeys(unit_ids))
    if not units:
        raise NothingToPrintError
    _must_see(session, units, by)
    batch = LabelBatch(
        person_id=by.person_id,
        partner_id=by.partner_id,
        paper=paper,
        dpi=dpi,
        language=language,
        state=BatchState.WAITING,
        total=len(units),
        created_at=now,
    )
    session.add(batch)
    session.flush()
    add_items(session, batch.id, units)
    jobs.enqueue(session, jobs.DRAW_LABELS, batch.id)
    change = Change("label batch", str(batch.id), "asked for", field="labels", new=str(len(units)))
    record(session, [change], by=by, now=now)
    return batch


def stop_batch(session: Session, batch_id: int, *, by: Actor, now: datetime) -> None:
    """Stop drawing; labels that have their numbers keep them. Raises `WrongStatusError` when it is over already."""
    _move(session, batch_id, BatchState.STOPPED, "stopped", by=by, now=now)


def take_up_batch(session: Session, batch_id: int, *, by: Actor, now: datetime) -> None:
    """Draw a batch again that was stopped or failed. Raises `WrongStatusError` for any other."""
    _move(session, batch_id, BatchState.WAITING, "taken up", by=by, now=now, taken_up_at=now, waits_since=None)
    jobs.enqueue(session, jobs.DRAW_LABELS, batch_id)


def print_what_is_there(session: Session, batch_id: int, *, by: Actor, now: datetime) -> None:
    """Draw a batch that waits for a carrier without the labels that are not there. Raises `WrongStatusError`."""
    by.must(Permission.PRINT_LABELS)
    batch = batch_with_id(session, batch_id, seen_by=by)
    if batch is None:
        raise NotFoundError
    if batch.waits_since is None or not move_batch(
        session, batch_id, BatchState.WAITING, incomplete=True, waits_since=None
    ):
        raise WrongStatusError(BatchState(batch.state), BatchState.DRAWING)
    record(session, [Change("label batch", str(batch_id), "taken up", "incomplete", None, "yes")], by=by, now=now)
    jobs.enqueue(session, jobs.DRAW_LABELS, batch_id)


def wait_for_carrier(session: Session, batch_id: int, *, now: datetime) -> None:
    """Let the batch wait until a carrier has made or refused its labels; `buying.wake` puts it in line again."""
    move_batch(session, batch_id, BatchState.WAITING, waits_since=now)


def begin_batch(session: Session, batch_id: int) -> BatchToDraw | None:
    """Begin to draw, or begin again after a crash; `None` where there is nothing to draw any more."""
    if not move_batch(session, batch_id, BatchState.DRAWING, done=0, problem=None, waits_since=None):
        return None
    batch = session.get_one(LabelBatch, batch_id)
    by = actor_of(session.get_one(Person, batch.person_id)) if batch.person_id is not None else SYSTEM
    units = tuple(units_in_batch(session, batch_id))
    return BatchToDraw(
        batch.id, by, Paper(batch.paper), units, batch.taken_up_at or batch.created_at, batch.incomplete, batch.dpi
    )


def note_progress(session: Session, batch_id: int, done: int) -> bool:
    """Note how many labels were drawn and read back; say whether to go on."""
    return move_batch(session, batch_id, BatchState.DRAWING, done=done)


def put_back_batch(session: Session, batch_id: int) -> None:
    """Leave the batch to the next worker."""
    if move_batch(session, batch_id, BatchState.WAITING):
        jobs.enqueue(session, jobs.DRAW_LABELS, batch_id)


def finish_batch(session: Session, batch_id: int, plan: LabelPlan, drawn: Drawn, *, now: datetime) -> None:
    """Keep the file, and note for each unit its label, or why it is not in the file."""
    items = _items(plan, drawn)
    note_items(session, batch_id, items)
    digest = keep_blob(session, drawn.pdf, drawn.media_type, now=now) if drawn.pdf else None
    move_batch(session, batch_id, BatchState.READY, done=len(plan.label_ids), blob_digest=digest, finished_at=now)
    if person_id := person_of_batch(session, batch_id):
        held = sum(problem is not None for _label_id, problem in items.values())
        news.batch_ended(session, batch_id, person_id, len(items) - held, held, now=now)


def fail_batch(session: Session, batch_id: int, why: Sentence, *, now: datetime) -> None:
    """Note that drawing went wrong, and why."""
    move_batch(session, batch_id, BatchState.FAILED, problem=kept(why), finished_at=now)
    if person_id := person_of_batch(session, batch_id):
        news.batch_failed(session, batch_id, person_id, now=now)


def _items(plan: LabelPlan, drawn: Drawn) -> Mapping[int, tuple[int | None, str | None]]:
    held = {each.label_id: kept(each.why) for each in drawn.held}
    found: dict[int, tuple[int | None, str | None]] = {
        unit_id: (label_id, held.get(label_id)) for unit_id, label_id in zip(plan.unit_ids, plan.label_ids, strict=True)
    }
    return found | {unit.unit_id: (None, kept(unit.why)) for unit in (*plan.left_out, *plan.waiting)}


def _must_see(session: Session, unit_ids: Sequence[int], by: Actor) -> None:
    for start in range(0, len(unit_ids), PORTION):
        portion = unit_ids[start : start + PORTION]
        if len(units_to_label(session, portion, seen_by=by)) < len(portion):
            raise NotFoundError


def _move(
    session: Session, batch_id: int, target: BatchState, deed: str, *, by: Actor, now: datetime, **values: object
) -> None:
    by.must(Permission.PRINT_LABELS)
    batch = batch_with_id(session, batch_id, seen_by=by)
    if batch is None:
        raise NotFoundError
    before = batch.state
    if not move_batch(session, batch_id, target, **values):
        raise WrongStatusError(BatchState(before), target)
    record(session, [Change("label batch", str(batch_id), deed, "state", before, target)], by=by, now=now)
