"""A customer: what it bought, what it tries and with whom, both clocks, devices out (SPEC T-15, T-20, X-1)."""

from flask import Blueprint, g, render_template

from rmatrack.db.due_conditions import Show
from rmatrack.domain.people import Permission
from rmatrack.services.due import DueFilter, due_page
from rmatrack.services.trials import customer_view
from rmatrack.web.access import allowed
from rmatrack.web.given import given
from rmatrack.web.sessions import read_session

bp = Blueprint("customers", __name__, url_prefix="/customers")


@bp.get("/<int:customer_id>")
@allowed(Permission.SEE_ORDERS)
def show(customer_id: int) -> str:
    """Show one customer."""
    session, policy = read_session(), given().policy
    view = customer_view(session, customer_id, seen_by=g.actor, policy=policy, now=g.now)
    asked = DueFilter(show=Show.OUT, customer_id=customer_id)
    out = due_page(session, asked, seen_by=g.actor, now=g.now, policy=policy)
    regions = {region.code: region.names for region in policy.regions}
    return render_template("customers/show.html", view=view, customer=view.customer, out=out, regions=regions)
