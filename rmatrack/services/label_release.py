"""What came of drawing: labels that read back leave, in the print log; those that do not are held and say why (C-8)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from rmatrack.db.labels import (
    LabelPrint,
    LabelStanding,
    labels_logged,
    mark_released,
    move_labels,
    note_problems,
    standing_of,
)
from rmatrack.domain.errors import ConflictError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.labels import NEXT, PRINTABLE, LabelState
from rmatrack.domain.people import Actor
from rmatrack.paper.papers import Paper
from rmatrack.services.history import record
from rmatrack.services.kept_sentences import kept
from rmatrack.services.label_sheets import Held


class NotPrintableError(RuleBrokenError):
    """A label that was replaced, or travels already."""

    code = "label-not-printable"
    message = _("This label is %(state)s; it is not printed any more.")


def is_printable(state: LabelState) -> bool:
    """Say whether a label left and may leave again, or may leave once it reads back."""
    return state in PRINTABLE or LabelState.CREATED in NEXT[state]


def must_be_printable(state: LabelState) -> None:
    """Raise `NotPrintableError` where a label must not leave any more."""
    if not is_printable(state):
        raise NotPrintableError(state=state)


def release(
    session: Session,
    label_ids: Sequence[int],
    *,
    paper: Paper,
    by: Actor,
    now: datetime,
    batch_id: int | None = None,
    dpi: int | None = None,
    copies: int = 1,
) -> None:
    """Let labels that were read back leave the system on *paper*. At most `labels.PORTION` of them.

    *dpi* is the thermal printer's, where the file was made for one.

    A batch that is drawn again after a crash is printed once in the log. Raises `ConflictError` where a label was
    replaced meanwhile: then the file that shows it must not leave either.
    """
    before = standing_of(session, label_ids)
    move_labels(session, label_ids, LabelState.CREATED)
    move_labels(session, label_ids, LabelState.PRINTED)
    after = standing_of(session, label_ids)
    if any(label.state not in PRINTABLE for label in after):
        raise ConflictError
    mark_released(session, label_ids, now=now)
    logged = labels_logged(session, batch_id, label_ids) if batch_id is not None else set()
    printed = [label for label in after if label.id not in logged]
    row = {"paper": paper.value, "dpi": dpi, "copies": copies, "batch_id": batch_id, "by_name": by.name, "at": now}
    if printed:
        session.execute(insert(LabelPrint), [{"label_id": label.id, **row} for label in printed])
    changes = [
        _change(label, "released", "state", label.state, LabelState.CREATED)
        for label in before
        if label.state not in PRINTABLE
    ]
    changes += [_change(label, "printed", "paper", None, paper) for label in printed]
    record(session, changes, by=by, now=now)


def hold(session: Session, held: Sequence[Held], *, by: Actor, now: datetime) -> None:
    """Hold back labels that cannot be drawn or do not read back; one that left before keeps its state."""
    if not held:
        return
    why = {each.label_id: kept(each.why) for each in held}
    before = standing_of(session, list(why))
    move_labels(session, list(why), LabelState.HELD)
    note_problems(session, why)
    sentences = {each.label_id: str(each.why) for each in held}
    changes = [
        _change(label, "held back", "state", label.state, LabelState.HELD, reason=sentences[label.id])
        for label in before
    ]
    record(session, changes, by=by, now=now)


def _change(
    label: LabelStanding, deed: str, field: str, old: str | None, new: str | None, reason: str | None = None
) -> Change:
    return Change(
        "label", label.number, deed, field, old, new, reason=reason, order_id=label.order_id, unit_id=label.unit_id
    )
