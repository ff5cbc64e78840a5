"""Notifications: the bell on every page, and the list behind it."""

from http import HTTPStatus

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.services import notifications
from rmatrack.services.kept_sentences import told
from rmatrack.services.notifications import SHOWN
from rmatrack.web.access import public, signed_in
from rmatrack.web.languages import _
from rmatrack.web.navigation import here
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.ways_back import way_back

bp = Blueprint("notifications", __name__, url_prefix="/notifications")


@bp.get("")
@signed_in
def index() -> str:
    """List what this person was told, the newest first."""
    after = request.args.get("after", type=int)
    found = notifications.own_notifications(read_session(), after=after, limit=SHOWN + 1, by=g.actor)
    return render_template(
        "notifications/index.html",
        rows=[(each, told(each.sentence)) for each in found[:SHOWN]],
        newer=here(after=None) if after else None,
        older=here(after=str(found[SHOWN - 1].id)) if len(found) > SHOWN else None,
    )


@bp.get("/bell")
@public
def bell() -> ResponseReturnValue:
    """Draw the bell anew, for pages that stay open; where nobody is signed in any more, nothing changes."""
    return render_template("notifications/bell.html") if g.person else ("", HTTPStatus.NO_CONTENT)


@bp.post("/<int:notification_id>/open")
@signed_in
def open_one(notification_id: int) -> ResponseReturnValue:
    """Mark a notification as read, and go where it leads."""
    with write_session() as session:
        href = notifications.open_notification(session, notification_id, by=g.actor, now=g.now)
    return redirect(way_back(href))


@bp.post("/read")
@signed_in
def read() -> ResponseReturnValue:
    """Mark all as read."""
    with write_session() as session:
        notifications.mark_read(session, by=g.actor, now=g.now)
    flash(_("Everything is marked as read."))
    return redirect(url_for(".index"))


@bp.app_template_global("unread_notifications")
def unread_notifications() -> int:
    """Return how many notifications the reader of this page has not read."""
    return notifications.unread(read_session(), by=g.actor) if g.actor else 0
