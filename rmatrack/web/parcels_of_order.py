"""What an order's page says of its parcels and of the visits that fetch them."""

from collections.abc import Mapping

from flask import g
from sqlalchemy.orm import Session

from rmatrack.db.pickups import visits_of_order
from rmatrack.db.tracking import tracks_of
from rmatrack.domain.people import Permission
from rmatrack.domain.pickups import PickupState
from rmatrack.domain.tracking import FlagKind, Whereabouts
from rmatrack.services.flags import flags_of_order
from rmatrack.services.orders import OrderFile
from rmatrack.web.given import given
from rmatrack.web.pickup_words import in_words

TEMPLATE = "parcels/of_order.html"


def fill(session: Session, file: OrderFile) -> Mapping[str, object] | None:
    """Return parcels that a carrier reported on, what to look at, and visits; None where there is none of it."""
    tracks = tracks_of(session, [label.id for label in file.labels])
    visits = visits_of_order(session, file.order.id, seen_by=g.actor)
    serials = {each.unit.id: each.unit.serial for each in file.units}
    parcels = [
        (label, Whereabouts(track.state), track.since, serials.get(label.unit_id, ""))
        for label in file.labels
        if (track := tracks.get(label.id)) and track.state
    ]
    can_look_up = g.actor.may(Permission.FOLLOW_PARCELS) and bool(file.out)
    if not parcels and not visits and not can_look_up:
        return None
    flags = {}
    if tracks and g.actor.may(Permission.SEE_EVERYTHING):
        found = flags_of_order(session, file.order.id, policy=given().policy, seen_by=g.actor, now=g.now)
        flags = {row.label_id: FlagKind(row.kind) for row in found}
    return {
        "parcels": parcels,
        "flags": flags,
        "can_look_up": can_look_up,
        "visits": [(visit, PickupState(visit.state), in_words(visit)) for visit in visits],
    }
