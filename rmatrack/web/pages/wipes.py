"""Wipe certificates: looked up by number or serial, each on a page of its own that prints as a document."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.db.wipe_questions import wipe_numbered, wipes_found
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.inspection import WipeMethod
from rmatrack.domain.people import Permission
from rmatrack.domain.serials import normalise
from rmatrack.web.access import allowed
from rmatrack.web.sessions import read_session

bp = Blueprint("wipes", __name__, url_prefix="/wipes")


@bp.get("")
@allowed(Permission.SEE_ORDERS)
def index() -> ResponseReturnValue:
    """Look certificates up; where there is only one, show it."""
    asked = request.args.get("q", "").strip()
    key = normalise(asked)
    found = wipes_found(read_session(), key, seen_by=g.actor) if key else ()
    if len(found) == 1:
        return redirect(url_for(".show", certificate=found[0].number))
    return render_template("wipes/index.html", asked=asked, found=found, wipe_method=WipeMethod)


@bp.get("/<certificate>")
@allowed(Permission.SEE_ORDERS)
def show(certificate: str) -> str:
    """Show one certificate."""
    found: Any = wipe_numbered(read_session(), certificate.strip().upper(), seen_by=g.actor)
    if found is None:
        raise NotFoundError
    return render_template("wipes/show.html", wipe=found, method=WipeMethod(found.method))
