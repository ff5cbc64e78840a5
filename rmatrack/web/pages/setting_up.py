"""Setting up a customer on its behalf: settings, users, licences, numbers (SPEC T-10)."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.trials import Deed, must_fit
from rmatrack.services.setting_up import set_up, users_of
from rmatrack.services.trials import TrialView, trial_view
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.setting_up_form import MOST_LINES, SettingUpForm

bp = Blueprint("setting_up", __name__, url_prefix="/trials/<int:trial_id>/set-up")


@bp.get("")
@allowed(Permission.MANAGE_TRIALS)
def show(trial_id: int) -> str:
    """Ask for settings and users."""
    view = _view(trial_id)
    return _page(view, _form(view))


@bp.post("")
@allowed(Permission.MANAGE_TRIALS)
def save(trial_id: int) -> ResponseReturnValue:
    """Set the customer up; the first time its administrators are welcomed by mail."""
    view = _view(trial_id)
    first = view.standing.trial.set_up_at is None
    form = _form(view)
    if "more" in request.form:
        form.add_lines()
        form.offer(view)
        return _page(view, form)
    if not form.validate():
        return _page(view, form), 422
    try:
        with write_session() as session:
            set_up(session, trial_id, form.wanted, form.settings, **_when())
    except RmatrackError as error:
        form.refuse(error)
        return _page(view, form), status_of(error)
    flash(
        _("The customer is set up. Its administrators get the welcome mail.")
        if first
        else _("Users and settings are saved.")
    )
    return redirect(url_for("trials.show", trial_id=trial_id))


def _view(trial_id: int) -> TrialView:
    view = trial_view(read_session(), trial_id, seen_by=g.actor, policy=given().policy, now=g.now)
    must_fit(Deed.SET_UP, view.standing.phase)
    return view


def _form(view: TrialView) -> SettingUpForm:
    return SettingUpForm.of(view, users_of(read_session(), view.standing.trial.id, **_when()))


def _page(view: TrialView, form: SettingUpForm) -> str:
    return render_template(
        "setup/customer.html",
        view=view,
        standing=view.standing,
        trial=view.standing.trial,
        form=form,
        has_calling="calling" in view.services,
        may_add=len(form.users) < MOST_LINES,
    )


def _when() -> dict[str, Any]:
    return {"policy": given().policy, "by": g.actor, "now": g.now}
