"""The dashboard: how it stands, and what needs a person today."""

from flask import Blueprint, render_template

from rmatrack.domain.people import Permission
from rmatrack.web.access import allowed

bp = Blueprint("dashboard", __name__)


@bp.get("/")
@allowed(Permission.SEE_ORDERS)
def show() -> str:
    """Show how it stands."""
    return render_template("dashboard/show.html")
