"""The one box: a key leads to its page, a mail to every order in it (SPEC F-1)."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.domain.lookup import Why
from rmatrack.domain.people import Permission
from rmatrack.services.lookup import Found, find
from rmatrack.web.access import allowed
from rmatrack.web.given import given
from rmatrack.web.sessions import read_session

bp = Blueprint("find", __name__, url_prefix="/find")


@bp.get("")
@allowed(Permission.FIND)
def show() -> ResponseReturnValue:
    """Answer the box: one order or wipe certificate opens, several are listed with why they are."""
    text = request.args.get("q", "").strip()
    found = _found(text)
    if found and found.only:
        reason = found.matches[0].reasons[0]
        if reason.why is Why.WIPE:
            return redirect(url_for("wipes.show", certificate=reason.key))
        return redirect(url_for("orders.show", number=found.only.number, by=reason.why.value, key=reason.key))
    return _page(text, found)


@bp.post("")
@allowed(Permission.FIND)
def read() -> str:
    """Read a pasted mail, which is too long for an address."""
    text = request.form.get("text", "").strip()
    return _page(text, _found(text))


def _page(text: str, found: Found | None) -> str:
    return render_template("find/show.html", text=text, found=found, is_mail="\n" in text)


def _found(text: str) -> Found | None:
    return find(read_session(), text, seen_by=g.actor, now=g.now, policy=given().policy) if text else None
