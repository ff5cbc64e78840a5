"""The dashboard: how it stands and what needs a person today. A partner has a home of its own in its place."""

from flask import Blueprint, g, render_template, request

from rmatrack.db import dashboard
from rmatrack.db.due import zones_out
from rmatrack.domain.people import PARTNER_ROLES, Permission
from rmatrack.web.access import allowed
from rmatrack.web.dashboard_charts import charts as dashboard_charts
from rmatrack.web.dashboard_charts import midnight, monday, thresholds
from rmatrack.web.dates import today
from rmatrack.web.given import given
from rmatrack.web.links import units_url
from rmatrack.web.pages.partner_home import show_home
from rmatrack.web.sessions import read_session
from rmatrack.web.worklist import tasks

bp = Blueprint("dashboard", __name__)


@bp.get("/")
@allowed(Permission.SEE_ORDERS)
def show() -> str:
    """Show how it stands."""
    if g.actor.role in PARTNER_ROLES:
        return show_home()
    session, policy = read_session(), given().policy
    edges = thresholds(policy, zones_out(session), g.now)
    figures = dashboard.figures(session, edges, received_since=midnight(monday(today())), seen_by=g.actor)
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
