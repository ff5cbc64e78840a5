"""Who may: every route says what it asks of its caller, and a route that says nothing answers nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from rmatrack.domain.errors import NotAllowedError, RmatrackError, _
from rmatrack.domain.people import Permission
from rmatrack.web.identity import asks_api

View = TypeVar("View", bound=Callable[..., Any])


class NotSignedInError(RmatrackError):
    """A program called without a token that holds (HTTP 401 at the edge)."""

    code = "not-signed-in"
    message = _("Send a valid API token in the Authorization header: Bearer and the token.")


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks. Without a permission, being signed in is enough; `strangers` need not even be that."""

    permission: Permission | None = None
    strangers: bool = False


def allowed(permission: Permission) -> Callable[[View], View]:
    """Open a route to those who have *permission*."""

    def mark(view: View) -> View:
        vars(view)["access"] = Access(permission)
        return view

    return mark


def signed_in(view: View) -> View:
    """Open a route to everybody who is signed in."""
    vars(view)["access"] = Access()
    return view


def public(view: View) -> View:
    """Open a route to everybody."""
    vars(view)["access"] = Access(strangers=True)
    return view


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what *view* asks of its caller; `None` where it says nothing."""
    return getattr(view, "access", None)


def admit() -> Response | None:
    """Let the request through, send a stranger to the sign-in page, or raise `NotAllowedError`."""
    if request.endpoint is None:
        return None  # There is no such page; the answer says so.
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        raise NotAllowedError
    if access.strangers:
        return None
    if g.actor is None:
        return _ask_to_sign_in()
    if access.permission:
        g.actor.must(access.permission)
    return None


def _ask_to_sign_in() -> Response:
    if asks_api():
        raise NotSignedInError
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": url_for("signin.show")})
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("signin.show", next=wanted))


def init_app(app: Flask) -> None:
    """Ask before every request; the files of the pages themselves are for everybody."""
    app.before_request(admit)
    for endpoint in ("static", "openapi.spec"):
        if endpoint in app.view_functions:
            public(app.view_functions[endpoint])
