"""The life of a batch of labels: asked for, drawn in the background, ready to fetch; it can be stopped and taken up."""

from enum import StrEnum

from rmatrack.domain.errors import _


class BatchState(StrEnum):
    """Where a batch stands."""

    WAITING = "waiting"
    DRAWING = "drawing"
    READY = "ready"
    STOPPED = "stopped"
    FAILED = "failed"


WORDS: dict[BatchState, str] = {
    BatchState.WAITING: _("waiting"),
    BatchState.DRAWING: _("being drawn"),
    BatchState.READY: _("ready"),
    BatchState.STOPPED: _("stopped"),
    BatchState.FAILED: _("failed"),
}

_B = BatchState

NEXT: dict[BatchState, frozenset[BatchState]] = {
    _B.WAITING: frozenset({_B.WAITING, _B.DRAWING, _B.STOPPED, _B.FAILED}),
    _B.DRAWING: frozenset({_B.DRAWING, _B.WAITING, _B.READY, _B.STOPPED, _B.FAILED}),
    _B.STOPPED: frozenset({_B.WAITING}),
    _B.FAILED: frozenset({_B.WAITING}),
    _B.READY: frozenset(),
}
"""A batch also waits for a carrier to make its labels.

A worker that ends puts its batch back in line; where it died, the batch is drawn again from the state it was in.
"""

UNFINISHED = frozenset({_B.WAITING, _B.DRAWING})
"""Still to come: its page looks again by itself."""
