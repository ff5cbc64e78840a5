"""What an order's page shows of answers and charges (SPEC R-8, R-9)."""

from collections.abc import Mapping

from flask import g
from sqlalchemy.orm import Session

from rmatrack.db.answers import answers_of_order
from rmatrack.db.charge_lists import charges_of_order
from rmatrack.domain.answers import AnswerKind
from rmatrack.domain.charges import ChargeState
from rmatrack.domain.people import Permission
from rmatrack.services.orders import OrderFile

TEMPLATE = "answers/order.html"


def fill(session: Session, file: OrderFile) -> Mapping[str, object] | None:
    """Return the answers and charges that this reader may see, or nothing where there are none."""
    answers = answers_of_order(session, file.order.id, seen_by=g.actor)
    may = g.actor.may(Permission.SEE_CHARGES)
    charges = charges_of_order(session, file.order.id, seen_by=g.actor) if may else []
    if not answers and not charges:
        return None
    return {
        "answers": [(row, AnswerKind(row.kind)) for row in answers],
        "charges": [(row, ChargeState(row.charge.state)) for row in charges],
    }
