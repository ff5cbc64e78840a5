"""Chains of custody as documents: of one device, and of all that left under a demo order (SPEC R-10)."""

from flask import Blueprint, Response, g

from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.people import Permission
from rmatrack.paper.custody import draw
from rmatrack.services.custody import order_custody, unit_custody
from rmatrack.web.access import allowed
from rmatrack.web.given import given
from rmatrack.web.languages import language
from rmatrack.web.papers import pdf_answer
from rmatrack.web.sessions import close_read_session, read_session

bp = Blueprint("custody", __name__)


@bp.get("/units/<int:unit_id>/custody.pdf")
@allowed(Permission.SEE_ORDERS)
def unit(unit_id: int) -> Response:
    """Give the chain of custody of one device."""
    told = unit_custody(read_session(), unit_id, language(), seen_by=g.actor, now=g.now, policy=given().policy)
    close_read_session()
    return pdf_answer(draw(told), f"custody-{told.title}.pdf")


@bp.get("/orders/<number>/custody.pdf")
@allowed(Permission.SEE_ORDERS)
def order(number: str) -> Response:
    """Give the chain of custody of all that left under a demo order."""
    try:
        exact = order_number_from(number)
    except OrderNumberError:
        raise NotFoundError from None
    told = order_custody(read_session(), exact, language(), seen_by=g.actor, now=g.now, policy=given().policy)
    close_read_session()
    return pdf_answer(draw(told), f"custody-{told.title}.pdf")
