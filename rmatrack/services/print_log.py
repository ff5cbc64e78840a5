"""The print log: who printed which label, on what; and printing on purpose what was replaced (SPEC C-6)."""

from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.label_lists import LabelSeen
from rmatrack.db.labels import LabelPrint
from rmatrack.domain.errors import RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Actor, Permission
from rmatrack.paper.papers import Paper
from rmatrack.services.history import record
from rmatrack.services.label_release import must_be_printable


class SupersededLabelError(RuleBrokenError):
    """Another label took its place; that one goes on the box."""

    code = "label-superseded"
    message = _("%(number)s was replaced by %(successor)s. Print that one, or say that you want the old one.")


def must_be_current(label: LabelSeen, *, on_purpose: bool) -> None:
    """Raise `SupersededLabelError` for a label that was replaced, unless it left once and is wanted on purpose.

    Raises `NotPrintableError` for any other that must not leave any more.
    """
    if label.superseded_by is None:
        must_be_printable(LabelState(label.state))
    elif not on_purpose or label.released_at is None:
        raise SupersededLabelError(number=label.number, successor=label.superseded_by)


def note_on_purpose(
    session: Session, label: LabelSeen, *, paper: Paper, dpi: int | None, copies: int, by: Actor, now: datetime
) -> None:
    """Log that a label was printed although it was replaced; its state stays."""
    by.must(Permission.PRINT_LABELS)
    session.add(LabelPrint(label_id=label.id, paper=paper.value, dpi=dpi, copies=copies, by_name=by.name, at=now))
    session.flush()
    change = Change("label", label.number, "printed on purpose", "paper", None, paper.value, unit_id=label.unit_id)
    record(session, [change], by=by, now=now)
