"""Managing a trial: extend, services, convert, cancel, last details; each shows its effect first (SPEC D-7)."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from rmatrack.domain.consequences import Step
from rmatrack.domain.conversion import DISTRIBUTOR_TIER
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.trial_services import LICENSED, Service, in_order
from rmatrack.domain.trials import Deed, must_fit
from rmatrack.services import consent, managing
from rmatrack.services.consequences import consequences_of
from rmatrack.services.converting import conversion_preview
from rmatrack.services.converting import convert as convert_trial
from rmatrack.services.parcels import withdraw_devices as withdraw_parcel
from rmatrack.services.trial_standing import ColleaguesTrialError
from rmatrack.services.trials import TrialView, trial_view
from rmatrack.web.access import allowed
from rmatrack.web.dates import day
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.managing_form import ConvertForm, DeedForm, DetailsForm, ExtendForm
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("managing", __name__, url_prefix="/trials/<int:trial_id>")

Done = Callable[[Session], object]


@bp.route("/extend", methods=["GET", "POST"])
@allowed(Permission.MANAGE_TRIALS)
def extend(trial_id: int) -> ResponseReturnValue:
    """Set the expiry to so many days from today, which may be earlier than now (SPEC T-16)."""
    view, form = _view(trial_id, Deed.EXTEND), ExtendForm()
    preview = managing.extension_preview(read_session(), trial_id, **_when())

    def page() -> str:
        return _page("extend", view, form, extension=preview, effects=_effects(trial_id, Step.EXTEND))

    if not form.validate_on_submit():
        return page()
    confirmed = bool(form.confirm_shorter.data)
    told = _("The trial of %(customer)s now runs through %(day)s.", day=day(preview.to_on), customer=_name(view))
    return _do(
        view,
        form,
        page,
        lambda session: managing.extend_trial(session, trial_id, confirm_shorter=confirmed, **_when()),
        told,
    )


@bp.route("/services", methods=["GET", "POST"])
@allowed(Permission.MANAGE_TRIALS)
def services(trial_id: int) -> ResponseReturnValue:
    """Add services and take some off while the trial runs (SPEC T-17)."""
    view = _view(trial_id, Deed.CHANGE_SERVICES)
    form = DetailsForm.of(view, given().policy)

    def page() -> str:
        return _page("services", view, form, terms=given().policy.terms)

    if not form.validate_on_submit():
        return page()
    return _do(
        view,
        form,
        page,
        lambda session: managing.change_services(session, trial_id, form.chosen, form.quantities, **_when()),
        _("The services of %(customer)s are changed.", customer=_name(view)),
    )


@bp.route("/details", methods=["GET", "POST"])
@allowed(Permission.MANAGE_TRIALS)
def provision(trial_id: int) -> ResponseReturnValue:
    """Give the last details after consent: the trial starts (SPEC T-14)."""
    view = _view(trial_id, Deed.PROVISION)
    form = DetailsForm.of(view, given().policy)
    chosen = frozenset(view.services)

    def page() -> str:
        return _page(
            "provision",
            view,
            form,
            terms=given().policy.terms,
            has_licences=bool(chosen & LICENSED),
            meetings=Service.MEETINGS in chosen,
            devices=Service.DEVICES in chosen,
        )

    if not form.validate_on_submit():
        return page()
    details = form.details(chosen)
    try:
        with write_session() as session:
            managing.provision(session, trial_id, details, **_when())
    except RmatrackError as error:
        form.refuse(error)
        return page(), status_of(error)
    return redirect(url_for("trials.started", trial_id=trial_id))


@bp.route("/convert", methods=["GET", "POST"])
@allowed(Permission.MANAGE_TRIALS)
def convert(trial_id: int) -> ResponseReturnValue:
    """Report the paid order; what would be lost is listed before it is confirmed (SPEC T-18)."""
    view = _view(trial_id, Deed.CONVERT)
    form = ConvertForm.of(view)
    comparison = None

    def page() -> str:
        return _page(
            "convert",
            view,
            form,
            comparison=comparison,
            in_order=in_order,
            through_distributor=view.standing.partner.tier == DISTRIBUTOR_TIER,
            effects=_effects(trial_id, Step.CONVERT),
        )

    if not form.validate_on_submit():
        return page()
    if form.confirmed.data:
        told = _("%(customer)s is converted to a paid order.", customer=_name(view))
        order = form.order(confirmed=True)
        return _do(view, form, page, lambda session: convert_trial(session, trial_id, order, **_when()), told)
    try:
        with write_session() as session:
            convert_trial(session, trial_id, form.order(confirmed=True), **_when())
            session.rollback()  # Rehearsed, so that what stands in the way is said before anything is confirmed.
        ordered = form.order(confirmed=True).services
        comparison = conversion_preview(read_session(), trial_id, ordered, **_when())
    except RmatrackError as error:
        form.refuse(error)
        form.refuse_empty("order_number")
        return page(), status_of(error)
    return page()


@bp.route("/cancel", methods=["GET", "POST"])
@allowed(Permission.MANAGE_TRIALS)
def cancel(trial_id: int) -> ResponseReturnValue:
    """Ask whether the trial is to end at once, then end it (SPEC T-19)."""
    view, form = _view(trial_id, Deed.CANCEL), DeedForm()

    def page() -> str:
        return _page("cancel", view, form, effects=_effects(trial_id, Step.CANCEL))

    if not form.validate_on_submit():
        return page()
    return _do(
        view,
        form,
        page,
        lambda session: managing.cancel(session, trial_id, confirmed=True, **_when()),
        _("The trial of %(customer)s is cancelled.", customer=_name(view)),
    )


@bp.post("/resend")
@allowed(Permission.MANAGE_TRIALS)
def resend(trial_id: int) -> ResponseReturnValue:
    """Send the consent mail again; the last day to accept stays (SPEC T-14)."""
    with write_session() as session:
        standing = consent.resend(session, trial_id, **_when())
        last_on = standing.consent_ends_on
    flash(
        _("The mail is on its way again. The last day to accept stays %(day)s.", day=day(last_on) if last_on else "–")
    )
    return redirect(url_for("trials.show", trial_id=trial_id))


@bp.route("/withdraw", methods=["GET", "POST"])
@allowed(Permission.MANAGE_TRIALS)
def withdraw(trial_id: int) -> ResponseReturnValue:
    """Cancel a request for consent: the customer leaves the list (SPEC T-14)."""
    view, form = _view(trial_id, Deed.WITHDRAW), DeedForm()

    def page() -> str:
        return _page("withdraw", view, form)

    if not form.validate_on_submit():
        return page()
    told = _("The request to %(customer)s is withdrawn.", customer=_name(view))
    try:
        with write_session() as session:
            consent.withdraw(session, trial_id, **_when())
    except RmatrackError as error:
        form.refuse(error)
        return page(), status_of(error)
    flash(told)
    return redirect(url_for("trials.index"))


@bp.post("/devices/<int:parcel_id>/withdraw")
@allowed(Permission.MANAGE_TRIALS)
def withdraw_devices(trial_id: int, parcel_id: int) -> ResponseReturnValue:
    """Take back a request for devices that did not leave yet."""
    with write_session() as session:
        withdraw_parcel(session, parcel_id, **_when())
    flash(_("The request for devices is withdrawn."))
    return redirect(url_for("trials.show", trial_id=trial_id))


def _do(view: TrialView, form: Form, page: Callable[[], str], done: Done, told: str) -> ResponseReturnValue:
    """Do a deed and show the trial, or show what stood in its way."""
    try:
        with write_session() as session:
            done(session)
    except RmatrackError as error:
        form.refuse(error)
        return page(), status_of(error)
    flash(told)
    return redirect(url_for("trials.show", trial_id=view.standing.trial.id))


def _view(trial_id: int, deed: Deed) -> TrialView:
    """Return the trial, if *deed* fits it and is this person's to do; raises why not."""
    view = trial_view(read_session(), trial_id, seen_by=g.actor, policy=given().policy, now=g.now)
    must_fit(deed, view.standing.phase)
    if deed not in view.deeds:
        raise ColleaguesTrialError
    return view


def _effects(trial_id: int, step: Step) -> object:
    return consequences_of(read_session(), trial_id, step, seen_by=g.actor, policy=given().policy, now=g.now).sentences


def _page(name: str, view: TrialView, form: Form, **more: Any) -> str:
    standing = view.standing
    return render_template(
        f"managing/{name}.html", view=view, standing=standing, trial=standing.trial, form=form, **more
    )


def _name(view: TrialView) -> str:
    return view.standing.customer.name


def _when() -> dict[str, Any]:
    return {"policy": given().policy, "by": g.actor, "now": g.now}
