"""The dashboard: how it stands and what needs a person today; for a partner, a card for each customer."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, g, render_template, request

from rmatrack.db import dashboard
from rmatrack.db.due import zones_out
from rmatrack.domain.due import DueState, due_on, due_state, today_in
from rmatrack.domain.people import PARTNER_ROLES, Permission
from rmatrack.domain.policy import Carrier, carrier_for
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.web.access import allowed
from rmatrack.web.dashboard_charts import charts as dashboard_charts
from rmatrack.web.dashboard_charts import midnight, monday, thresholds
from rmatrack.web.dates import today
from rmatrack.web.given import given
from rmatrack.web.links import customer_url, return_url, units_url
from rmatrack.web.sessions import read_session
from rmatrack.web.worklist import tasks

bp = Blueprint("dashboard", __name__)

CUSTOMERS_SHOWN = 60


@bp.get("/")
@allowed(Permission.SEE_ORDERS)
def show() -> str:
    """Show how it stands."""
    session, policy = read_session(), given().policy
    edges = thresholds(policy, zones_out(session), g.now)
    figures = dashboard.figures(session, edges, received_since=midnight(monday(today())), seen_by=g.actor)
    if g.actor.role in PARTNER_ROLES:
        return render_template("dashboard/partner.html", figures=figures, customers=_customers(), units_url=units_url)
    work = tasks(session, policy, edges, now=g.now, seen_by=g.actor)
    return render_template("dashboard/show.html", figures=figures, tasks=work, units_url=units_url)


@bp.get("/charts")
@allowed(Permission.SEE_EVERYTHING)
def charts() -> str:
    """Draw the charts, as a part of the dashboard or as a page of their own."""
    session = read_session()
    drawn = dashboard_charts(session, given().policy, zones_out(session), now=g.now, seen_by=g.actor)
    whole = "HX-Request" not in request.headers
    return render_template("dashboard/charts.html" if whole else "dashboard/drawn.html", charts=drawn)


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What a partner has to know of a customer: how much is out, when the first of it is due, where to go on."""

    name: str
    country: str
    out: int
    due_on: date
    today: date
    state: DueState
    has_label: bool
    href: str
    page: str
    """The customer's own."""


def _customers() -> list[CustomerCard]:
    policy = given().policy
    cards = []
    for row in dashboard.customers_with_units_out(read_session(), limit=CUSTOMERS_SHOWN, seen_by=g.actor):
        due = due_on(row.eula_expires_on, window_days=policy.return_window_days)
        there = today_in(row.zone, g.now)
        state = due_state(due, there, soon_days=policy.terms.due_soon_days)
        href = return_url(row.number) if row.orders == 1 else units_url(state="out", customer=row.id)
        page, label = customer_url(row.id), _has_label(row.country)
        cards.append(CustomerCard(row.name, row.country, row.out, due, there, state, label, href, page))
    return cards


def _has_label(country: str) -> bool:
    """Say whether a return from there goes with a label of ours (SPEC C-4); elsewhere the carrier is called."""
    try:
        return carrier_for(given().policy, country, "", g.now.date()).carrier is Carrier.UPS
    except NoCarrierError:
        return False
