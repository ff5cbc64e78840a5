"""Saving what a list is narrowed to, and forgetting it again."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.lists import ListName
from rmatrack.services import saved_filters
from rmatrack.web.access import signed_in
from rmatrack.web.languages import _
from rmatrack.web.saved_filters import LISTS
from rmatrack.web.sentences import say
from rmatrack.web.sessions import write_session

bp = Blueprint("saved_filters", __name__, url_prefix="/saved-filters")

_PAGES = {list_name: endpoint for endpoint, list_name in LISTS.items()}


@bp.post("")
@signed_in
def save() -> ResponseReturnValue:
    """Keep the filter of a list under a name, and go back to the list."""
    list_name, arguments = _list(request.form.get("list", "")), request.form.get("arguments", "")
    try:
        with write_session() as session:
            saved = saved_filters.save_filter(
                session, list_name, request.form.get("name", ""), arguments, by=g.actor, now=g.now
            )
    except RmatrackError as error:
        flash(say(error), "bad")
    else:
        flash(_("“%(name)s” is saved. You find it above the list.", name=saved.name))
    return redirect(_address(list_name, arguments))


@bp.post("/<int:filter_id>/forget")
@signed_in
def forget(filter_id: int) -> ResponseReturnValue:
    """Forget a filter, and go back to its list as it stands."""
    with write_session() as session:
        forgotten = saved_filters.forget_filter(session, filter_id, by=g.actor)
        list_name, name, arguments = ListName(forgotten.list), forgotten.name, forgotten.arguments
    flash(
        _("“%(name)s” is forgotten. The list is still narrowed by it; save it again if that was a mistake.", name=name)
    )
    return redirect(_address(list_name, arguments))


def _list(text: str) -> ListName:
    try:
        return ListName(text)
    except ValueError:
        raise NotFoundError from None


def _address(list_name: ListName, arguments: str) -> str:
    tidy = saved_filters.tidied(arguments)
    address = url_for(_PAGES[list_name])
    return f"{address}?{tidy}" if tidy else address
