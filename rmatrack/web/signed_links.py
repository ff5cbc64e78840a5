"""Signed links of mails, read when they are opened and made where a page leads on to another (SPEC T-12, T-18)."""

from flask import current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.services.link_limit import count_opening
from rmatrack.services.links import Links
from rmatrack.web.errors import status_of
from rmatrack.web.sessions import write_session


def read_link(purpose: LinkPurpose, token: str) -> Link:
    """Return what a link says; raises `TooManyLinksError` whatever it says, or `LinkError`."""
    _must_be_within_limit()
    return _links().read(purpose, token, now=g.now)


def _must_be_within_limit() -> None:
    """Count a request once, however often it reads its link, and refuse those beyond the limit all alike."""
    if "too_many_links" not in g:
        with write_session() as session:
            g.too_many_links = count_opening(session, request.remote_addr or "", now=g.now)
    if g.too_many_links is not None:
        raise g.too_many_links


def link_url(link: Link) -> str:
    """Return the address of a link."""
    return f"/{link.purpose.value}/{_links().token(link)}"


def _links() -> Links:
    return Links(current_app.config["SECRET_KEY"])


def refused_link(error: RmatrackError) -> ResponseReturnValue:
    """Return the page for a link that leads nowhere (any more); nobody is asked to sign in."""
    return render_template("consent/bad_link.html", error=error), status_of(error)
