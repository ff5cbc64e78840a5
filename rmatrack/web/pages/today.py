"""The day at the dock on one page to print: who comes to fetch, whom to phone, what is due, what is overdue where."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, url_for
from sqlalchemy.orm import Session

from rmatrack.db import dashboard
from rmatrack.db.due import zones_out
from rmatrack.db.pickups import PickupVisit, visits_listed
from rmatrack.domain.people import Permission
from rmatrack.domain.pickups import BY_PERSON, PickupState
from rmatrack.domain.policy import CARRIER_NAMES, Carrier, carrier_for
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.services.flags import count_to_look_at
from rmatrack.web.access import allowed
from rmatrack.web.dashboard_charts import thresholds
from rmatrack.web.dates import today
from rmatrack.web.given import given
from rmatrack.web.languages import _, ngettext, word
from rmatrack.web.links import units_url
from rmatrack.web.pickup_words import in_words
from rmatrack.web.sessions import read_session
from rmatrack.web.states import look
from rmatrack.web.worklist import Task, tasks

bp = Blueprint("today", __name__)

VISITS_SHOWN = 60
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlaceLate:
    """What is overdue in one country that one carrier serves."""

    carrier: str
    country: str
    late: int
    href: str


@bp.get("/today")
@allowed(Permission.FOLLOW_PARCELS)
def show() -> str:
    """Show the day."""
    session, policy = read_session(), given().policy
    edges = thresholds(policy, zones_out(session), g.now)
    flags = count_to_look_at(session, policy=policy, seen_by=g.actor, now=g.now)
    return render_template(
        "today/show.html",
        pickups=pickup_tasks(session),
        work=tasks(session, policy, edges, now=g.now, seen_by=g.actor),
        late=_late(dashboard.out_by_place(session, edges, seen_by=g.actor)),
        to_look_at=sum(flags.values()),
    )


def pickup_tasks(session: Session) -> list[Task]:
    """Return whom to phone, then who comes today and tomorrow."""
    visits = visits_listed(session, states={*BY_PERSON, PickupState.BOOKED}, seen_by=g.actor, limit=VISITS_SHOWN)
    return [_task(visit) for visit in visits if _is_of_now(visit)]


def _is_of_now(visit: PickupVisit) -> bool:
    there = g.now.astimezone(ZoneInfo(visit.zone)).date()
    return PickupState(visit.state) in BY_PERSON or there <= visit.day <= there + SOON


def _task(visit: PickupVisit) -> Task:
    state = PickupState(visit.state)
    numbers = ngettext("%(num)s box", "%(num)s boxes", len(visit.boxes))
    return Task(
        key=f"pickup {visit.id} {visit.day}",
        icon=look(state).icon,
        tone=look(state).tone,
        title=in_words(visit),
        detail=_(
            "%(state)s · %(customer)s, %(city)s · %(order)s · %(boxes)s",
            state=word(state),
            customer=visit.order.customer.name,
            city=visit.order.city,
            order=visit.order.number,
            boxes=numbers,
        ),
        href=url_for("pickups.show", pickup_id=visit.id),
    )


def _late(places: Iterable[tuple[str, str, int, int]]) -> list[PlaceLate]:
    """Return what is overdue by carrier and country, the most first."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for country, state, _out, late in places:
        if late:
            carrier = _carrier(country, state)
            counted[(CARRIER_NAMES[carrier] if carrier else _("no carrier"), country, carrier or "")] += late
    return [
        PlaceLate(name, country, late, units_url(state="overdue", country=country))
        for (name, country, _code), late in counted.most_common()
    ]


def _carrier(country: str, state: str) -> Carrier | None:
    try:
        return carrier_for(given().policy, country, state, today()).carrier
    except NoCarrierError:
        return None
