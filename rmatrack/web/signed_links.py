"""Signed links of mails, read when they are opened and made where a page leads on to another (SPEC T-12, T-18)."""

from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.services.links import Links
from rmatrack.web.errors import status_of


def read_link(purpose: LinkPurpose, token: str) -> Link:
    """Return what a link says; raises `LinkError`."""
    return _links().read(purpose, token, now=g.now)


def link_url(link: Link) -> str:
    """Return the address of a link."""
    return f"/{link.purpose.value}/{_links().token(link)}"


def _links() -> Links:
    return Links(current_app.config["SECRET_KEY"])


def refused_link(error: RmatrackError) -> ResponseReturnValue:
    """Return the page for a link that leads nowhere (any more); nobody is asked to sign in."""
    return render_template("consent/bad_link.html", error=error), status_of(error)
