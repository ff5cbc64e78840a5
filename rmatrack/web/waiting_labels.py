"""What the pages of an order and of a device say of labels that carriers have yet to make, or refused (SPEC C-11)."""

from collections.abc import Mapping

from flask import g
from sqlalchemy.orm import Session

from rmatrack.db.intents import refused_labels, waiting_labels
from rmatrack.domain.intents import IntentState
from rmatrack.services.kept_sentences import told
from rmatrack.services.orders import OrderFile

TEMPLATE = "labels/waiting.html"
MOST = 100


def fill(session: Session, file: OrderFile) -> Mapping[str, object] | None:
    """Return the order's labels that wait or were refused; None where there is none."""
    return waiting_part(session, [each.unit.id for each in file.units])


def waiting_part(session: Session, unit_ids: list[int]) -> Mapping[str, object] | None:
    """Return what the template is told of these units; None where none of them waits."""
    waiting = [
        *waiting_labels(session, seen_by=g.actor, limit=MOST, unit_ids=unit_ids),
        *refused_labels(session, seen_by=g.actor, limit=MOST, unit_ids=unit_ids),
    ]
    return {"waiting": waiting, "states": IntentState, "told": told} if waiting else None
