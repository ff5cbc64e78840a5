"""The policy in force, table by table: each row as it was written, with its reason and the day it counts from."""

from flask import Blueprint, render_template

from rmatrack.domain.people import Permission
from rmatrack.web.access import allowed
from rmatrack.web.given import given
from rmatrack.web.policy_tables import tables_of

bp = Blueprint("policy", __name__, url_prefix="/policy")


@bp.get("")
@allowed(Permission.SEE_POLICY)
def index() -> str:
    """Show every table."""
    return render_template("policy/index.html", tables=tables_of(given().policy))
