"""Wanting a pickup, whoever carries: noted and called for by the job, or asked of a forwarder's desk by mail."""

from flask import g

from rmatrack.db.pickups import PickupVisit
from rmatrack.services.documents import waybill_of
from rmatrack.services.forwarder_pickups import draft_pickup, request_pickup
from rmatrack.services.pickups import Asked, Offer, book
from rmatrack.web.given import given
from rmatrack.web.sessions import close_read_session, read_session, write_session


def ask_for_pickup(found: Offer, asked: Asked) -> PickupVisit:
    """Want boxes fetched; the papers of a forwarder are drawn with no transaction open."""
    number, policy = found.order.number, given().policy
    if not found.desk:
        with write_session() as session:
            return book(session, number, asked, policy=policy, by=g.actor, now=g.now)
    drafted = draft_pickup(read_session(), number, asked, policy=policy, by=g.actor, now=g.now)
    close_read_session()
    pdf = waybill_of(drafted.asked)
    with write_session() as session:
        return request_pickup(session, drafted, pdf, asked, policy=policy, by=g.actor, now=g.now)
