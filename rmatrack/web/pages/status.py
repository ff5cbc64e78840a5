"""What customer administrators see and say by signed links: their trial's status, interest in buying (T-21, T-26)."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import LinkPurpose
from rmatrack.services.managing import show_interest
from rmatrack.services.status_page import status_page
from rmatrack.services.trial_standing import trial_seen
from rmatrack.web.access import public
from rmatrack.web.given import given
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.signed_links import link_url, read_link, refused_link
from rmatrack.web.trial_days import days_of

bp = Blueprint("status", __name__)


@bp.get("/status/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Show the trial to its customer."""
    try:
        link = read_link(LinkPurpose.STATUS, token)
        page = status_page(read_session(), link, policy=given().policy, now=g.now)
    except RmatrackError as error:
        return refused_link(error)
    return render_template(
        "status/show.html",
        page=page,
        standing=page.standing,
        days=days_of(page.standing, page.services, given().policy, for_customer=True),
        interest_url=link_url(page.interest) if page.interest else None,
        requests=[link_url(request_) for request_ in page.requests],
    )


@bp.get("/interest/<token>")
@public
def interest(token: str) -> ResponseReturnValue:
    """Ask whether the partner is to be told; the button tells it."""
    try:
        link = read_link(LinkPurpose.INTEREST, token)
        standing = trial_seen(read_session(), link.subject_id, seen_by=None, policy=given().policy, now=g.now)
    except RmatrackError as error:
        return refused_link(error)
    told = request.args.get("told") == "yes" and standing.trial.interest_at is not None
    return render_template("status/interest.html", standing=standing, token_text=token, told=told)


@bp.post("/interest/<token>")
@public
def say_interest(token: str) -> ResponseReturnValue:
    """Tell every administrator of the partner (SPEC T-26)."""
    try:
        link = read_link(LinkPurpose.INTEREST, token)
        with write_session() as session:
            show_interest(session, link, policy=given().policy, now=g.now)
    except RmatrackError as error:
        return refused_link(error)
    return redirect(url_for(".interest", token=token, told="yes"))
