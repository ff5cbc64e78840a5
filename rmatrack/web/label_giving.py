"""Giving new labels to who asks: numbered in one step, drawn and read back in none, let go in another (SPEC C-8)."""

from collections.abc import Callable, Sequence

from flask import Response, g
from sqlalchemy.orm import Session

from rmatrack.db.label_requests import RequestSeen, is_to_mail, requests_of_form
from rmatrack.db.labels import labels_by_id
from rmatrack.domain.errors import ConflictError, NotFoundError
from rmatrack.domain.labels import PRINTABLE, LabelState
from rmatrack.domain.people import Actor
from rmatrack.paper.papers import Paper
from rmatrack.services.label_release import hold, release
from rmatrack.services.label_requests import Asked
from rmatrack.services.label_sheets import LabelToDraw, draw_labels, labels_to_draw
from rmatrack.services.return_help import WayBack
from rmatrack.services.return_mails import mail_labels
from rmatrack.web.sessions import close_read_session, read_session, write_session

TRIES = 2
"""A form that is sent twice at once loses the race to itself, and is answered when it tries again."""


def give_labels(way: WayBack, asked: Asked, ask: Callable[[Session], Sequence[int]], *, by: Actor) -> None:
    """Do *ask*, which gives labels their numbers, and let them go; one that left before leaves again by mail only.

    Where the carrier still makes one of them, a worker mails them all when it is there.
    """
    mail_to = asked.mail_to
    to_draw = _numbered(ask, again=mail_to is not None)
    if not to_draw:
        return
    drawn = draw_labels(lambda: to_draw, asked.paper)
    devices = {box.unit_id: f"{box.model} {box.serial}" for box in way.boxes}
    with write_session() as step:
        release(step, drawn.label_ids, paper=asked.paper, by=by, now=g.now)
        hold(step, drawn.held, by=by, now=g.now)
        if mail_to and drawn.pdf and not is_to_mail(step, way.order.number, asked.form):
            labels = labels_by_id(step, drawn.label_ids)
            told = [devices[labels[id_].unit_id] for id_ in drawn.label_ids]
            mail_labels(step, way, told, drawn.pdf, to=mail_to, form=asked.form, now=g.now)


def labels_of_form(number: str, form: str, *, seen_by: Actor) -> list[RequestSeen]:
    """Return what came of a form, letting go what the carrier made since; raises `NotFoundError`."""
    found = _found(number, form, seen_by)
    made = [label.label_id for label in found if label.waits and label.state == LabelState.INTENT and label.label_id]
    if not made:
        return found
    to_draw, paper = labels_to_draw(read_session(), made), Paper(found[0].paper)
    close_read_session()
    drawn = draw_labels(lambda: to_draw, paper)
    with write_session() as step:
        release(step, drawn.label_ids, paper=paper, by=seen_by, now=g.now)
        hold(step, drawn.held, by=seen_by, now=g.now)
    return _found(number, form, seen_by)


def label_file(number: str, form: str, *, seen_by: Actor) -> Response:
    """Answer with the labels of a form as a file: read back once more, and only while they may be used (SPEC C-8).

    Raises `NotFoundError`.
    """
    labels = [label for label in _found(number, form, seen_by) if label.state in PRINTABLE]
    to_draw = labels_to_draw(read_session(), [label.label_id for label in labels if label.label_id is not None])
    close_read_session()
    drawn = draw_labels(lambda: to_draw, Paper(labels[0].paper)) if labels else None
    if drawn is None or drawn.pdf is None:
        raise NotFoundError
    name = f"return-label-{labels[0].order_number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(drawn.pdf, mimetype="application/pdf", headers=headers)


def _numbered(ask: Callable[[Session], Sequence[int]], *, again: bool) -> list[LabelToDraw]:
    """Return the labels to draw: those that never left, and with *again* also those that did."""
    for left in range(TRIES - 1, -1, -1):
        try:
            with write_session() as step:
                ids = ask(step)
                labels = labels_by_id(step, ids)
                return labels_to_draw(step, [id_ for id_ in ids if again or labels[id_].released_at is None])
        except ConflictError:
            if not left:
                raise
    raise AssertionError("A request is tried at least once.")


def _found(number: str, form: str, seen_by: Actor) -> list[RequestSeen]:
    found = requests_of_form(read_session(), number, form, seen_by=seen_by)
    if not found:
        raise NotFoundError
    return found
